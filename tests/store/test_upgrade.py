"""A log that an older version wrote is brought to this one part by part, and goes on where it was stopped."""

import asyncio
from collections.abc import Sequence
from random import Random

import pytest
from sqlalchemy import select

from store import CheckReport, DatabaseAddress, Entity, Event, check_log, open_writer
from store.connections import Connections
from store.schema import descent, event, meta
from tests.builders import make_event
from tests.store.exact import assert_exact

PART = 50
LOSSES = ("DROP INDEX event_home", "ALTER TABLE event DROP COLUMN home_ref", "DROP TABLE descent")
WIDE = [make_event(number, parent_entity_id=f"parent {number}") for number in range(400)]
CHAINS = [
    make_event(
        number,
        entity=Entity(type="THING", id=f"{number // 100}-{number % 100}"),
        parent_entity_id=f"{number // 100}-{number % 100 - 1}" if number % 100 else None,
    )
    for number in range(400)
]
LOOPS = [
    make_event(
        number,
        entity=Entity(type="THING", id=f"{number // 100}-{number % 100}"),
        parent_entity_id=f"{number // 100}-{(number + 1) % 100}",
    )
    for number in range(400)
]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that a test's few events take many transactions."""
    monkeypatch.setattr("store.upgrade.TRANSACTION_EVENTS", PART)


async def write_older(address: DatabaseAddress, events: Sequence[Event]) -> tuple[object, ...]:
    """Write a log as version 4 left it. Returns what this version derives from it."""
    async with await open_writer(address) as writer:
        await writer.write(events)
    derived = await derived_of(address)
    connections = Connections(address, writes=True)
    await connections.execute([*LOSSES, "UPDATE meta SET value = '4' WHERE name = 'version'"])
    await connections.close()
    return derived


async def derived_of(address: DatabaseAddress) -> tuple[object, ...]:
    """The home of each event, what belongs to what, and what stands in `meta` beside the number of transactions."""
    connections = Connections(address)
    homes = await connections.rows(select(event.c.time_key, event.c.home_ref).order_by(event.c.time_key))
    pairs = await connections.rows(select(descent).order_by(*descent.c))
    noted = await connections.rows(select(meta).where(meta.c.name != "written").order_by(meta.c.name))
    await connections.close()
    return tuple(tuple(tuple(row) for row in rows) for rows in (homes, pairs, noted))


@pytest.mark.parametrize("events", [WIDE, CHAINS, LOOPS, []], ids=["wide", "chains", "loops", "empty"])
async def test_an_older_log_has_everything_afterwards_that_a_new_one_has(
    database: DatabaseAddress, events: Sequence[Event]
) -> None:
    derived = await write_older(database, events)
    told: list[int] = []
    report = await check_log(database, repair=True, tell_upgraded=told.append)
    assert (report.events, report.remaining, report.is_repaired) == (len(events), (), True)
    assert told == sorted(told)
    assert told[-1] == len(events)
    assert len(told) > len(events) // PART
    assert await derived_of(database) == derived
    assert await assert_exact(database) == len(events)
    assert await check_log(database) == CheckReport(events=len(events))


async def test_what_was_stopped_goes_on_where_it_was(database: DatabaseAddress) -> None:
    class Stopped(Exception):
        """As a kill, it ends the work in the middle."""

    derived = await write_older(database, CHAINS)
    random = Random(5)
    done = 0
    for _ in range(3):
        after = random.randrange(1, 3)
        told: list[int] = []

        def stop(events: int, after: int = after, told: list[int] = told) -> None:
            told.append(events)
            if len(told) == after:
                raise Stopped

        with pytest.raises(Stopped):
            await check_log(database, repair=True, tell_upgraded=stop)
        done += told[-1]
    told = []
    await check_log(database, repair=True, tell_upgraded=told.append)
    assert told[-1] == len(CHAINS) - done
    assert await derived_of(database) == derived
    assert await check_log(database) == CheckReport(events=len(CHAINS))


async def test_whoever_is_stopped_before_any_event_has_its_home_knows_that_the_tables_were_changed(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        """As an interrupt, it ends the work in the first part."""

    async def stop(*_: object) -> int:
        raise Stopped

    await write_older(database, WIDE)
    monkeypatch.setattr("store.upgrade._Homes.find", stop)
    told: list[int] = []
    with pytest.raises(Stopped):
        await check_log(database, repair=True, tell_upgraded=told.append)
    assert told == [0]


async def test_two_who_bring_a_log_up_to_date_at_once_share_the_work(database: DatabaseAddress) -> None:
    derived = await write_older(database, LOOPS)
    await asyncio.gather(*(check_log(database, repair=True) for _ in range(2)))
    assert await derived_of(database) == derived


async def test_new_indexes_serve_at_once(postgres_url: str) -> None:
    """Else what a number stands for would be looked for in the whole table, for each number."""
    address = DatabaseAddress.parse(postgres_url)
    await write_older(address, WIDE)
    await check_log(address, repair=True)
    connections = Connections(address, writes=True)
    async with connections.one() as connection:
        late = await connection.exec_driver_sql("SELECT indexrelid::regclass::text FROM pg_index WHERE indcheckxmin")
        assert late.all() == []
    await connections.close()
