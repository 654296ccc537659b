"""Only the newest arrivals are noted: whoever is behind them learns the same, however the notes change meanwhile."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from store import (
    Choice,
    DatabaseAddress,
    Event,
    EventFilter,
    TimeRange,
    check_log,
    open_repository,
    open_writer,
    prune_log,
)
from store.arrival_statements import select_arrival_keys
from store.conditions import Plan
from store.connections import Connections
from store.schema import arrival, event
from store.time_keys import SLOTS
from tests.builders import NOON, make_event
from tests.store.conftest import NewDatabase
from tests.store.exact import assert_exact

OPEN = EventFilter(time=TimeRange(since=None))
OF_ODD = OPEN.with_choice("event_names", Choice(included=("ODD",)))
EVERY_EVENT = Plan()
KEPT, HELD = 20, 15


@pytest.fixture(autouse=True)
def few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.recent_arrivals.KEPT", KEPT)
    monkeypatch.setattr("store.distant_arrivals.HELD", HELD)


def batch_of(number: int, size: int = 3) -> list[Event]:
    """A batch whose last event is late: it occurred before those of all other batches."""
    events = [
        make_event(number * size + place, id=f"{number}-{place}", event_name="ODD" if number % 2 else "EVEN")
        for place in range(size)
    ]
    return [*events[:-1], events[-1].replaced(occurred_at=NOON - timedelta(days=1 + number))]


async def write_batches(address: DatabaseAddress, batches: Sequence[Sequence[Event]]) -> None:
    async with await open_writer(address) as writer:
        for batch in batches:
            await writer.write(batch)


async def number_noted(address: DatabaseAddress) -> int:
    connections = Connections(address)
    ((number,),) = await connections.rows(select(func.count()).select_from(arrival))
    await connections.close()
    return int(number)


async def followed(
    address: DatabaseAddress, after: int = 0, enough: int = 4, event_filter: EventFilter = OPEN
) -> Sequence[Sequence[str]]:
    """The ids of what came in behind a batch, as it was told piece by piece."""
    repository = await open_repository(address)
    pieces = []
    newest = await repository.newest_batch()
    while after < newest:
        arrivals = await repository.arrivals(event_filter, after, enough)
        assert arrivals.newest > after
        assert await repository.count_arrivals(event_filter, after, arrivals.newest) == len(arrivals.events)
        pieces.append([event.id for event in arrivals.events])
        after = arrivals.newest
    await repository.close()
    return pieces


def told(batches: Sequence[Sequence[Event]], late: bool = True) -> Sequence[str]:
    """The ids of whole batches in the order in which they are told, the last event of each being late or not."""
    in_order = [[batch[-1], *batch[:-1]] if late else batch for batch in batches]
    return [event.id for batch in in_order for event in batch]


def in_one(pieces: Sequence[Sequence[str]]) -> Sequence[str]:
    return [event_id for piece in pieces for event_id in piece]


@pytest.mark.parametrize("after", [0, 7, 25, 38, 40])
async def test_whoever_is_behind_the_notes_learns_every_event_once_and_in_whole_batches(
    database: DatabaseAddress, after: int
) -> None:
    batches = [batch_of(number) for number in range(40)]
    await write_batches(database, batches)
    await assert_exact(database)
    assert await number_noted(database) < 40 * 3
    pieces = await followed(database, after)
    arrived = told(batches[after:])
    assert in_one(pieces) == arrived
    assert all(len(piece) % 3 == 0 and len(piece) <= 4 + 3 for piece in pieces)
    odd = [event_id for event_id in arrived if int(event_id.split("-")[0]) % 2]
    assert in_one(await followed(database, after, event_filter=OF_ODD)) == odd


@pytest.mark.parametrize("is_written", [False, True], ids=["at rest", "while somebody writes"])
async def test_the_log_is_read_once_for_many_pieces(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, is_written: bool
) -> None:
    batches = [batch_of(number) for number in range(40)]
    read, rows = [], Connections._rows

    async def rows_noted(self: Connections, held: Any, statement: Any, parameters: Any) -> Any:
        if str(statement) == str(select_arrival_keys(self.dialect, EVERY_EVENT)):
            read.append(statement)
        return await rows(self, held, statement, parameters)

    monkeypatch.setattr(Connections, "_rows", rows_noted)
    found, after = [], 0
    async with await open_writer(database) as writer:
        for batch in batches:
            await writer.write(batch)
        repository = await open_repository(database)
        while after < 40:
            arrivals = await repository.arrivals(OPEN, after, 3)
            found += [event.id for event in arrivals.events]
            after = arrivals.newest
            if is_written:
                await writer.write(batch_of(1_000 + after))
        await repository.close()
    assert found[: 40 * 3] == told(batches)
    # Each reading finds HELD events; the last of their batches may go on, and is left for the next one.
    assert 0 < len(read) <= 40 / (HELD // 3 - 1) + 1 < 40 / 2


@pytest.mark.parametrize("change", ["made room", "deleted", "pruned"])
async def test_what_is_held_of_the_log_is_found_again_after_events(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr("store.distant_arrivals.HELD", 1_000)
    crowded = [
        [make_event(id=f"{number}-{place}", occurred_at=NOON + timedelta(microseconds=later)) for place in range(40)]
        for number, later in enumerate((5, 1, 3, 0, 4))
    ]
    old = [make_event(id=f"old-{place}", occurred_at=NOON - timedelta(days=1)) for place in range(40)]
    await write_batches(database, [old, *crowded])
    connections, keys = Connections(database, writes=True), select(event.c.time_key, event.c.batch)
    repository = await open_repository(database)
    pieces = [await repository.arrivals(OPEN, 1, 40)]
    before = set(await connections.rows(keys))
    if change == "made room":
        crowded.append([make_event(id=f"5-{place}", occurred_at=NOON) for place in range(3 * SLOTS)])
        await write_batches(database, crowded[-1:])
    elif change == "pruned":
        await prune_log(database, NOON + timedelta(microseconds=2))
    else:
        async with connections.one() as connection:
            await connection.execute(delete(event).where(event.c.batch == 4, event.c.time_key % 2 == 0))
    left = [batch for (batch,) in await connections.rows(select(event.c.batch).where(event.c.batch > 1))]
    assert bool(before - set(await connections.rows(keys)))
    while pieces[-1].newest < max(left):
        pieces.append(await repository.arrivals(OPEN, pieces[-1].newest, 40))
    await repository.close()
    await connections.close()
    found = [event.id for piece in pieces for event in piece.events]
    assert len(found) == len(set(found)) == len(left)


@pytest.mark.parametrize("is_opened_anew", [False, True], ids=["one writer", "a writer for each batch"])
@pytest.mark.parametrize(
    "sizes",
    [[1] * 80, [7] * 20, [3, 70, 1, 1, 2, 50, 50, 1, *[2] * 30]],
    ids=["one each", "a few each", "some larger than all that is kept"],
)
async def test_no_more_than_some_are_noted_and_of_the_newest_batch_all(
    database: DatabaseAddress, is_opened_anew: bool, sizes: Sequence[int]
) -> None:
    writer = await open_writer(database)
    stored = 0
    for number, size in enumerate(sizes):
        if is_opened_anew:
            await writer.close()
            writer = await open_writer(database)
        await writer.write(batch_of(number, size))
        stored += size
        newest_and_before = sizes[max(0, number - KEPT) : number + 1]
        assert min(stored, KEPT, size) <= await number_noted(database) <= 2 * KEPT + max(newest_and_before)
    await writer.close()
    await assert_exact(database)
    assert len(set(in_one(await followed(database)))) == sum(sizes)


@pytest.mark.parametrize("counting", [False, True], ids=["reading", "counting"])
async def test_what_is_forgotten_between_two_statements_is_told_all_the_same(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, counting: bool
) -> None:
    rows = Connections.rows
    wanted = told([batch_of(number) for number in range(1, 4)])
    is_disturbed, statement = True, 0
    while is_disturbed:
        address, is_disturbed, left = new_database(), False, statement
        statement += 1
        await write_batches(address, [batch_of(number) for number in range(4)])
        repository = await open_repository(address)
        await repository.arrivals(OPEN, 1, 7)

        async def rows_later(self: Connections, *asked: Any, address: DatabaseAddress = address) -> Any:
            nonlocal is_disturbed, left
            if not left:
                is_disturbed = True
                with monkeypatch.context() as undisturbed:
                    undisturbed.setattr(Connections, "rows", rows)
                    await write_batches(address, [batch_of(number) for number in range(100, 110)])
            left -= 1
            return await rows(self, *asked)

        with monkeypatch.context() as disturbed:
            disturbed.setattr(Connections, "rows", rows_later)
            if counting:
                assert await repository.count_arrivals(OPEN, 1, 4) == len(wanted)
            else:
                arrivals = await repository.arrivals(OPEN, 1, 7)
                found = [event.id for event in arrivals.events]
                assert (found[: len(wanted)], len(found) % 3) == (wanted, 0)
                assert found[len(wanted) :] == told([batch_of(number) for number in range(100, 96 + arrivals.newest)])
        await repository.close()
    assert statement > (3 if counting else 4)


async def test_events_that_made_room_are_told_once_whether_noted_or_not(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.recent_arrivals.KEPT", SLOTS + 20)
    connections = Connections(database)
    batches = [
        [
            make_event(id=each, entity={"id": each}, occurred_at=NOON + timedelta(microseconds=later))
            for place in range(40)
            for each in (f"{number}-{place}",)
        ]
        for number, later in enumerate((5, 1, 3, 0, 0, 2, 0))
    ]
    keys = select(event.c.time_key, event.c.entity_ref)
    moved = 0
    async with await open_writer(database) as writer:
        for number, batch in enumerate(batches):
            before = set(await connections.rows(keys))
            await writer.write(batch)
            moved += bool(before - set(await connections.rows(keys)))
            assert await assert_exact(database) == 40 * (number + 1)
            for after in range(number + 1):
                assert in_one(await followed(database, after)) == told(batches[after : number + 1], late=False)
    await connections.close()
    assert moved > 3


async def test_nothing_is_noted_of_what_was_deleted(database: DatabaseAddress) -> None:
    await write_batches(database, [batch_of(number) for number in range(8)])
    assert await prune_log(database, NOON + timedelta(seconds=16)) == 8 + 11
    assert await assert_exact(database) == 5
    assert in_one(await followed(database)) == ["5-1", "6-0", "6-1", "7-0", "7-1"]
    assert await prune_log(database, NOON + timedelta(days=1)) == 5
    assert await number_noted(database) == 0
    await write_batches(database, [batch_of(9)])
    assert in_one(await followed(database)) == told([batch_of(9)])
    assert (await check_log(database)).findings == ()


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example is a whole database: too slow to shrink
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_any_follower_is_told_what_any_writers_stored_in_the_order_of_commits(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    monkeypatch.setattr("store.recent_arrivals.KEPT", data.draw(st.sampled_from([1, 5, 20])))
    monkeypatch.setattr("store.distant_arrivals.HELD", data.draw(st.sampled_from([1, 10, 20_000])))
    times = st.sampled_from([timedelta(), timedelta(microseconds=1), timedelta(days=-1), timedelta(seconds=3)])

    async def run(address: DatabaseAddress, opened: AsyncExitStack) -> None:
        writers = [await opened.enter_async_context(await open_writer(address)) for _ in range(2)]
        repository = await open_repository(address)
        opened.push_async_callback(repository.close)
        stored: list[set[str]] = []
        found: list[set[str]] = []

        async def follow() -> None:
            arrivals = await repository.arrivals(OPEN, len(found), data.draw(st.sampled_from([1, 10, 1_000])))
            ids = [event.id for event in arrivals.events]
            assert len(ids) == len(set(ids))
            parts = [
                {event_id for event_id in ids if event_id in batch} for batch in stored[len(found) : arrivals.newest]
            ]
            assert sum(map(len, parts)) == len(ids)
            found.extend(parts)

        for _ in range(data.draw(st.integers(2, 12))):
            batch = [
                make_event(id=f"{len(stored)}-{place}", occurred_at=NOON + data.draw(times))
                for place in range(data.draw(st.sampled_from([1, 2, 9, 40])))
            ]
            await data.draw(st.sampled_from(writers)).write(batch)
            stored.append({event.id for event in batch})
            if data.draw(st.integers(0, 3)) == 0:
                await follow()
        while len(found) < len(stored):
            await follow()
        assert found == stored
        await assert_exact(address)

    async def run_and_close() -> None:
        async with AsyncExitStack() as opened:
            await run(new_database(), opened)

    asyncio.run(run_and_close())
