"""Deleting old events: exactly those, with every count exact after each transaction, and readers none the wiser."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table

from store import (
    NEWEST,
    Actor,
    DatabaseAddress,
    DatabaseNotFound,
    Entity,
    Event,
    EventFilter,
    Position,
    SchemaMissing,
    TimeRange,
    open_repository,
    open_writer,
    prune_log,
)
from store.connections import Connections
from store.schema import actor, actor_word, meta, rehashed
from store.session_orders import SQLITE_ORDERS
from store.time_keys import SLOTS
from tests.builders import NOON, make_event
from tests.store.exact import all_events, assert_exact

OPEN = EventFilter(time=TimeRange(since=None))
LATER = NOON + timedelta(days=400)


@pytest.fixture(autouse=True)
def small_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that a test's few events take several, and none waits for writers that a test does not have."""
    monkeypatch.setattr("store.prune.TRANSACTION_EVENTS", 10)
    monkeypatch.setattr("store.dialect.Sqlite.orders", replace(SQLITE_ORDERS, turn_seconds=0.0))


async def write(address: DatabaseAddress, events: Sequence[Event]) -> None:
    async with await open_writer(address) as writer:
        await writer.write(events)


async def rows_of(address: DatabaseAddress, table: Table) -> list[tuple[Any, ...]]:
    connections = Connections(address)
    try:
        return [tuple(row) for row in await connections.rows(table.select())]
    finally:
        await connections.close()


async def test_exactly_the_events_before_a_moment_go_and_every_count_stays_exact(database: DatabaseAddress) -> None:
    events = [
        make_event(number, occurred_at=NOON + timedelta(hours=7 * number), event_name=f"NAME_{number % 4}")
        for number in range(60)
    ]
    await write(database, events)
    told: list[int] = []
    assert await prune_log(database, events[37].occurred_at, told.append) == 37
    assert told == [9, 18, 27, 36, 37]
    assert await all_events(database) == tuple(reversed(events[37:]))
    assert await assert_exact(database) == 23
    assert await prune_log(database, events[37].occurred_at) == 0


async def test_events_before_1970_and_at_the_ends_of_time_are_pruned_like_others(database: DatabaseAddress) -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    moments = [first, *(epoch + timedelta(minutes=25 * number) for number in range(-20, 20)), last]
    await write(database, [make_event(number, occurred_at=moment) for number, moment in enumerate(moments)])
    assert await prune_log(database, first) == 0
    assert await prune_log(database, epoch - timedelta(minutes=70)) == 1 + 18
    assert await assert_exact(database) == 23
    assert await prune_log(database, last) == 22
    assert await assert_exact(database) == 1


async def test_events_of_one_microsecond_go_together_and_those_behind_them_stay(database: DatabaseAddress) -> None:
    crowd = [make_event(id=f"crowd {number}", occurred_at=NOON) for number in range(3 * SLOTS)]
    behind = [make_event(id=f"b{number}", occurred_at=NOON + timedelta(microseconds=1)) for number in range(5)]
    await write(database, [*crowd, *behind])
    assert await prune_log(database, NOON) == 0
    told: list[int] = []
    assert await prune_log(database, NOON + timedelta(microseconds=1), told.append) == len(crowd)
    assert told == [len(crowd)]
    late = [make_event(id=f"late {number}", occurred_at=NOON) for number in range(2 * SLOTS)]
    await write(database, late)
    assert await all_events(database) == tuple(reversed([*late, *behind]))
    assert await assert_exact(database) == len(late) + len(behind)


async def test_pruned_events_can_be_imported_again(database: DatabaseAddress) -> None:
    events = [make_event(number, actor=Actor(id=f"a{number % 7}"), trace_id=f"t{number}") for number in range(40)]
    async with await open_writer(database) as writer:
        await writer.write(events)
        assert await prune_log(database, events[25].occurred_at) == 25
        assert (await writer.write(events)).stored == 25
    assert await all_events(database) == tuple(reversed(events))
    assert await assert_exact(database) == 40


async def test_an_actor_goes_with_its_last_event_and_its_number_does_not_come_back(database: DatabaseAddress) -> None:
    ann, bob = Actor(id="ann", email="ann@acme.example"), Actor(id="bob", name="Bob")
    await write(database, [make_event(1, actor=ann), make_event(2, actor=bob), make_event(3, actor=ann)])
    numbers = {row[3]: row[0] for row in await rows_of(database, actor)}
    await prune_log(database, make_event(3).occurred_at)
    assert await rows_of(database, actor) == [
        (numbers["ann"], *(await rows_of(database, actor))[0][1:3], "ann", None, "ann@acme.example", None),
        (numbers["bob"], 0, None, None, None, None, None),
    ]
    assert {row[1] for row in await rows_of(database, actor_word)} == {numbers["ann"]}
    await prune_log(database, LATER)
    assert [row[0] for row in await rows_of(database, actor)] == [numbers["bob"]]
    await write(database, [make_event(4, actor=bob), make_event(5, actor=Actor())])
    assert {row[0] for row in await rows_of(database, actor)} == {numbers["bob"] + step for step in (0, 1, 2)}
    repository = await open_repository(database)
    assert (await repository.count(OPEN.with_value("actors", "BOB"))).number == 1
    await repository.close()


