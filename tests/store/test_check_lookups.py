"""A check finds whatever leads to other events than it should, and makes it anew where the events still tell how."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, LargeBinary, Select, Table, delete, insert, select, update
from sqlalchemy.sql.expression import Executable

from store import (
    NEWEST,
    Actor,
    CheckReport,
    DatabaseAddress,
    DatabaseDamaged,
    Entity,
    SchemaProblem,
    check_log,
    open_repository,
    open_writer,
    parse_filter,
)
from store.connections import Connections
from store.references import NOTHING, WITHOUT_ID, reference
from store.schema import actor, actor_word, combination, event, event_detail, meta, metadata, owner, rehashed
from store.stored_text import id_to_stored
from store.time_keys import SLOT_BITS, microseconds
from tests.builders import NOON, make_event
from tests.store.damaged_logs import damage, read_in_small_pieces
from tests.store.exact import all_events, assert_exact
from tests.store.plain_log import Log, hold_against

ENTITY, ITS_TWIN = "entity-1071", "entity-30112"
TRACE, ITS_TWIN_TRACE = "trace-7144", "trace-68311"
"""Ids of the same reference."""

ENTITIES = [
    Entity(type="SUBSCRIPTION", id=ENTITY),
    Entity(type="SUBSCRIPTION", id=ITS_TWIN, name="Twin"),
    Entity(type="CUSTOMER", id="customer"),
    Entity(type="ODD"),
    None,
    Entity(type="USAGE", id="usage"),
]
PARENTS = {ENTITY: "customer", ITS_TWIN: "customer", "usage": ENTITY}
ANN = Actor(type="USER", id="a", name="Ann", email="ann@x.example")
ACTORS = [ANN, Actor(type="SYSTEM"), None, Actor(type="USER", id="b", name="Bob", ip_address="192.0.2.1")]
EVENTS = [
    make_event(
        number,
        id=f"event-{number}" if number % 2 else f"00000000-0000-4000-8000-{number:012d}",
        occurred_at=NOON + timedelta(hours=number),
        event_name=f"NAME_{number % 3}",
        entity=ENTITIES[number % 6],
        parent_entity_id=PARENTS.get(getattr(ENTITIES[number % 6], "id", None) or "") if number % 12 < 6 else None,
        actor=ACTORS[number % 4],
        trace_id=[TRACE, ITS_TWIN_TRACE, None, "trace"][number // 6 % 4],
    )
    for number in range(48)
]
TIED = [make_event(100 + number, occurred_at=NOON, entity=ENTITIES[2]) for number in range(40)]
FILTERS = [
    *("", f"entity:{ENTITY}", f"entity:{ITS_TWIN}", "entity:customer", "entity:usage", "entity:other"),
    *("belongs_to:customer", f"belongs_to:{ENTITY}", "-belongs_to:customer", "belongs_to:other"),
    *(f"trace:{TRACE}", f"trace:{ITS_TWIN_TRACE}", "trace:trace", "trace:other"),
    *("actor:ann", "actor:b", "actor:ann@x.example", "actor:192.0.2.1", "actor_type:USER"),
]


@pytest.fixture(autouse=True)
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    read_in_small_pieces(monkeypatch)


async def write_log(address: DatabaseAddress) -> None:
    async with await open_writer(address) as writer:
        await writer.write(TIED)
        for first in range(0, 48, 12):
            await writer.write(EVENTS[first : first + 12])


async def rows_of(
    address: DatabaseAddress, table: Table, statement: Select[*tuple[Any, ...]] | None = None
) -> Sequence[Sequence[Any]]:
    """The rows of a table, or of a statement about it, in their order."""
    connections = Connections(address)
    rows = await connections.rows(table.select() if statement is None else statement)
    await connections.close()
    return sorted(map(tuple, rows))


def sentences(report: CheckReport) -> Sequence[str]:
    return [finding.sentence for finding in report.findings]


def kinds(report: CheckReport) -> set[str]:
    return {finding.kind for finding in report.findings}


async def assert_found_by_what_they_say(address: DatabaseAddress) -> None:
    """Every answer is that of the events as they are read."""
    log = Log(tuple(reversed(await all_events(address))))
    repository = await open_repository(address)
    try:
        for text in FILTERS:
            wanted = parse_filter(f"since:all {text}")
            await hold_against(repository, log, wanted, NEWEST, limit=100, ordinal=1)
        for each in log.events:
            assert await repository.event(each.id) == each
    finally:
        await repository.close()


KEY, ODD, NOBODY = (microseconds(EVENTS[number].occurred_at) << SLOT_BITS for number in (25, 3, 10))
"""The keys of an event with everything, of one of an entity with a type only, and of one without entity and actor."""

REFERENCES = {
    "id": (event, {"id_ref": 7}),
    "entity": (event, {"entity_ref": reference("customer")}),
    "entity without id": (event, {"entity_ref": WITHOUT_ID}),
    "trace": (event, {"trace_ref": reference("trace")}),
    "no trace": (event, {"trace_ref": NOTHING}),
    "home": (event, {"home_ref": reference("usage")}),
    "no home": (event, {"home_ref": None}),
    "id in detail": (event_detail, {"id": id_to_stored("other")}),
    "entity in detail": (event_detail, {"entity_id": "other"}),
    "entity without id in detail": (event_detail, {"entity_id": None}),
    "trace in detail": (event_detail, {"trace_id": "other"}),
    "parent in detail": (event_detail, {"parent_entity_id": "other"}),
    "no parent in detail": (event_detail, {"parent_entity_id": None}),
}


@pytest.mark.parametrize(("table", "values"), REFERENCES.values(), ids=REFERENCES)
async def test_an_event_with_a_wrong_reference_is_found_and_gets_that_of_what_it_says(
    database: DatabaseAddress, table: Table, values: Mapping[str, object]
) -> None:
    await write_log(database)
    assert await check_log(database) == CheckReport(events=88)
    await damage(database, update(table).where(table.c.time_key == KEY).values(values))
    report = await check_log(database, repair=True)
    assert "reference" in kinds(report)
    assert report.remaining == ()
    assert await check_log(database) == CheckReport(events=88)
    await assert_exact(database)
    await assert_found_by_what_they_say(database)


TWIN = (rehashed.c.kind == "entity") & (rehashed.c.id == ITS_TWIN)
NOTED = {
    "lost": (delete(rehashed),),
    "for another id": (update(rehashed).where(TWIN).values(id="other"),),
    "of another kind": (update(rehashed).where(TWIN).values(kind="none"),),
    "with another number": (update(rehashed).where(TWIN).values(ref=reference("usage")),),
    "beside another number": (update(rehashed).where(TWIN).values(common_ref=7),),
    "for an id that needs none": (
        insert(rehashed).values(kind="trace", ref=7, common_ref=reference("trace"), id="trace"),
    ),
    "lost, and events too": (
        delete(rehashed),
        update(event).where(event.c.time_key == KEY).values(entity_ref=reference(ENTITY), home_ref=None),
    ),
}


@pytest.mark.parametrize("orders", NOTED.values(), ids=NOTED)
async def test_what_is_noted_wrongly_of_ids_with_the_same_reference_is_found_and_noted_anew(
    database: DatabaseAddress, orders: Sequence[Executable]
) -> None:
    await write_log(database)
    noted = await rows_of(database, rehashed)
    assert {stored for *_, stored in noted} == {ITS_TWIN, ITS_TWIN_TRACE}
    await damage(database, *orders)
    report = await check_log(database, repair=True)
    assert "reference" in kinds(report)
    assert report.remaining == ()
    assert await rows_of(database, rehashed) == noted
    assert await check_log(database) == CheckReport(events=88)
    await assert_found_by_what_they_say(database)


async def test_events_whose_references_are_all_lost_get_them_as_from_a_writer(database: DatabaseAddress) -> None:
    await write_log(database)
    lost = update(event).values(id_ref=1, entity_ref=7, trace_ref=8, home_ref=9)
    await damage(database, lost, delete(rehashed))
    assert (await check_log(database, repair=True)).remaining == ()
    assert await check_log(database) == CheckReport(events=88)
    await assert_exact(database)
    await assert_found_by_what_they_say(database)
    async with await open_writer(database) as writer:
        await writer.write([*EVENTS, make_event(200, entity=ENTITIES[1], parent_entity_id="customer")])
    assert await check_log(database) == CheckReport(events=89)
    await assert_found_by_what_they_say(database)


async def test_words_that_lead_to_actors_no_more_are_found_and_noted_anew(database: DatabaseAddress) -> None:
    await write_log(database)
    words = await rows_of(database, actor_word)
    await damage(database, delete(actor_word).where(actor_word.c.word_ref == reference("ann")))
    report = await check_log(database, repair=True)
    assert sentences(report) == ["The words that mean actors lack 1 that do."]
    assert report.remaining == ()
    assert await rows_of(database, actor_word) == words
    await assert_found_by_what_they_say(database)


@pytest.mark.parametrize("part", ["type", "id", "name", "email", "ip_address"])
@pytest.mark.parametrize("value", [None, "another"])
async def test_an_actor_with_a_part_of_another_is_found_and_said_to_be_beyond_repair(
    database: DatabaseAddress, part: str, value: str | None
) -> None:
    if getattr(ANN, part) == value:
        return
    await write_log(database)
    ((number,),) = await rows_of(database, actor, select(actor.c.actor_ref).where(actor.c.name == "Ann"))
    await damage(database, update(actor).where(actor.c.actor_ref == number).values({part: value}))
    for _ in range(2):
        report = await check_log(database, repair=True)
        assert f"Actor {number} is not the one that was noted." in sentences(report)
        assert kinds(report) <= {"changed actor", "contradiction"}
        assert not report.is_repaired
    assert "Import the events again" in report.advice[0]


def noted_as(name: str, value: str) -> Executable:
    return update(meta).where(meta.c.name == name).values(value=value)


NOTES = {
    "no batches": delete(meta).where(meta.c.name == "written"),
    "too few batches": noted_as("written", "1"),
    "no number of batches": noted_as("written", "many"),
    "no number of what is forgotten": noted_as("forgotten", "much"),
    "no number of what is noted": noted_as("noted", ""),
    "an owner of no kind": update(owner).where(owner.c.owner_ref == 1).values(kind="none"),
    "an owner of all events": update(owner).where(owner.c.owner_ref == 1).values(owner_ref=0),
    "an owner twice": insert(owner).from_select(
        ["owner_ref", "kind", "ref"], select(99, owner.c.kind, owner.c.ref).where(owner.c.owner_ref == 1)
    ),
}


@pytest.mark.parametrize("order", NOTES.values(), ids=NOTES)
async def test_what_a_log_notes_wrongly_of_itself_is_found_and_mended(
    database: DatabaseAddress, order: Executable
) -> None:
    await write_log(database)
    assert {name for name, _ in await rows_of(database, meta)} >= {"written", "forgotten", "noted"}
    await damage(database, order)
    report = await check_log(database)
    assert "note" in kinds(report)
    assert (await check_log(database, repair=True)).remaining == ()
    assert await check_log(database) == CheckReport(events=88)
    async with await open_writer(database) as writer:
        await writer.write([make_event(300, entity=ENTITIES[2], actor=ANN)])
    assert await check_log(database) == CheckReport(events=89)
    await assert_exact(database)
    await assert_found_by_what_they_say(database)


@pytest.mark.parametrize("name", ["no batches", "no number of batches", "no number of what is forgotten"])
async def test_a_log_that_does_not_say_which_batches_it_has_says_how_to_mend_it(
    database: DatabaseAddress, name: str
) -> None:
    await write_log(database)
    await damage(database, NOTES[name])
    repository = await open_repository(database)
    with pytest.raises(DatabaseDamaged, match="which batches") as raised:
        await repository.arrivals(parse_filter("since:all"), after=1, enough=5)
    await repository.close()
    assert raised.value.advice.endswith("activity check --repair DATABASE")


TYPED = combination.c.actor_type == "USER"
CONTRADICTIONS = {
    "an actor of another type": (update(combination).where(TYPED).values(actor_type="ROBOT"), "contradiction"),
    "a type of actor without actor": (
        update(event).where(event.c.time_key == KEY).values(actor_ref=0),
        "contradiction",
    ),
    "a type without entity": (update(event).where(event.c.time_key == ODD).values(entity_ref=0), "contradiction"),
    "a name without entity": (
        update(event_detail).where(event_detail.c.time_key == NOBODY).values(entity_name="x"),
        "contradiction",
    ),
    "an actor's more without actor": (
        update(event_detail).where(event_detail.c.time_key == NOBODY).values(actor_more="{}"),
        "contradiction",
    ),
    "the same combination twice": (
        update(combination).values(event_name="X", entity_type="X", environment="X", actor_type="X"),
        "contradiction",
    ),
    "a time that has room": (
        update(event).where(event.c.time_key == KEY).values(occurred_at=(KEY >> SLOT_BITS) + 3),
        "contradiction",
    ),
    "a time before the one in front": (
        update(event).where(event.c.time_key == KEY).values(occurred_at=0),
        "contradiction",
    ),
    "no batch": (update(event).where(event.c.time_key == KEY).values(batch=-7), "contradiction"),
    "an id that is none": (
        update(event_detail).where(event_detail.c.time_key == KEY).values(id=b"\xff\xfe"),
        "unreadable id",
    ),
}


@pytest.mark.parametrize(("order", "kind"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
async def test_what_contradicts_itself_is_found_and_said_to_be_beyond_repair(
    database: DatabaseAddress, order: Executable, kind: str
) -> None:
    await write_log(database)
    await damage(database, order)
    for _ in range(2):
        report = await check_log(database, repair=True)
        assert kind in {finding.kind for finding in report.remaining}


async def test_an_event_whose_id_is_empty_is_found_by_it_again(database: DatabaseAddress) -> None:
    await write_log(database)
    async with await open_writer(database) as writer:
        await writer.write([make_event(300, id="")])
    await damage(database, update(event).where(event.c.id_ref == reference("")).values(id_ref=7))
    assert (await check_log(database, repair=True)).is_repaired
    assert (await check_log(database)).findings == ()
    repository = await open_repository(database)
    assert await repository.event("") is not None
    await repository.close()


async def test_an_event_that_has_got_the_id_of_another_one_is_told_of_also_when_it_is_found_by_it(
    database: DatabaseAddress,
) -> None:
    await write_log(database)
    is_changed = event_detail.c.time_key == KEY
    await damage(database, update(event_detail).where(is_changed).values(id=id_to_stored("event-27")))
    report = await check_log(database, repair=True)
    assert [finding.kind for finding in report.findings] == ["reference", "repeated id"]
    assert {finding.kind for finding in report.remaining} == {"repeated id"}


KNOWN_BY_NOTHING_ELSE = {
    *("combination.event_name", "combination.entity_type", "combination.environment", "actor.identity", "event.batch"),
    *("event_detail.entity_name", "event_detail.actor_more", "event_detail.payload", "event_detail.request"),
}
"""Columns of which nothing else in a log tells what they hold, or that lead nobody to an answer."""


@pytest.mark.parametrize("column", [column for table in metadata.sorted_tables for column in table.columns], ids=str)
async def test_another_value_in_any_column_is_found_where_anything_else_tells_of_it(
    tmp_path: Path, column: Column[Any]
) -> None:
    if str(column) in KNOWN_BY_NOTHING_ELSE:
        return
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    await write_log(address)
    changed = (column + 1_000) if isinstance(column.type, Integer) else (column + "x")
    if isinstance(column.type, LargeBinary):
        changed = id_to_stored("x")
    table = column.table
    rows = await rows_of(address, table, select(*table.primary_key).where(column.is_not(None)))
    for_row = [each == value for each, value in zip(table.primary_key, rows[-1], strict=True)]
    await damage(address, update(table).where(*for_row).values({column: changed}))
    try:
        assert (await check_log(address)).findings != ()
    except SchemaProblem:
        assert table is meta
