"""Whatever is wrong with events of an older log, it is brought to this version with all others, and says so."""

from pathlib import Path

import pytest
from sqlalchemy import text

from store import CheckReport, DatabaseAddress, DatabaseDamaged, Event, check_log
from store.connections import Connections
from store.log_version import VERSION
from tests.builders import make_event
from tests.store.exact import all_events, assert_exact
from tests.store.old_logs import write_old_log

EVENTS = [make_event(number, id=f"event {number}") for number in range(60)]
TABLES = "unmoved_event, unmoved_event_detail, unmoved_actor, unmoved_combination"
NEWEST_EVENT = "WHERE time_key = (SELECT max(time_key) FROM event)"
NEWEST_DETAIL = "WHERE time_key = (SELECT max(time_key) FROM event_detail)"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that there is damage in one of some transactions."""
    monkeypatch.setattr("store.upgrade.TRANSACTION_EVENTS", 20)


@pytest.fixture
def sqlite(tmp_path: Path) -> DatabaseAddress:
    """The address of an empty file."""
    return DatabaseAddress.parse(str(tmp_path / "log.db"))


async def change(address: DatabaseAddress, *orders: str) -> None:
    connections = Connections(address, writes=True)
    await connections.execute(orders)
    await connections.close()


async def numbers(address: DatabaseAddress, table: str) -> int:
    connections = Connections(address)
    ((number,),) = await connections.rows(text(f"SELECT count(*) FROM {table}"))
    await connections.close()
    return int(number)


async def upgraded_without(address: DatabaseAddress, events: list[Event], left: int) -> None:
    """Bring the log to this version, which has these events then, and so many are left."""
    told: list[int] = []
    with pytest.raises(DatabaseDamaged) as caught:
        await check_log(address, repair=True, tell_upgraded=told.append)
    assert str(caught.value) == (
        f"{address.shown} is up to date without {left} of its events, which cannot be read or have "
        f"the id of another one. They stay in its tables {TABLES}."
    )
    assert caught.value.advice.startswith("Everything else is there.")
    assert told[-1] == len(events)
    assert list(await all_events(address)) == events[::-1]
    assert await assert_exact(address) == len(events)
    assert await check_log(address, repair=True) == CheckReport(events=len(events))
    for table in TABLES.split(", ")[:2]:
        assert await numbers(address, table) == left


@pytest.mark.parametrize(
    "order",
    [
        f"UPDATE event SET occurred_at = 9000000000000000000 {NEWEST_EVENT}",
        f"UPDATE event SET id = (SELECT id FROM event ORDER BY time_key LIMIT 1) {NEWEST_EVENT}",
        f"UPDATE event SET id = (SELECT id FROM event ORDER BY time_key LIMIT 1 OFFSET 50) {NEWEST_EVENT}",
    ],
    ids=["a time outside the calendar", "an id of another part", "an id of the same part"],
)
async def test_an_event_that_cannot_be_moved_stays(database: DatabaseAddress, order: str) -> None:
    await write_old_log(database, 5, EVENTS)
    await change(database, "DROP INDEX event_id", order)
    await upgraded_without(database, EVENTS[:-1], left=1)


async def test_an_id_that_is_no_text_stays(database: DatabaseAddress) -> None:
    await write_old_log(database, 5, EVENTS)
    no_text = "x'fe00'" if database.is_sqlite else r"'\xfe00'"
    await change(database, f"UPDATE event SET id = {no_text} {NEWEST_EVENT}")
    await upgraded_without(database, EVENTS[:-1], left=1)


@pytest.mark.parametrize(
    "order",
    [
        f"UPDATE event SET occurred_at = 'yesterday' {NEWEST_EVENT}",
        f"UPDATE event SET occurred_at = 1e999 {NEWEST_EVENT}",
        f"UPDATE event SET id = 'a text' {NEWEST_EVENT}",
        f"UPDATE event SET id = 'of sixteen signs' {NEWEST_EVENT}",
        f"UPDATE event SET id = 7 {NEWEST_EVENT}",
        f"UPDATE event_detail SET payload = x'41' {NEWEST_DETAIL}",
        f"UPDATE event_detail SET long_id = x'41' {NEWEST_DETAIL}",
        f"UPDATE event_detail SET payload = CAST(x'ff41' AS TEXT) {NEWEST_DETAIL}",
    ],
)
async def test_a_value_that_only_a_file_can_hold_stays(sqlite: DatabaseAddress, order: str) -> None:
    await write_old_log(sqlite, 5, EVENTS)
    await change(sqlite, order)
    await upgraded_without(sqlite, EVENTS[:-1], left=1)


async def test_all_that_is_damaged_stays(sqlite: DatabaseAddress) -> None:
    await write_old_log(sqlite, 5, EVENTS)
    await change(sqlite, "UPDATE combination SET event_name = x'41'")
    await upgraded_without(sqlite, [], left=60)


@pytest.mark.parametrize(
    "order",
    ["DELETE FROM meta WHERE name = 'written'", "UPDATE meta SET value = 'many' WHERE name = 'written'"],
)
async def test_a_number_of_batches_that_is_lost_is_not_missed(database: DatabaseAddress, order: str) -> None:
    await write_old_log(database, 5, EVENTS)
    await change(database, order)
    report = await check_log(database, repair=True)
    assert [finding.sentence for finding in report.findings] == [
        f"The log has schema version 5, which is older than {VERSION}."
    ]
    assert await assert_exact(database) == len(EVENTS)
