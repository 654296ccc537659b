"""A check finds everything that does not fit the events, repairs what is counted, and disturbs nobody."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from store import (
    Actor,
    CheckReport,
    DatabaseAddress,
    DatabaseNotFound,
    Entity,
    Event,
    SchemaMissing,
    check_log,
    open_writer,
    prune_log,
)
from store.connections import Connections
from store.findings import MOST_TOLD
from store.schema import actor, arrival, combination, event, event_detail, meta, rollup
from store.stored_text import id_to_stored
from store.time_keys import HOUR, LEVELS, microseconds
from tests.builders import NOON, make_event
from tests.store.damaged_logs import damage
from tests.store.exact import assert_exact
from tests.store.plain_log import collide

EVENTS = [
    make_event(
        number,
        occurred_at=NOON + timedelta(hours=5 * number - 900, microseconds=number),
        event_name=f"NAME_{number % 3}",
        actor=Actor(id=f"actor {number % 4}"),
        entity=Entity(id="x"),
    )
    for number in range(400)
]


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that a test's few events are read in many."""
    monkeypatch.setattr("store.recount.SLICE_EVENTS", 7)


async def write(address: DatabaseAddress, events: Sequence[Event]) -> None:
    async with await open_writer(address) as writer:
        await writer.write(events)


def sentences(report: CheckReport) -> list[str]:
    return [finding.sentence for finding in report.findings]


async def test_a_log_that_was_written_and_pruned_is_found_exact(database: DatabaseAddress) -> None:
    ancient = [
        make_event(id=f"ancient {number}", occurred_at=NOON - timedelta(days=50_000 + number)) for number in range(9)
    ]
    tied = [make_event(id=f"tied {number}", occurred_at=NOON) for number in range(100)]
    for batch in (EVENTS[200:], tied, ancient, EVENTS[:200]):
        await write(database, batch)
    told: list[int] = []
    assert await check_log(database, tell=told.append) == CheckReport(events=509)
    assert told[-1] == 509
    assert told == sorted(told)
    await prune_log(database, EVENTS[150].occurred_at)
    assert await check_log(database) == CheckReport(
        events=509 - 150 - 9 - len([one for one in tied if one.occurred_at < EVENTS[150].occurred_at])
    )


async def test_an_empty_log_is_found_exact(database: DatabaseAddress) -> None:
    await write(database, [])
    assert await check_log(database) == CheckReport(events=0)


LAST_HOUR = microseconds(EVENTS[-1].occurred_at) // HOUR


@pytest.mark.parametrize("level", range(len(LEVELS)))
async def test_a_wrong_cell_is_found_at_every_level_and_repaired(database: DatabaseAddress, level: int) -> None:
    await write(database, EVENTS)
    bucket = microseconds(EVENTS[200].occurred_at) // LEVELS[level]
    number = 1 + EVENTS.index(EVENTS[200]) % 3
    cell = (rollup.c.level == level) & (rollup.c.bucket == bucket) & (rollup.c.combination_ref == number)
    await damage(database, update(rollup).where(cell).values(count=rollup.c.count + 5))
    (told,) = sentences(await check_log(database))
    assert told.startswith("The rollup counts ")
    assert f"events of combination {number} in the " in told
    report = await check_log(database, repair=True)
    assert (report.is_repaired, report.remaining, report.events) == (True, (), 400)
    assert await assert_exact(database) == 400
    assert await check_log(database) == CheckReport(events=400)


@pytest.mark.parametrize("bucket", [-(2**63), -1, LAST_HOUR + 1, 2**63 - 1])
async def test_a_cell_without_events_is_found_anywhere_and_repaired(database: DatabaseAddress, bucket: int) -> None:
    await write(database, EVENTS)
    cell = {"owner_ref": 0, "level": 0, "bucket": bucket, "combination_ref": 1, "count": 2}
    await damage(database, insert(rollup).values(cell))
    (told,) = sentences(await check_log(database))
    assert told.endswith("there are 0.")
    assert (await check_log(database, repair=True)).remaining == ()
    assert await assert_exact(database) == 400


