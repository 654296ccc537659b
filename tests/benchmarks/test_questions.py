"""Pages and counts through the repository: against the same SQL in plain sqlite3, and over many random filters."""

import random
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from store import (
    NEWEST,
    Choice,
    DatabaseAddress,
    Event,
    EventFilter,
    EventRepository,
    Position,
    TimeRange,
    open_repository,
)
from store.held_connection import HeldConnection
from tests.benchmarks.figures import percentile, report

ROUNDS = 300
WARMING = 100
"""Filters asked before the measurement: the first of each form compiles its statement, once in a process."""

FILTERS = 1_000
PAGE = 100
BARS_MS = {
    **dict.fromkeys(("first page", "next page", "previous page", "neighbour", "page at a time"), (15, 50)),
    **dict.fromkeys(("count", "page at a row", "row of an event"), (25, 150)),
    **dict.fromkeys(("histogram", "facets", "actors"), (50, 150)),
}
"""For each question the 99th percentile and the most, in milliseconds."""

Answer = TypeVar("Answer")
NOW = datetime.now(UTC)


async def milliseconds(question: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await question()
    return (time.perf_counter() - started) * 1000


async def test_a_page_costs_at_most_three_times_the_same_sql_in_plain_sqlite3(
    large_log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    fetch = HeldConnection.rows

    async def recorded(held: HeldConnection, sql: str, values: tuple[object, ...]) -> object:
        asked.append((sql, values))
        return await fetch(held, sql, values)

    repository = await open_repository(large_log)
    settled = EventFilter().settled(NOW)
    await repository.newest_batch()  # then the whole repository is there: before that, another part of it answers
    await repository.page(settled, NEWEST, "older", PAGE)
    monkeypatch.setattr(HeldConnection, "rows", recorded)
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


class Chance:
    """Filters over what a log holds: mostly conjunctions of two to four conditions, so that many match little."""

    def __init__(self, seed: int, events: Sequence[Event]) -> None:
        self._random = random.Random(seed)
        self._events = events

    def event_filter(self) -> EventFilter:
        days = self._random.choice((1, 7, 30, 90, None))
        time_range = TimeRange(since=None if days is None else timedelta(days=days))
        fields = self._random.sample(sorted(FIELDS), self._random.choice((1, 2, 2, 3, 3, 4)))
        return EventFilter(time=time_range, **{field: self._choice(field) for field in fields}).settled(NOW)

    def _choice(self, field: str) -> Choice:
        values = {FIELDS[field](self._random.choice(self._events)) for _ in range(self._random.choice((1, 1, 2)))}
        chosen = tuple(sorted(value for value in values if value is not None))
        return Choice(excluded=chosen) if self._random.random() < 0.2 else Choice(included=chosen)

    def below(self, number: int) -> int:
        return self._random.randrange(number or 1)

    def moment(self) -> datetime:
        return NOW - timedelta(days=self._random.random() * 365)


FIELDS: dict[str, Callable[[Event], str | None]] = {
    "event_names": lambda event: event.event_name,
    "entity_types": lambda event: event.entity and event.entity.type,
    "actor_types": lambda event: event.actor and event.actor.type,
    "environments": lambda event: event.environment,
    "entity_ids": lambda event: event.entity and event.entity.id,
    "actors": lambda event: event.actor and (event.actor.email or event.actor.ip_address),
    "trace_ids": lambda event: event.trace_id,
}


async def asked_at_random(repository: EventRepository, chance: Chance) -> dict[str, float]:
    """Milliseconds of each question about one filter, the count first: what it finds out serves the others."""
    event_filter = chance.event_filter()
    taken: dict[str, float] = {}

    async def ask(name: str, question: Callable[[], Awaitable[Answer]]) -> Answer:
        started = time.perf_counter()
        answer = await question()
        taken[name] = (time.perf_counter() - started) * 1000
        return answer

    first = await ask("first page", lambda: repository.page(event_filter, NEWEST, "older", PAGE))
    count = await ask("count", lambda: repository.count(event_filter))
    ordinal = chance.below(count.number)
    there = await ask("page at a row", lambda: repository.page_at(event_filter, ordinal, PAGE))
    if there.events:
        here = Position.of(there.events[0])
        await ask("next page", lambda: repository.page(event_filter, here, "older", PAGE))
        await ask("previous page", lambda: repository.page(event_filter, here, "newer", PAGE))
        await ask("row of an event", lambda: repository.ordinal(event_filter, here))
        await ask("neighbour", lambda: repository.page(event_filter, here, "older", 1))
    moment = Position(occurred_at=chance.moment())
    await ask("page at a time", lambda: repository.page(event_filter, moment, "older", PAGE))
    await ask("histogram", lambda: repository.histogram(event_filter, NOW, 128))
    await ask("facets", lambda: repository.facets(event_filter))
    await ask("actors", lambda: repository.actor_facets(event_filter))
    assert len(first.events) == min(PAGE, count.number)
    return taken


async def hold_to_a_frame(address: DatabaseAddress) -> None:
    repository = await open_repository(address)
    everything = EventFilter(time=TimeRange(since=None))
    total = (await repository.count(everything)).number
    sample = [
        event
        for number in range(20)
        for event in (await repository.page_at(everything, total * number // 20, PAGE)).events
    ]
    raw = []
    for _ in range(ROUNDS):
        raw.append(await milliseconds(lambda: repository.page(everything, NEWEST, "older", PAGE)))
    chance = Chance(7, sample)
    for _ in range(WARMING):
        await asked_at_random(repository, chance)
    rounds = [await asked_at_random(repository, chance) for _ in range(FILTERS)]
    await repository.close()
    floor = percentile(raw, 0.5)
    report(f"{address.shown}: {total:,} events, unfiltered page", p50_ms=floor)
    missed = []
    for question, (bar, most) in BARS_MS.items():
        samples = [each[question] for each in rounds if question in each]
        shown = {f"p{share}": percentile(samples, share / 100) for share in (50, 99)}
        report(f"{question} (ms)", **shown, max=max(samples))
        if shown["p99"] > bar or max(samples) > most:
            missed.append(question)
    assert not missed


async def test_any_filter_is_answered_within_a_frame_or_three_on_sqlite(large_log: DatabaseAddress) -> None:
    await hold_to_a_frame(large_log)


async def test_any_filter_is_answered_within_a_frame_or_three_on_postgres(
    large_postgres_log: DatabaseAddress,
) -> None:
    await hold_to_a_frame(large_postgres_log)
