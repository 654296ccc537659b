"""What is remembered for the next question is never older than the batch that it was cleared for.

A slow question is overtaken by a batch, and by a quick question that notices it. Then its answer comes, of before.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from store import NEWEST, DatabaseAddress, Entity, EventFilter, TimeRange, open_writer, parse_filter
from store.compiled import Statement
from store.connections import NO_PARAMETERS, Connections
from store.held_connection import Rows
from store.sql_repository import SqlEventRepository
from tests.builders import NOON, make_event

OPEN = EventFilter(time=TimeRange(since=None))
OF_X = OPEN.with_value("entity_ids", "x")
BATCH = [make_event(10, entity=Entity(id="x"))]


class HeldAnswers(Connections):
    """A log whose answer to a question about some column is held back, for as long as a test wants it."""

    def __init__(self, address: DatabaseAddress) -> None:
        super().__init__(address)
        self.about: str | None = None
        self.is_held = asyncio.Event()
        self.may_come = asyncio.Event()

    async def rows(self, statement: Statement, parameters: Mapping[str, object] = NO_PARAMETERS) -> Rows:
        rows = await super().rows(statement, parameters)
        if self.about is not None and self.about in str(statement):
            self.about = None
            self.is_held.set()
            await self.may_come.wait()
        return rows


@pytest.fixture
def log(database: DatabaseAddress) -> HeldAnswers:
    return HeldAnswers(database)


@asynccontextmanager
async def overtaken(log: HeldAnswers) -> AsyncIterator[SqlEventRepository]:
    """For questions whose answer about a column comes after a batch that another question has noticed."""
    repository = SqlEventRepository(log)
    async with await open_writer(log.address) as writer:
        await writer.write([make_event(number) for number in range(3)])

        async def overtake() -> None:
            await log.is_held.wait()
            await writer.write(BATCH)
            assert len((await repository.page(OPEN, NEWEST, "older", 10)).events) == 4
            assert (await repository.count(OPEN)).number == 4
            log.may_come.set()

        overtaking = asyncio.create_task(overtake())
        yield repository
        await overtaking
    await repository.close()


async def test_a_count_that_was_overtaken_is_not_given_again(log: HeldAnswers) -> None:
    until_tomorrow = OPEN.with_time(TimeRange(since=None, until=NOON + timedelta(days=1)))
    async with overtaken(log) as repository:
        log.about = "rollup.count"
        assert (await repository.count(until_tomorrow)).number == 3
        assert (await repository.count(until_tomorrow)).number == 4


async def test_an_entity_that_came_in_while_it_was_looked_up_is_found(log: HeldAnswers) -> None:
    async with overtaken(log) as repository:
        log.about = "event_detail.entity_id"
        assert (await repository.count(OF_X)).number == 0
        assert (await repository.count(OF_X)).number == 1
        assert [event.id for event in (await repository.arrivals(OF_X, 1, 100)).events] == [BATCH[0].id]


async def test_what_one_entity_stands_for_is_known_until_another_one_is_looked_up(log: HeldAnswers) -> None:
    async with overtaken(log) as repository:
        assert (await repository.count(OF_X)).number == 0
        log.about = "event_detail.entity_id"
        assert (await repository.count(OF_X.with_value("entity_ids", "y"))).number == 0
        assert (await repository.count(OF_X.with_value("entity_ids", "y"))).number == 1


async def test_an_event_that_comes_late_is_not_found_in_the_place_of_another(log: HeldAnswers) -> None:
    repository = SqlEventRepository(log)
    async with await open_writer(log.address) as writer:
        await writer.write([make_event(number, entity=Entity(id="x")) for number in (1, 3)])
        log.about = "min(anon"  # the first and the last of the events that are to be read
        asking = asyncio.create_task(repository.page(OF_X.with_value("texts", "event"), NEWEST, "older", 10))
        await log.is_held.wait()
        await writer.write([make_event(2, entity=Entity(id="x"))])
        log.may_come.set()
        assert {event.id for event in (await asking).events} >= {"event-1", "event-3"}
    await repository.close()


@pytest.mark.parametrize("owner_events", [5, 100], ids=["cells", "index"])
@pytest.mark.parametrize(("text", "possible"), [("belongs_to:x", {8, 9}), ("-belongs_to:x", {4})])
async def test_what_gets_a_parent_before_it_is_counted_is_counted_once(
    log: HeldAnswers, monkeypatch: pytest.MonkeyPatch, owner_events: int, text: str, possible: set[int]
) -> None:
    monkeypatch.setattr("store.owners.OWNER_EVENTS", owner_events)
    monkeypatch.setattr("store.owners.LOOKED_AT_EVERY", 1)
    asked = parse_filter(f"since:all {text}")
    own = [make_event(number, entity=Entity(id="x")) for number in range(6)]
    others = [make_event(number, entity=Entity(id=f"{number}"), parent_entity_id="x") for number in range(6, 8)]
    apart = [make_event(number, entity=Entity(id="y")) for number in range(8, 12)]
    repository = SqlEventRepository(log)
    async with await open_writer(log.address) as writer:
        await writer.write([*own, *others, *apart])
        log.about = "is_home"  # whether it is at home anywhere
        asking = asyncio.create_task(repository.count(asked))
        await log.is_held.wait()
        await writer.write([make_event(12, entity=Entity(id="x"), parent_entity_id="above")])
        log.may_come.set()
        assert (await asking).number in possible
        assert (await repository.count(asked)).number == max(possible)
    await repository.close()
