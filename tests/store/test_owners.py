"""Entities and actors with many events own cells of the rollup: from when on, until when, and exact like others."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import delete, update

from store import (
    Actor,
    CheckReport,
    DatabaseAddress,
    Entity,
    EventFilter,
    Position,
    SchemaOlder,
    TimeRange,
    check_log,
    open_repository,
    open_writer,
    parse_filter,
    prune_log,
)
from store.connections import Connections
from store.log_version import VERSION
from store.references import reference
from store.schema import owner, rollup
from store.session_orders import SQLITE_ORDERS
from tests.builders import NOON, make_event
from tests.store.damaged_logs import damage
from tests.store.exact import assert_exact
from tests.store.old_logs import VERSIONS, write_old_log
from tests.store.plain_log import OPEN, Log, hold_against, hold_bars_against

ANN, BOB = Actor(id="ann"), Actor(id="bob")
TOO_LONG_FOR_AN_INDEX = "".join(sha256(bytes([number])).hexdigest() for number in range(120))
"""An id that Postgres cannot compress into the 2,704 bytes of an entry."""
EVENTS = [
    make_event(
        number,
        occurred_at=NOON + timedelta(hours=5 * number),
        event_name=f"NAME_{number % 3}",
        actor=BOB if number % 10 == 9 else ANN,
        entity=Entity(id="busy") if number % 2 else Entity() if number % 4 else None,
        parent_entity_id=TOO_LONG_FOR_AN_INDEX if number == 7 else f"one of many {number}",
    )
    for number in range(60)
]


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.owners.OWNER_EVENTS", 20)
    monkeypatch.setattr("store.owners.LOOKED_AT_EVERY", 1)
    monkeypatch.setattr("store.recount.SLICE_EVENTS", 7)
    monkeypatch.setattr("store.prune.TRANSACTION_EVENTS", 10)
    monkeypatch.setattr("store.dialect.Sqlite.orders", replace(SQLITE_ORDERS, turn_seconds=0.0))


async def owners(address: DatabaseAddress) -> Mapping[int, tuple[str, int | None]]:
    connections = Connections(address)
    try:
        return {number: (kind, ref) for number, kind, ref in await connections.rows(owner.select())}
    finally:
        await connections.close()


async def counted(address: DatabaseAddress, text: str) -> int:
    repository = await open_repository(address)
    try:
        return (await repository.count(parse_filter(f"since:all {text}"))).number
    finally:
        await repository.close()


async def test_who_gets_many_events_owns_cells_from_then_on(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        await writer.write(EVENTS[:21])
        assert await owners(database) == {}
        await writer.write(EVENTS[21:30])
        assert await owners(database) == {1: ("actor", 1)}
        await writer.write(EVENTS[30:50])
        assert await owners(database) == {1: ("actor", 1), 2: ("entity", reference("busy"))}
    async with await open_writer(database) as writer:
        await writer.write(EVENTS[50:])
    assert await assert_exact(database) == 60
    assert await check_log(database) == CheckReport(events=60)


async def test_a_home_that_gets_a_parent_of_its_own_goes_on_counting_what_happened_to_itself(
    database: DatabaseAddress,
) -> None:
    others = [make_event(number, entity=Entity(id=f"{number}"), parent_entity_id="hub") for number in range(25)]
    own = [make_event(number, entity=Entity(id="hub")) for number in range(25, 55)]
    async with await open_writer(database) as writer:
        await writer.write([*others, *own])
        kinds = {("home", reference("hub")), ("entity", reference("hub"))}
        assert kinds <= set((await owners(database)).values())
        await assert_exact(database)
        found = await counted(database, "belongs_to:hub")
        await writer.write([make_event(55, entity=Entity(id="hub"), parent_entity_id="above")])
    assert (found, await counted(database, "belongs_to:hub"), await counted(database, "belongs_to:above")) == (
        55,
        56,
        56,
    )
    assert await assert_exact(database) == 56
    assert await check_log(database) == CheckReport(events=56)


async def test_of_every_so_many_events_one_is_looked_at_however_small_the_batches_are(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.owners.LOOKED_AT_EVERY", 5)
    async with await open_writer(database) as writer:
        for event in EVENTS[:24]:
            await writer.write([event])
        assert await owners(database) == {}
        for event in EVENTS[24:31]:
            await writer.write([event])
        assert await owners(database) == {1: ("actor", 1)}
    assert await assert_exact(database) == 31


async def test_an_owner_is_forgotten_with_the_last_event_and_the_number_does_not_come_back(
    database: DatabaseAddress,
) -> None:
    async with await open_writer(database) as writer:
        await writer.write(EVENTS)
        assert set(await owners(database)) == {1, 2}
        await prune_log(database, EVENTS[50].occurred_at)
        assert ("actor", 1) in (await owners(database)).values()
        assert await assert_exact(database) == 10
        await prune_log(database, EVENTS[-1].occurred_at + timedelta(days=1))
        assert await owners(database) == {1: ("entity", None), 2: ("actor", None)}
        await writer.write(EVENTS)
        assert set(await owners(database)) == {1, 2, 3, 4}
    assert await assert_exact(database) == 60


async def test_a_wrong_cell_of_an_owner_is_found_and_repaired(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        await writer.write(EVENTS)
    await damage(database, update(rollup).where(rollup.c.owner_ref == 1, rollup.c.level == 5).values(count=7))
    report = await check_log(database)
    assert f"The rollup counts 7 events of combination 1 of {' '.join(map(str, (await owners(database))[1]))} in " in (
        report.findings[0].sentence
    )
    assert (await check_log(database, repair=True)).remaining == ()
    assert await assert_exact(database) == 60


async def test_cells_of_nobody_are_found_and_repaired(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        await writer.write(EVENTS)
    await damage(database, delete(owner).where(owner.c.owner_ref == 1))
    assert {finding.kind for finding in (await check_log(database)).findings} == {"cell"}
    assert (await check_log(database, repair=True)).remaining == ()
    assert len(await owners(database)) == 2
    assert await assert_exact(database) == 60


SEVERAL = [
    OPEN.with_value("actors", "ann"),
    OPEN.with_value("actors", "ann").with_value("actors", "bob"),
    OPEN.with_value("actors", "ann", excluded=True),
    OPEN.with_value("actors", "ann", excluded=True).with_value("actors", "bob", excluded=True),
    OPEN.with_value("entity_ids", "busy").with_value("event_names", "NAME_1"),
    OPEN.with_value("entity_ids", "busy", excluded=True).with_value("actors", "ann", excluded=True),
    OPEN.with_value("entity_ids", "busy").with_value("actors", "bob"),
    OPEN.with_value("entity_ids", "busy").with_value("actors", "ann").with_value("event_names", "NAME_2"),
    OPEN.with_value("entity_ids", "busy").with_value("actors", "ann").with_value("trace_ids", "t", excluded=True),
]


BELONGING = [
    make_event(
        number,
        occurred_at=NOON + timedelta(hours=5 * number),
        event_name=f"NAME_{number % 3}",
        actor=BOB if number % 10 == 9 else ANN,
        entity=Entity(id=("customer", "subscription", f"usage-{number}", "elsewhere")[number % 4]),
        parent_entity_id=(None, "customer", "subscription" if number % 8 else "other", "away")[number % 4],
    )
    for number in range(110)
]
OF_CUSTOMER = OPEN.with_value("belongs_to", "customer")


@pytest.mark.parametrize(
    "event_filter",
    [
        OF_CUSTOMER,
        OF_CUSTOMER.with_value("event_names", "NAME_1"),
        OF_CUSTOMER.with_value("actors", "bob", excluded=True),
        OF_CUSTOMER.with_value("actors", "bob"),
        OF_CUSTOMER.with_value("belongs_to", "elsewhere"),
        OPEN.with_value("belongs_to", "subscription"),
        OPEN.with_value("belongs_to", "customer", excluded=True),
        OPEN.with_value("belongs_to", "subscription", excluded=True).with_value("actors", "bob", excluded=True),
        OPEN.with_value("actors", "ann").with_value("belongs_to", "subscription", excluded=True),
    ],
    ids=str,
)
@pytest.mark.parametrize("many_branches", [0, 2_000])
async def test_answers_from_cells_of_homes_equal_those_of_the_events(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, event_filter: EventFilter, many_branches: int
) -> None:
    monkeypatch.setattr("store.tally.FEW_TO_WALK", 2)
    monkeypatch.setattr("store.sides.MANY_EVENTS", 5)
    monkeypatch.setattr("store.sides.MANY_BRANCHES", many_branches)
    async with await open_writer(database) as writer:
        for first in range(0, len(BELONGING), 25):
            await writer.write(BELONGING[first : first + 25])
    assert {kind for kind, _ in (await owners(database)).values()} == {"actor", "entity", "home"}
    await assert_exact(database)
    log, repository = Log(BELONGING), await open_repository(database)
    for ordinal in (0, 3, 11):
        await hold_against(repository, log, event_filter, Position.of(BELONGING[40]), 7, ordinal)
    await hold_bars_against(repository, log, event_filter, BELONGING[-1].occurred_at, 20)
    await repository.close()


@pytest.mark.parametrize("event_filter", SEVERAL, ids=str)
async def test_answers_from_cells_of_owners_equal_those_of_the_events(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, event_filter: EventFilter
) -> None:
    monkeypatch.setattr("store.tally.FEW_TO_WALK", 2)
    monkeypatch.setattr("store.sides.MANY_EVENTS", 5)
    async with await open_writer(database) as writer:
        for first in range(0, len(EVENTS), 25):
            await writer.write(EVENTS[first : first + 25])
    log, repository = Log(EVENTS), await open_repository(database)
    some_days = event_filter.replaced(time=TimeRange(since=EVENTS[3].occurred_at, until=EVENTS[-5].occurred_at))
    for each in (event_filter, some_days):
        for ordinal in (0, 3, 11):
            await hold_against(repository, log, each, Position.of(EVENTS[40]), 7, ordinal)
        await hold_bars_against(repository, log, each, EVENTS[-1].occurred_at, 20)
    await repository.close()


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_log_of_an_older_version_is_brought_to_this_one_by_a_repair(
    database: DatabaseAddress, version: int
) -> None:
    await write_old_log(database, version, EVENTS)
    for opening in (open_repository(database), open_writer(database), check_log(database)):
        with pytest.raises(SchemaOlder, match=f"version {version}, this program reads version {VERSION}") as caught:
            await opening
        assert caught.value.advice == f"To bring it to version {VERSION}: activity check --repair DATABASE"
    report = await check_log(database, repair=True)
    assert [finding.sentence for finding in report.findings] == [
        f"The log has schema version {version}, which is older than {VERSION}."
    ]
    assert (report.is_repaired, report.remaining, report.events) == (True, (), 60)
    assert set(await owners(database)) == {1, 2}
    assert await assert_exact(database) == 60
    repository = await open_repository(database)
    of_one = OPEN.with_value("belongs_to", TOO_LONG_FOR_AN_INDEX)
    await hold_against(repository, Log(EVENTS), of_one, Position.of(EVENTS[7]), 7, 0)
    await repository.close()
    async with await open_writer(database) as writer:
        assert (await writer.write(EVENTS)).stored == 0