async def test_a_cell_of_a_level_that_there_is_not_and_a_missing_cell_are_found(database: DatabaseAddress) -> None:
    await write(database, EVENTS)
    stray = insert(rollup).values(owner_ref=0, level=7, bucket=3, combination_ref=1, count=2)
    lost = delete(rollup).where(rollup.c.level == 5, rollup.c.combination_ref == 2)
    await damage(database, lost, stray)
    told = sentences(await check_log(database))
    assert any(one.startswith("The rollup does not count events of combination 2 in the 1536 hours") for one in told)
    assert any("level 7" in one for one in told)
    assert (await check_log(database, repair=True)).remaining == ()
    assert await assert_exact(database) == 400


async def test_a_wrong_count_of_a_combination_is_found_and_repaired(database: DatabaseAddress) -> None:
    await write(database, EVENTS)
    await damage(database, update(combination).where(combination.c.combination_ref == 2).values(count=9))
    assert sentences(await check_log(database)) == ["Combination 2 is counted 9 times: there are 133."]
    assert (await check_log(database, repair=True)).remaining == ()
    assert await assert_exact(database) == 400


async def test_what_is_lost_is_found_and_said_to_be_beyond_repair(database: DatabaseAddress) -> None:
    await write(database, EVENTS)
    connections = Connections(database)
    keys = [row[0] for row in await connections.rows(event.select())]
    await connections.close()
    await damage(
        database,
        delete(event_detail).where(event_detail.c.time_key == keys[5]),
        insert(event_detail).values(time_key=keys[7] + 1, id=b"stray"),
        delete(actor).where(actor.c.actor_ref == 3),
        delete(combination).where(combination.c.combination_ref == 1),
    )
    report = await check_log(database, repair=True)
    assert {finding.kind for finding in report.findings} == {
        "missing detail",
        "stray detail",
        "unknown actor",
        "unknown combination",
    }
    assert not report.is_repaired
    assert len(report.remaining) == 4
    assert len(report.advice) == 4
    assert all("Import the events again" in advice for advice in report.advice)
    assert f"The event of {EVENTS[5].occurred_at:%Y-%m-%dT%H:%M:%S.%fZ} with the key {keys[5]} has no detail." in (
        sentences(report)
    )


