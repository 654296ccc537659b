"""A log that an older version wrote is brought to this one part by part, and goes on where it was stopped."""

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from store import (
    Actor,
    CheckReport,
    DatabaseAddress,
    DatabaseDamaged,
    DatabaseUnavailable,
    Entity,
    Event,
    SchemaOlder,
    StoreError,
    check_log,
    open_repository,
    open_writer,
    prune_log,
)
from store.connections import Connections
from store.log_version import VERSION
from store.schema import descent, event, meta
from tests.builders import NOON, make_event
from tests.store.exact import all_events, assert_exact
from tests.store.old_logs import VERSIONS, write_old_log

PART = 50
UGLY = "nul \0, escape \x10, escaped \x100000, surrogates \ud800\udfff, ü"
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
AT_ONCE = [make_event(number + 100, occurred_at=NOON + timedelta(microseconds=number // 300)) for number in range(400)]
"""More in one microsecond than have a key in it, over several parts."""

ODD = [
    make_event(0, id=str(uuid.UUID(int=7))),
    make_event(1, id=str(uuid.UUID(int=0xAB)).upper()),
    make_event(2, id="x" * 15),
    make_event(3, id="x" * 16),
    make_event(4, id=""),
    make_event(5, id=f"{UGLY}{'é' * 1000}"),
    make_event(6, id="a" * 1000),
    make_event(7, id="a" * 1001),
    make_event(8, id=UGLY, event_name=UGLY, environment=UGLY, trace_id=UGLY, payload=f'"{UGLY}"', request=f'"{UGLY}"'),
    make_event(9, entity=Entity(type=UGLY, id=UGLY, name=UGLY), parent_entity_id=UGLY),
    make_event(10, actor=Actor(type=UGLY, id=UGLY, name=UGLY, email=UGLY, ip_address=UGLY, more=f'{{"a": "{UGLY}"}}')),
    make_event(11, entity=Entity()),
    make_event(12, entity=Entity(type="THING", name="without an id")),
    make_event(13, parent_entity_id="a parent of no entity"),
    make_event(14, actor=Actor()),
    make_event(15, actor=Actor(more="{}")),
    make_event(16, event_name="", environment="", trace_id="", payload="", request=""),
    make_event(17, entity=Entity(type="", id="", name=""), actor=Actor(type="", id="", name="", email="")),
    make_event(18, occurred_at=NOON.replace(year=1)),
    make_event(19, occurred_at=NOON.replace(year=9999)),
    make_event(20, payload='{"long": "' + "x" * 100_000 + '"}'),
]


class Stopped(Exception):
    """As a kill, it ends the work in the middle."""


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that a test's few events take many transactions."""
    monkeypatch.setattr("store.upgrade.TRANSACTION_EVENTS", PART)


def newest_first(events: Sequence[Event]) -> list[Event]:
    """Events as a log shows them that were written in this order."""
    return sorted(events, key=lambda event: event.occurred_at)[::-1]


def stops_after(parts: int) -> Callable[[int], None]:
    """Hears how many events are moved, and stops the work after so many transactions."""
    told: list[int] = []

    def tell(events: int) -> None:
        told.append(events)
        if len(told) == parts:
            raise Stopped

    return tell


async def stop_halfway(address: DatabaseAddress, parts: int = 3) -> None:
    with pytest.raises(Stopped):
        await check_log(address, repair=True, tell_upgraded=stops_after(parts))


async def change(address: DatabaseAddress, *orders: str) -> None:
    connections = Connections(address, writes=True)
    await connections.execute(orders)
    await connections.close()


async def derived_of(address: DatabaseAddress) -> tuple[object, ...]:
    """Homes and what belongs to what, what the log says that it is, and its tables."""
    connections = Connections(address)
    homes = await connections.rows(select(event.c.time_key, event.c.home_ref).order_by(event.c.time_key))
    pairs = await connections.rows(select(descent).order_by(*descent.c))
    is_named = (meta.c.name == "application") | (meta.c.name == "version")
    says = await connections.rows(select(meta).where(is_named))
    tables = await connections.rows(connections.dialect.tables)
    await connections.close()
    return tuple(tuple(tuple(row) for row in rows) for rows in (homes, pairs, sorted(says), sorted(tables)))


@pytest.mark.parametrize(
    ("version", "events"),
    [
        *(pytest.param(version, [*ODD, *AT_ONCE], id=f"odd-{version}") for version in VERSIONS),
        pytest.param(5, WIDE, id="wide"),
        pytest.param(5, CHAINS, id="chains"),
        pytest.param(5, LOOPS, id="loops"),
        pytest.param(2, [], id="empty"),
    ],
)
async def test_an_older_log_has_everything_afterwards_that_a_new_one_has(
    new_database: Callable[[], DatabaseAddress], version: int, events: Sequence[Event]
) -> None:
    database, new = new_database(), new_database()
    await write_old_log(database, version, events)
    told: list[int] = []
    report = await check_log(database, repair=True, tell_upgraded=told.append)
    assert [finding.sentence for finding in report.findings] == [
        f"The log has schema version {version}, which is older than {VERSION}."
    ]
    assert (report.events, report.remaining, report.is_repaired) == (len(events), (), True)
    assert told == sorted(told)
    assert told[-1] == len(events)
    assert len(told) > len(events) // PART
    assert list(await all_events(database)) == newest_first(events)
    assert await assert_exact(database) == len(events)
    assert await check_log(database) == CheckReport(events=len(events))
    async with await open_writer(new) as writer:
        await writer.write(events)
    assert await derived_of(database) == await derived_of(new)
    async with await open_writer(database) as writer:
        assert (await writer.write(events)).stored == 0
        assert (await writer.write([make_event(1_000)])).stored == 1
    assert await assert_exact(database) == len(events) + 1


async def test_what_was_stopped_goes_on_where_it_was(database: DatabaseAddress) -> None:
    await write_old_log(database, 5, CHAINS)
    random = Random(5)
    done = 0
    for _ in range(3):
        parts = random.randrange(1, 3)
        await stop_halfway(database, parts)
        done += PART * (parts if done else parts - 1)
    told: list[int] = []
    await check_log(database, repair=True, tell_upgraded=told.append)
    assert told[-1] == len(CHAINS) - done
    assert list(await all_events(database)) == newest_first(CHAINS)
    assert await check_log(database) == CheckReport(events=len(CHAINS))


async def test_what_an_earlier_version_was_stopped_at_does_not_matter(database: DatabaseAddress) -> None:
    await write_old_log(database, 4, CHAINS)
    await change(
        database,
        "ALTER TABLE event ADD COLUMN home_ref BIGINT NOT NULL DEFAULT 0",
        "CREATE INDEX event_home ON event (home_ref)",
        "CREATE TABLE descent (parent_ref BIGINT, child_ref BIGINT)",
        "INSERT INTO meta VALUES ('homes_before', '7')",
    )
    await check_log(database, repair=True)
    assert await assert_exact(database) == len(CHAINS)
    connections = Connections(database)
    names = {name for (name,) in await connections.rows(select(meta.c.name))}
    assert names.isdisjoint({"homes_before", "moved_from", "moved_until"})
    await connections.close()


async def test_long_payloads_are_moved_in_small_parts(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.upgrade.TRANSACTION_CHARACTERS", 1_000)
    events = [make_event(number, payload='"' + "x" * (400 if number % 10 else 4_000) + '"') for number in range(20)]
    await write_old_log(database, 5, events)
    told: list[int] = []
    await check_log(database, repair=True, tell_upgraded=told.append)
    assert told == [0, 1, 4, 7, 10, 11, 14, 17, 20, 20]
    assert list(await all_events(database)) == newest_first(events)


async def test_of_long_payloads_hardly_more_are_measured_than_are_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    measured: list[int] = []
    execute = AsyncConnection.execute

    async def noting(self: AsyncConnection, statement: Any, parameters: Any = None) -> Any:
        if "length(" in str(statement):
            measured.append(parameters["events"])
        return await execute(self, statement, parameters)

    monkeypatch.setattr("store.upgrade.TRANSACTION_CHARACTERS", 4_000)
    monkeypatch.setattr(AsyncConnection, "execute", noting)
    await write_old_log(address, 5, [make_event(number, payload="x" * 1_000) for number in range(200)])
    await check_log(address, repair=True)
    assert sum(measured) < 3 * 200


async def test_whoever_is_stopped_before_any_event_was_moved_knows_that_the_tables_were_changed(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stop(*_: object) -> int:
        raise Stopped

    await write_old_log(database, 5, WIDE)
    monkeypatch.setattr("store.batch.Batch.store", stop)
    told: list[int] = []
    with pytest.raises(Stopped):
        await check_log(database, repair=True, tell_upgraded=told.append)
    assert told == [0]


async def test_two_who_bring_a_log_up_to_date_at_once_share_the_work(database: DatabaseAddress) -> None:
    await write_old_log(database, 5, LOOPS)
    told: tuple[list[int], list[int]] = ([], [])
    await asyncio.gather(*(check_log(database, repair=True, tell_upgraded=each.append) for each in told))
    assert sum(each[-1] for each in told) == len(LOOPS)
    assert min(each[-1] for each in told) > 0
    assert list(await all_events(database)) == newest_first(LOOPS)
    assert await assert_exact(database) == len(LOOPS)


async def test_nobody_takes_half_a_log_for_a_whole_one(database: DatabaseAddress) -> None:
    await write_old_log(database, 3, WIDE)
    await stop_halfway(database)

    async def prune() -> int:
        return await prune_log(database, NOON, lambda _: None)

    for opening in (open_repository(database), open_writer(database), check_log(database), prune()):
        with pytest.raises(SchemaOlder) as caught:
            await opening
        assert str(caught.value) == (
            f"{database.shown} is being brought from schema version 3 to {VERSION}, and is not whole until then."
        )
        assert (
            caught.value.advice == "Wait for its end. If it was stopped, this goes on: activity check --repair DATABASE"
        )
    report = await check_log(database, repair=True)
    assert [finding.sentence for finding in report.findings] == [
        f"The log has schema version 3, which is older than {VERSION}."
    ]
    assert await check_log(database) == CheckReport(events=len(WIDE))


async def test_a_reader_who_is_led_to_half_a_log_does_not_take_it_for_a_whole_one(tmp_path: Path) -> None:
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    halfway = DatabaseAddress.parse(str(tmp_path / "halfway.db"))
    async with await open_writer(address) as writer:
        await writer.write(WIDE)
    await write_old_log(halfway, 5, WIDE)
    await stop_halfway(halfway)
    repository = await open_repository(address)
    assert await repository.newest_batch() == 1
    (tmp_path / "halfway.db").rename(tmp_path / "log.db")
    said = []
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            await repository.newest_batch()
        said.append(str(caught.value))
    await repository.close()
    assert "is not whole until then" in said[1]


async def test_a_program_of_an_older_version_that_has_the_log_open_reads_and_writes_it_no_more(
    database: DatabaseAddress,
) -> None:
    """All of them read this after another transaction than theirs, before they do anything else."""
    await write_old_log(database, 5, WIDE)
    older = Connections(database)
    read = text("SELECT rehashed.kind, rehashed.ref, rehashed.text FROM rehashed")
    written = text("SELECT meta.value FROM meta WHERE meta.name = 'written'")
    assert len(await older.rows(read)) == 1
    seen = await older.rows(written)
    await stop_halfway(database, 1)
    for _ in range(2):
        assert await older.rows(written) != seen
        with pytest.raises(DatabaseUnavailable):
            await older.rows(read)
        await check_log(database, repair=True)
    await older.close()


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM event_detail WHERE time_key = (SELECT max(time_key) FROM event_detail)",
        "DELETE FROM combination",
        "UPDATE event SET actor_ref = 99 WHERE time_key = (SELECT max(time_key) FROM event)",
    ],
)
async def test_a_log_that_lacks_something_stays_as_it_is(database: DatabaseAddress, loss: str) -> None:
    await write_old_log(database, 5, ODD)
    await change(database, loss)
    told: list[int] = []
    with pytest.raises(
        DatabaseDamaged, match=r"lacks the detail, the actor or the name of \d+ of its events"
    ) as caught:
        await check_log(database, repair=True, tell_upgraded=told.append)
    assert "Nothing was changed." in caught.value.advice
    assert told == []
    connections = Connections(database)
    noted = {tuple(row) for row in await connections.rows(select(meta))}
    assert noted == {("application", "activity-explorer"), ("version", "5"), ("written", "1")}
    assert (await connections.rows(text("SELECT count(*) FROM event")))[0][0] == len(ODD)
    await connections.close()


def test_a_kill_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    asyncio.run(write_old_log(address, 5, WIDE))
    script = f"""
import os, sys
from store import upgrade
from explorer.__main__ import main

move, parts = upgrade._move, []

async def telling(*arguments):
    number = await move(*arguments)
    parts.append(number)
    if len(parts) == 3:
        os.write(1, b"in the middle of the third part")
        sys.stdin.read()
    return number

upgrade.TRANSACTION_EVENTS = {PART}
upgrade._move = telling
sys.exit(main(["check", "--repair", {str(address.path)!r}]))
"""
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", script]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, cwd=root, **pipes) as running:
        assert running.stdout is not None
        assert running.stdout.read(10)
        running.kill()
    assert running.returncode == -signal.SIGKILL
    with pytest.raises(SchemaOlder):
        asyncio.run(check_log(address))
    command = [sys.executable, "-m", "explorer", "check", "--repair", str(address.path)]
    ran = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout.endswith("everything was counted anew from the 400 events.\n")
    assert list(asyncio.run(all_events(address))) == newest_first(WIDE)
    assert asyncio.run(assert_exact(address)) == len(WIDE)


async def test_new_indexes_serve_at_once(postgres_url: str) -> None:
    """Else what a number stands for would be looked for in the whole table, for each number."""
    address = DatabaseAddress.parse(postgres_url)
    await write_old_log(address, 5, WIDE)
    await check_log(address, repair=True)
    connections = Connections(address, writes=True)
    async with connections.one() as connection:
        late = await connection.exec_driver_sql("SELECT indexrelid::regclass::text FROM pg_index WHERE indcheckxmin")
        assert late.all() == []
    await connections.close()
