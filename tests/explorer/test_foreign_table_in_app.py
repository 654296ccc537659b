"""The app on a table of another program: everything works as on a log of ours, and what it lacks is said once."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Static

from explorer.app import ActivityApp
from explorer.event_list import EventList
from explorer.launch import Launch
from explorer.settings import Settings
from explorer.widgets.event_table import EventTable
from explorer.widgets.histogram_strip import HistogramStrip
from store import (
    Count,
    DatabaseAddress,
    EventFilter,
    EventRepository,
    MappingProblem,
    TableMapping,
    open_foreign_repository,
    parse_filter,
)
from store.foreign import remarks, search, tally
from store.foreign.repository import ForeignRepository
from tests.builders import NOON
from tests.explorer.app_under_test import AppUnderTest, answered, rows_are_shown, until

MAPPING = TableMapping.model_validate(
    {
        "table": "audit",
        "columns": {
            "id": "id",
            "occurred_at": "at",
            "event_name": "action",
            "entity_id": "object",
            "payload": "details",
        },
    }
)


@pytest.fixture
def address(tmp_path: Path) -> DatabaseAddress:
    """A table of 500 rows, of which one has no time."""
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("CREATE TABLE audit (id INTEGER PRIMARY KEY, at TEXT, action TEXT, object TEXT, details TEXT)")
    connection.execute("CREATE INDEX by_time ON audit (at)")
    for number in range(500):
        at = None if number == 250 else f"{NOON - timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"
        row = (1_000 - number, at, "order.paid", f"o{number % 100}", '{"n": 1}')
        connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", row)
    connection.commit()
    connection.close()
    return DatabaseAddress.parse(str(tmp_path / "shop.db"))


MANY = 2_999


@pytest.fixture
def long_address(tmp_path: Path) -> DatabaseAddress:
    """A table of so many rows."""
    connection = sqlite3.connect(tmp_path / "long.db")
    connection.execute("CREATE TABLE audit (id INTEGER PRIMARY KEY, at TEXT, action TEXT, object TEXT, details TEXT)")
    connection.execute("CREATE INDEX by_time ON audit (at, id)")
    rows = (
        (n, f"{NOON - timedelta(minutes=MANY - n):%Y-%m-%d %H:%M:%S}", "paid", "o", "{}") for n in range(1, MANY + 1)
    )
    connection.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return DatabaseAddress.parse(str(tmp_path / "long.db"))


def place_of(app: ActivityApp) -> str:
    return str(app.screen.query_one("#place", Static).content)


def highlighted_id(table: EventTable) -> str | None:
    return table.highlighted.id if table.highlighted else None


def app_on_table(address: DatabaseAddress, event_filter: EventFilter) -> ActivityApp:
    async def open_store() -> EventRepository:
        return await open_foreign_repository(address, MAPPING)

    launch = Launch(Settings(time_zone="UTC"), "audit in shop.db", open_store, event_filter)
    return AppUnderTest(lambda: launch, clock=lambda: NOON)


async def test_rows_count_values_and_bars_of_a_foreign_table_are_shown_and_what_cannot_be_read_is_said(
    address: DatabaseAddress,
) -> None:
    app = app_on_table(address, parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        assert table.rows.end == 499
        screen = app.screen
        await until(pilot, lambda: "1 row of audit" in str(screen.query_one("#banner", Static).content), "the remark")
        histogram = screen.query_one(HistogramStrip).histogram
        assert histogram is not None
        assert sum(bar.count for bar in histogram.bars) == 499
        await pilot.press("G")
        await until(pilot, lambda: table.cursor == 498, "the oldest row")
        await answered(pilot)
        assert table.highlighted is not None
        assert table.highlighted.id == "501"


async def test_what_no_index_helps_is_searched_for_and_the_index_is_offered(
    address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MANY_ROWS", 0)
    monkeypatch.setattr(remarks, "MANY_ROWS", 0)
    app = app_on_table(address, parse_filter("since:all entity:o7"))
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        await until(pilot, lambda: table.rows.end == 5, "all matches")
        banner = app.screen.query_one("#banner", Static)
        await until(pilot, lambda: "CREATE INDEX" in str(banner.content), "the statement")
        assert "ON audit (object, at, id);" in str(banner.content)


async def test_a_table_whose_new_rows_cannot_be_told_from_old_ones_is_said_to_be_one_and_not_followed(
    address: DatabaseAddress, tmp_path: Path
) -> None:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("CREATE TABLE named AS SELECT 'n' || id AS id, at, action, object, details FROM audit")
    connection.execute("DROP TABLE audit")
    connection.execute("ALTER TABLE named RENAME TO audit")
    connection.commit()
    connection.close()
    app = app_on_table(address, parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("F")
        await until(pilot, lambda: len(app._notifications) > 0, "why it is not followed")
        place = app.screen.query_one("#place", Static)
        await until(pilot, lambda: "following" not in str(place.content), "a list that is not followed")
        await pilot.press("ctrl+r")
        await rows_are_shown(pilot)
        assert [one.message[:31] for one in app._notifications] == ["New rows of this table cannot b"]


async def test_a_table_is_counted_though_somebody_wants_to_follow_it_and_cannot(
    address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def untold(*_arguments: object) -> int:
        raise MappingProblem("New rows cannot be told from old ones.", "Read it again.")

    monkeypatch.setattr(ForeignRepository, "newest_batch", untold)
    app = app_on_table(address, parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        await rows_are_shown(pilot)
        await until(pilot, lambda: "of 499" in place_of(app), "a count")
        event_list = app.screen.query_one(EventList)
        before, event_list.new_events = event_list.count, 0  # as long as nothing was looked for
        await pilot.press("ctrl+r")
        await until(pilot, lambda: event_list.count is not before and "of 499" in place_of(app), "the same once more")


async def test_the_oldest_row_is_shown_at_once_although_rows_are_not_counted_and_its_number_is_said_from_that_end(
    long_address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def count(*_: object) -> Count:
        return Count(number=20, exact=False)

    monkeypatch.setattr(ForeignRepository, "count", count)
    app = app_on_table(long_address, parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        await until(pilot, lambda: "of at least 256" in place_of(app), "a count that is no smaller than the rows")
        await pilot.press("G")
        await until(pilot, lambda: highlighted_id(table) == "1", "the oldest row")
        await until(pilot, lambda: place_of(app).startswith("row 1 from the oldest of at least 256 · "), "its place")
        for screens in range(1, 9):
            await pilot.press("pageup")
            await answered(pilot)
            number = 1 + screens * (table.size.height - 2)
            await until(pilot, lambda wanted=f"{number}": highlighted_id(table) == wanted, "the rows before")
            assert place_of(app).startswith(f"row {number:,} from the oldest of at least ")
        await pilot.press("G")
        await until(
            pilot, lambda: table.highlighted is not None and table.highlighted.id == "1", "the oldest row again"
        )
        await pilot.press("g")
        await until(pilot, lambda: highlighted_id(table) == str(MANY), "the newest")
        await until(pilot, lambda: place_of(app).startswith("row 1 of at least "), "its number")


async def test_rows_are_numbered_from_the_newest_once_all_are_counted(
    long_address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "WHOLE_SECONDS", 0.0)
    monkeypatch.setattr(tally, "WINDOWS_SECONDS", 0.0)
    monkeypatch.setattr(tally, "FIRST_WINDOW", 300)
    app = app_on_table(long_address, parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        await until(pilot, lambda: "of at least 300" in place_of(app), "a part of the count")
        await pilot.press("G")
        await until(pilot, lambda: place_of(app).startswith(f"row {MANY:,} of {MANY:,} · "), "the number of the row")
        await answered(pilot)
        in_sight = [table.rows.row(row) for row in table.rows_in_sight]
        assert [event and event.id for event in in_sight] == [str(each) for each in range(len(in_sight), 0, -1)]
        await pilot.press("pageup")
        await until(pilot, lambda: highlighted_id(table) == str(table.size.height - 1), "a screen before")