async def test_wrong_lists_of_what_came_in_lately_are_found_and_repaired(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.recent_arrivals.KEPT", 40)
    for start in range(0, 100, 10):
        await write(database, EVENTS[start : start + 10])
    assert (await check_log(database)).findings == ()
    await damage(database, delete(arrival).where(arrival.c.batch >= 9), insert(arrival).values(batch=7, time_key=5))
    report = await check_log(database, repair=True)
    assert sentences(report) == [
        "The list of what came in lately lacks 20 events that came in.",
        "The list of what came in lately has 1 events that are not there.",
    ]
    assert report.is_repaired
    assert (await check_log(database)).findings == ()
    assert await assert_exact(database) == 100


async def test_ids_that_several_events_have_are_found(database: DatabaseAddress) -> None:
    async with await open_writer(database, collide) as writer:
        await writer.write(EVENTS)
    assert (await check_log(database, make_reference=collide)).findings == ()
    connections = Connections(database)
    keys = [row[0] for row in await connections.rows(event.select().order_by(event.c.time_key))]
    await connections.close()
    for key in keys[5:8]:
        await damage(
            database,
            update(event).where(event.c.time_key == key).values(id_ref=collide("same", 0)),
            update(event_detail).where(event_detail.c.time_key == key).values(id=id_to_stored("same")),
        )
    report = await check_log(database, repair=True, make_reference=collide)
    assert sentences(report) == [f"3 events have the id of the one with the key {keys[5]}."]
    assert not report.is_repaired
    assert report.advice == (
        "A link leads to one of these events only. Import the events again into a new database: "
        "activity import FILE --into DATABASE",
    )


async def test_what_is_written_after_a_combination_was_lost_is_not_taken_for_another_one(
    database: DatabaseAddress,
) -> None:
    await write(database, [make_event(number, event_name=f"NAME_{number}") for number in range(3)])
    await damage(database, delete(combination).where(combination.c.event_name == "NAME_1"))
    await write(database, [make_event(3, event_name="NEW")])
    connections = Connections(database)
    counts = {name: count for _, name, *_, count in await connections.rows(combination.select())}
    await connections.close()
    assert counts == {"NAME_0": 1, "NAME_2": 1, "NEW": 1}
    assert [finding.kind for finding in (await check_log(database)).findings] == ["unknown combination"]


async def test_a_detail_in_an_empty_log_belongs_to_no_event(database: DatabaseAddress) -> None:
    await write(database, [])
    await damage(database, insert(event_detail).values(time_key=-5, id=b"stray"))
    assert sentences(await check_log(database)) == ["The detail with the key -5 belongs to no event."]


async def test_of_many_findings_the_first_are_told_and_the_others_counted(database: DatabaseAddress) -> None:
    await write(database, EVENTS)
    await damage(database, delete(event_detail), delete(rollup).where(rollup.c.level == 0))
    report = await check_log(database)
    told = sentences(report)
    assert len(told) == 2 * (MOST_TOLD + 1)
    assert f"{400 - MOST_TOLD} more of this kind: missing detail." in told
    assert f"{400 - MOST_TOLD} more of this kind: cell." in told


async def test_deleted_events_are_noticed_in_every_count(database: DatabaseAddress) -> None:
    await write(database, EVENTS)
    await damage(database, delete(event).where(event.c.combination_ref == 3))
    report = await check_log(database, repair=True)
    assert {finding.kind for finding in report.findings} == {"cell", "combination", "arrival", "stray detail"}
    assert {finding.kind for finding in report.remaining} == {"stray detail"}
    assert report.events == 267


async def test_a_repair_is_counted_and_a_check_is_not(database: DatabaseAddress) -> None:
    async def written() -> int:
        connections = Connections(database)
        values = dict(map(tuple, await connections.rows(meta.select())))
        await connections.close()
        return int(values["written"])

    await write(database, EVENTS)
    before = await written()
    await check_log(database)
    await check_log(database, repair=True)
    assert await written() == before
    await damage(database, update(combination).values(count=0))
    await check_log(database, repair=True)
    assert await written() == before + 1


async def test_a_log_is_found_exact_while_others_write_and_delete(database: DatabaseAddress) -> None:
    await write(database, EVENTS[:200])

    async def change() -> None:
        for first in range(200, 400, 20):
            await write(database, EVENTS[first : first + 20])
        await prune_log(database, EVENTS[100].occurred_at)

    changing = asyncio.create_task(change())
    checks = 0
    while not changing.done():
        assert (await check_log(database)).findings == ()
        checks += 1
    await changing
    assert checks > 1
    assert await check_log(database) == CheckReport(events=300)


@pytest.mark.parametrize("repair", [False, True])
async def test_a_check_that_is_stopped_leaves_the_log_free_for_others(database: DatabaseAddress, repair: bool) -> None:
    await write(database, EVENTS)

    def stop(events: int) -> None:
        checking.cancel()

    checking = asyncio.create_task(check_log(database, repair=repair, tell=stop))
    with pytest.raises(asyncio.CancelledError):
        await checking
    await write(database, [make_event(number=-1)])
    assert await check_log(database, repair=True) == CheckReport(events=401)


async def test_damaged_pages_are_found_and_nothing_else_is_believed(database: DatabaseAddress) -> None:
    if database.path is None:
        return
    await write(database, EVENTS)
    content = bytearray(database.path.read_bytes())
    for page in range(8, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 200] = b"\x5a" * 200
    database.path.write_bytes(bytes(content))
    report = await check_log(database, repair=True)
    assert {finding.kind for finding in report.findings} == {"page"}
    assert not report.is_repaired


async def test_a_database_without_a_log_cannot_be_checked_and_none_is_made(database: DatabaseAddress) -> None:
    for repair in (False, True):
        with pytest.raises(DatabaseNotFound if database.path else SchemaMissing):
            await check_log(database, repair=repair)
    assert database.path is None or not database.path.exists()
