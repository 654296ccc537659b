"""Pages and counts through the repository: against the same SQL in plain sqlite3, and over many random filters."""

import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from store import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES, NEWEST, Choice, DatabaseAddress, EventFilter, TimeRange
from store import connections as database_connections
from store.sql_repository import SqlEventRepository, open_repository
from tests.benchmarks.figures import percentile, report

ROUNDS = 300
FILTERS = 300
PAGE = 100
NOW = datetime.now(UTC)


async def milliseconds(question: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await question()
    return (time.perf_counter() - started) * 1000


async def test_a_page_costs_at_most_three_times_the_same_sql_in_plain_sqlite3(
    large_log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    fetch = database_connections._fetch

    async def recorded(held: object, sql: str, values: tuple[object, ...]) -> object:
        asked.append((sql, values))
        return await fetch(held, sql, values)

    repository = await open_repository(large_log)
    settled = EventFilter().settled(NOW)
    await repository.page(settled, NEWEST, "older", PAGE)
    monkeypatch.setattr(database_connections, "_fetch", recorded)
    await repository.page(settled, NEWEST, "older", PAGE)
    monkeypatch.undo()
    plain = sqlite3.connect(f"file:{large_log.path}?mode=ro", uri=True)
    ours, raw = [], []
    for _ in range(ROUNDS):
        ours.append(await milliseconds(lambda: repository.page(settled, NEWEST, "older", PAGE)))
        started = time.perf_counter()
        plain.execute(*asked[-1]).fetchall()
        raw.append((time.perf_counter() - started) * 1000)
    plain.close()
    await repository.close()
    ratio = percentile(ours, 0.5) / percentile(raw, 0.5)
    report("page of 100", ours_ms=percentile(ours, 0.5), sqlite3_ms=percentile(raw, 0.5), ratio=ratio)
    assert ratio <= 3.0


def random_filter(chance: random.Random) -> EventFilter:
    """Mostly conjunctions of two or three conditions, so that many match little."""

    def some(words: list[str]) -> Choice:
        chosen = tuple(chance.sample(words, chance.choice((1, 1, 2))))
        return Choice(excluded=chosen) if chance.random() < 0.2 else Choice(included=chosen)

    conditions = {
        "event_names": some([term.stored for term in EVENT_NAMES.terms]),
        "entity_types": some([term.stored for term in ENTITY_TYPES.terms]),
        "actor_types": some([term.label for term in ACTOR_TYPES.terms]),
        "environments": some(["production", "staging"]),
    }
    days = chance.choice((1, 7, 30, 90, None))
    time_range = TimeRange(since=None if days is None else timedelta(days=days))
    chosen = dict(chance.sample(sorted(conditions.items()), chance.choice((1, 2, 2, 3))))
    return EventFilter(time=time_range, **chosen).settled(NOW)


async def asked_at_random(repository: SqlEventRepository, chance: random.Random) -> dict[str, float]:
    event_filter = random_filter(chance)
    answer = await repository.count(event_filter)
    ordinal = chance.randrange(answer.number or 1)
    return {
        "page": await milliseconds(lambda: repository.page(event_filter, NEWEST, "older", PAGE)),
        "count": await milliseconds(lambda: repository.count(random_filter(chance))),
        "facets": await milliseconds(lambda: repository.facets(event_filter)),
        "page_at": await milliseconds(lambda: repository.page_at(event_filter, ordinal, PAGE)),
    }


async def test_any_filter_is_answered_within_a_frame_or_two(large_log: DatabaseAddress) -> None:
    chance = random.Random(7)
    repository = await open_repository(large_log)
    rounds = [await asked_at_random(repository, chance) for _ in range(FILTERS)]
    await repository.close()
    for question in rounds[0]:
        samples = [each[question] for each in rounds]
        shown = {f"p{share}": percentile(samples, share / 100) for share in (50, 99)}
        report(f"{question} (ms)", **shown, max=max(samples))
        assert shown["p50"] <= 33