def collide(text: str, salt: int) -> int:
    """At first the same number for every text, then the salt and the length of the text."""
    return 7 if salt == 0 else 100 * salt + len(text)


async def test_texts_that_share_a_reference_are_told_apart_after_one_of_them_is_gone(database: DatabaseAddress) -> None:
    def of(number: int, entity_id: str) -> Event:
        return make_event(number, entity=Entity(id=entity_id), trace_id=f"trace {entity_id}")

    async with await open_writer(database, collide) as writer:
        await writer.write([of(1, "a"), of(2, "bb"), of(3, "ccc")])
        assert len(await rows_of(database, rehashed)) == 4
        await prune_log(database, of(3, "").occurred_at, make_reference=collide)
        assert len(await rows_of(database, rehashed)) == 2
        await writer.write([of(4, "dd"), of(5, "a"), of(6, "bb"), of(7, "ccc")])
    assert await assert_exact(database) == 5
    repository = await open_repository(database, collide)
    for entity_id, count in {"a": 1, "bb": 1, "ccc": 2, "dd": 1}.items():
        for narrowed in (OPEN.with_value("entity_ids", entity_id), OPEN.with_value("trace_ids", f"trace {entity_id}")):
            page = await repository.page(narrowed, NEWEST, "older", 9)
            assert [one.entity.id for one in page.events if one.entity] == [entity_id] * count
    await repository.close()


async def test_a_value_of_which_all_events_are_deleted_is_no_longer_offered(database: DatabaseAddress) -> None:
    await write(database, [make_event(1, event_name="OLD"), make_event(2, event_name="NEW")])
    repository = await open_repository(database)
    assert len((await repository.facets(OPEN)).fields["event_names"]) == 2
    await prune_log(database, make_event(2).occurred_at)
    for narrowed in (OPEN, EventFilter(time=TimeRange(since=NOON))):
        assert [facet.value for facet in (await repository.facets(narrowed)).fields["event_names"]] == ["NEW"]
    assert (await repository.count(OPEN.with_value("event_names", "OLD"))).number == 0
    assert (await repository.page(OPEN.with_value("event_names", "OLD"), NEWEST, "older", 9)).events == ()
    await repository.close()


async def test_a_reader_pages_on_while_the_events_behind_it_are_deleted(database: DatabaseAddress) -> None:
    events = [make_event(number, event_name=f"NAME_{number % 3}", trace_id=f"t{number % 2}") for number in range(90)]
    await write(database, events)
    pruning = asyncio.create_task(prune_log(database, events[80].occurred_at))
    for narrowed in (OPEN, OPEN.with_value("event_names", "NAME_1"), OPEN.with_value("trace_ids", "t1")) * 4:
        repository = await open_repository(database)
        position, seen = NEWEST, list[Event]()
        while page := (await repository.page(narrowed, position, "older", 4)).events:
            seen += page
            position = Position.of(page[-1])
        shown = [event for event in reversed(events) if narrowed.matches(event)]
        assert seen == shown[: len(seen)]
        assert set(seen) >= {event for event in shown if event in events[80:]}
        back = await repository.page(narrowed, position, "newer", 4)  # the event at the position may be gone
        assert back.events or not page
        await repository.close()
    assert await pruning == 80


async def test_a_cancelled_prune_finishes_its_transaction_and_another_goes_on(database: DatabaseAddress) -> None:
    events = [make_event(number) for number in range(50)]
    await write(database, events)
    told: list[int] = []

    def interrupt(deleted: int) -> None:
        told.append(deleted)
        if len(told) == 2:
            pruning.cancel()

    pruning = asyncio.create_task(prune_log(database, LATER, interrupt))
    with pytest.raises(asyncio.CancelledError):
        await pruning
    left = await assert_exact(database)
    assert left == 50 - told[-1]
    assert await prune_log(database, LATER) == left
    assert await assert_exact(database) == 0


async def test_every_transaction_is_counted_so_that_readers_notice(database: DatabaseAddress) -> None:
    await write(database, [make_event(number) for number in range(25)])
    before = dict(await rows_of(database, meta))["written"]
    told: list[int] = []
    await prune_log(database, LATER, told.append)
    after = dict(await rows_of(database, meta))["written"]
    assert int(after) - int(before) == len(told) == 3


async def test_events_that_arrive_late_while_a_log_is_pruned_are_deleted_too(database: DatabaseAddress) -> None:
    await write(database, [make_event(number) for number in range(60)])
    late = [make_event(id=f"late {number}", occurred_at=NOON) for number in range(5)]
    writing: list[asyncio.Task[None]] = []
    loop, written = asyncio.get_running_loop(), asyncio.Event()

    async def write_late() -> None:
        await write(database, late)
        written.set()

    def tell(deleted: int) -> None:
        if not writing:
            writing.append(loop.create_task(write_late()))

    pruning = asyncio.create_task(prune_log(database, make_event(59).occurred_at, tell))
    await asyncio.gather(pruning, written.wait())
    left = await assert_exact(database)
    assert pruning.result() + left == 65
    assert await prune_log(database, make_event(59).occurred_at) == left - 1


async def test_a_database_without_a_log_is_refused_and_none_is_made(database: DatabaseAddress) -> None:
    with pytest.raises(DatabaseNotFound if database.path else SchemaMissing):
        await prune_log(database, LATER)
    assert database.path is None or not database.path.exists()
