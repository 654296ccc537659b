"""Pages of what is left of a log without those who are excluded: nothing is read for them that lies elsewhere."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from store import NEWEST, Actor, DatabaseAddress, Event, Position, open_repository, open_writer, parse_filter
from tests.builders import NOON, make_event
from tests.store.plain_log import Log, hold_pages_against
from tests.store.test_sides import Asked, asked, steps

__all__ = ["asked"]

BOT = Actor(type="SYSTEM", id="bot")


def by_others(number: int, hours: float, name: str = "PLAN_UPDATED") -> Event:
    return make_event(
        number,
        occurred_at=NOON + timedelta(hours=hours),
        event_name=name,
        actor=Actor(type="SYSTEM", id=f"other-{number % 30}"),
    )


def by_bot(number: int, hours: float) -> Event:
    return make_event(number, occurred_at=NOON + timedelta(hours=hours), event_name="PLAN_UPDATED", actor=BOT)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.owners.OWNER_EVENTS", 400)
    monkeypatch.setattr("store.owners.LOOKED_AT_EVERY", 1)
    monkeypatch.setattr("store.sides.MANY_EVENTS", 100)
    monkeypatch.setattr("store.search.WINDOW", 50)
    monkeypatch.setattr("store.tally.FEW_TO_WALK", 100)


async def log_with(address: DatabaseAddress, events: Sequence[Event]) -> Log:
    async with await open_writer(address) as writer:
        await writer.write(events)
    return Log(events)


async def test_what_lies_just_behind_is_found_without_a_look_at_all_years(
    database: DatabaseAddress, asked: Asked
) -> None:
    # Of many kinds over many years: all cells of the coarsest level are thousands.
    events = [by_others(number, number * 24 * 64, f"NAME_{number % 60}") for number in range(60)]
    events += [by_others(60 + number, number * 24 - 6_000, f"NAME_{number % 60}") for number in range(4_000)]
    events += [by_bot(5_000 + number, 24 * 64 * 60 + number / 100) for number in range(500)]
    log = await log_with(database, events)
    repository = await open_repository(database)
    await repository.newest_batch()
    event_filter = parse_filter("since:all -actor:bot")
    asked.clear()
    await hold_pages_against(repository, log, event_filter, NEWEST, 2)
    await repository.close()
    if database.path is not None:
        assert max(steps(database.path, sql, values) for sql, values in asked) < 10_000


async def test_the_last_page_is_found_without_reading_those_before_it(database: DatabaseAddress, asked: Asked) -> None:
    events = [(by_bot if number % 10 else by_others)(number, number / 10) for number in range(6_000)]
    log = await log_with(database, events)
    repository = await open_repository(database)
    await repository.newest_batch()
    event_filter = parse_filter("since:all -actor:bot")
    matching = [event for event in log.events if log.shows(event_filter, event)]
    asked.clear()
    page = await repository.page_at(event_filter, len(matching) - 50, 20)
    await repository.close()
    assert page.events == tuple(matching[-50:-30])
    if database.path is not None:
        assert max(steps(database.path, sql, values) for sql, values in asked) < 10_000


async def test_whether_there_are_more_is_said_without_passing_over_all_that_is_excluded(
    database: DatabaseAddress, asked: Asked
) -> None:
    events = [by_bot(number, number / 10) for number in range(5_000)]
    events += [by_others(number, number / 10) for number in range(5_000, 5_400)]
    events += [by_bot(number, number / 10) for number in range(5_400, 10_000)]
    log = await log_with(database, events)
    repository = await open_repository(database)
    await repository.newest_batch()
    event_filter = parse_filter("since:all name:plan.updated -actor:bot")
    asked.clear()
    for number in (150, 200):
        await hold_pages_against(repository, log, event_filter, Position.of(events[5_000 + number]), 8)
    await repository.close()
    if database.path is not None:
        assert max(steps(database.path, sql, values) for sql, values in asked) < 10_000
