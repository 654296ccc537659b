"""New events that show by themselves, on a log that somebody writes to meanwhile, and the reader whom nothing moves."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.areas.following import Following
from explorer.launch import Launch
from explorer.settings import Settings
from explorer.widgets.event_table import EventTable
from explorer.widgets.facet_list import FacetList
from explorer.widgets.histogram_strip import HistogramStrip
from store import (
    Count,
    DatabaseAddress,
    Direction,
    EventFilter,
    EventPage,
    EventWriter,
    Position,
    open_repository,
    open_writer,
    parse_filter,
)
from store.sql_repository import SqlEventRepository
from tests.explorer.app_under_test import AppUnderTest, app_on, rows_are_shown, until
from tests.logs import NOW, numbered_event, numbered_events, write_log

EVENTS = 300
Drive = Callable[[Pilot[None], EventTable, EventWriter], Awaitable[None]]


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.areas.following.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("explorer.areas.following.COUNT_SECONDS", 0.05)


async def followed(path: Path, drive: Drive, filter_text: str = "since:all") -> None:
    """Run `drive` on the app that follows a log of EVENTS events, with somebody who can write to it."""
    address = await write_log(path / "log.db", numbered_events(EVENTS))
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter(filter_text))
    async with await open_writer(address) as writer, app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("F")
        await until(pilot, lambda: place(pilot).startswith("following"), "following")
        await until(pilot, lambda: pilot.app.screen.query_one(Following).is_up_to_date, "a first look")
        await drive(pilot, table, writer)


def place(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#place", Static).content)


def highlighted_id(table: EventTable) -> str | None:
    return table.highlighted.id if table.highlighted else None


def ids_in_sight(table: EventTable) -> list[str | None]:
    events = [table.rows.row(row) for row in table.rows_in_sight]
    return [event.id if event else None for event in events]


async def test_a_log_that_is_read_to_its_end_is_not_followed_any_more_once_all_of_it_shows(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "log.db", numbered_events(EVENTS))
    is_read = asyncio.Event()

    async def until_read() -> str:
        await is_read.wait()
        return "everything is read."

    launch = Launch(
        Settings(time_zone="UTC"),
        "log.db",
        lambda: open_repository(address),
        parse_filter("since:all"),
        follows=True,
        until_read=until_read,
    )
    app = AppUnderTest(lambda: launch, clock=lambda: NOW)
    async with await open_writer(address) as writer, app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: place(pilot).startswith("following · row 1 of 300 "), "following")
        await writer.write([numbered_event(number) for number in range(EVENTS, EVENTS + 40)])
        is_read.set()
        await until(pilot, lambda: place(pilot).startswith("row 1 of 340 "), "all of it, and no more")
        await pilot.press("down", "F")
        await until(pilot, lambda: place(pilot).startswith("row 1 of 340 "), "the newest, and nothing to follow")
        assert [said.message for said in pilot.app._notifications][-1].startswith("All of it is read")


async def test_new_events_show_at_the_newest_end(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable, writer: EventWriter) -> None:
        for number in range(EVENTS, EVENTS + 40):
            await writer.write([numbered_event(number)])
        await until(pilot, lambda: place(pilot).startswith("following · row 1 of 340 "), "all of them counted")
        await until(pilot, lambda: table.highlighted == numbered_event(339), "the newest highlighted")
        assert ids_in_sight(table) == [f"event-{339 - row}" for row in table.rows_in_sight]
        bars = pilot.app.screen.query_one(HistogramStrip)
        await until(pilot, lambda: sum(bar.count for bar in bars.histogram.bars) == 340, "bars that moved along")
        environments = next(iter(pilot.app.screen.query(FacetList)))
        await until(pilot, lambda: "306" in environments.render_line(1).text, "values that moved along")
        await until(pilot, lambda: pilot.app.screen.query_one(Following).is_up_to_date, "a count behind all of them")
        await pilot.press("F")
        told = [notification.message for notification in pilot.app._notifications]
        assert told == ["New events are no longer followed. F follows them again."]
        await writer.write([numbered_event(500)])
        await pilot.pause(0.1)
        assert place(pilot).startswith("row 1 of 340 ")

    await followed(tmp_path, drive)


async def test_what_was_not_counted_again_while_it_was_followed_is_when_that_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.areas.following.COUNT_SECONDS", 3_600.0)

    async def drive(pilot: Pilot[None], table: EventTable, writer: EventWriter) -> None:
        following = pilot.app.screen.query_one(Following)
        await writer.write([numbered_event(EVENTS)])
        await until(pilot, lambda: place(pilot).startswith("following · row 1 of 301 "), "one more")
        assert not following.is_up_to_date
        await pilot.press("F")
        await until(pilot, lambda: following.is_up_to_date, "a last count")
        assert place(pilot).startswith("row 1 of 301 ")

    await followed(tmp_path, drive)


async def test_what_a_count_held_before_it_was_found_is_not_added_to_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.areas.following.COUNT_SECONDS", 3_600.0)
    monkeypatch.setattr("explorer.list_count.QUICK_SECONDS", 60.0)
    address = await write_log(tmp_path / "log.db", numbered_events(EVENTS))
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with await open_writer(address) as writer, app.run_test(size=(140, 40)) as pilot:
        await rows_are_shown(pilot)
        await until(pilot, lambda: place(pilot).startswith("row 1 of 300 "), "a count")
        count = SqlEventRepository.count

        async def behind_a_batch(
            repository: SqlEventRepository, event_filter: EventFilter, after: Count | None = None
        ) -> Count:
            monkeypatch.setattr(SqlEventRepository, "count", count)
            await writer.write([numbered_event(EVENTS)])
            return await count(repository, event_filter, after)

        monkeypatch.setattr(SqlEventRepository, "count", behind_a_batch)
        await pilot.press("F")
        table = pilot.app.screen.query_one(EventTable)
        await until(pilot, lambda: highlighted_id(table) == f"event-{EVENTS}", "the event that was counted before")
        await pilot.pause()
        assert place(pilot).startswith("following · row 1 of 301 ")
        await writer.write([numbered_event(EVENTS + 1)])
        await until(pilot, lambda: highlighted_id(table) == f"event-{EVENTS + 1}", "one more")
        await pilot.pause()
        assert place(pilot).startswith("following · row 1 of 302 ")


async def test_nothing_moves_whoever_left_the_newest_end(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable, writer: EventWriter) -> None:
        await pilot.press("down", "down", "down")
        assert place(pilot).startswith("paused · 0 new · row 4 of 300 ")
        before = ids_in_sight(table)
        late = numbered_event(900).replaced(occurred_at=numbered_event(7).occurred_at)
        await writer.write([*map(numbered_event, range(EVENTS, EVENTS + 200)), late])
        await until(pilot, lambda: place(pilot).startswith("paused · 201 new · row 204 of 501 "), "201 new events")
        assert ids_in_sight(table) == before
        assert highlighted_id(table) == "event-296"
        assert table.screen_row == 3
        table.scroll_to(y=300, animate=False)
        await until(pilot, lambda: None not in ids_in_sight(table), "older rows")
        before = ids_in_sight(table)
        await writer.write(list(map(numbered_event, range(600, 610))))
        await until(pilot, lambda: place(pilot).startswith("paused · 211 new "), "211 new events")
        await until(pilot, lambda: table.rows_in_sight.start == 310, "the view moved along")
        assert ids_in_sight(table) == before
        await until(pilot, lambda: highlighted_id(table) == "event-296", "the highlighted event in memory")
        await pilot.press("g")
        await until(pilot, lambda: place(pilot).startswith("following · row 1 of 511 "), "following again")
        assert highlighted_id(table) == "event-609"

    await followed(tmp_path, drive)


async def test_an_event_that_is_read_stays_even_at_the_newest_end(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable, writer: EventWriter) -> None:
        await pilot.press("enter")
        await writer.write([numbered_event(500)])
        await until(pilot, lambda: place(pilot).startswith("paused · 1 new · row 2 of 301 "), "paused")
        assert highlighted_id(table) == "event-299"
        await pilot.press("F")
        await until(pilot, lambda: highlighted_id(table) == "event-500", "the newest event")

    await followed(tmp_path, drive)


@pytest.mark.parametrize("key", ["t", "m", "Y"])
async def test_an_event_that_is_looked_at_on_a_screen_over_the_list_stays(tmp_path: Path, key: str) -> None:
    async def drive(pilot: Pilot[None], table: EventTable, writer: EventWriter) -> None:
        screen = pilot.app.screen
        await pilot.press(key)
        await until(pilot, lambda: pilot.app.screen is not screen, "another screen")
        await writer.write([numbered_event(500)])
        shown = screen.query_one("#place", Static)
        await until(pilot, lambda: str(shown.content).startswith("paused · 1 new · row 2 of 301 "), "paused")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen, "the list again")
        assert highlighted_id(table) == "event-299"
        await pilot.press("F")
        await until(pilot, lambda: highlighted_id(table) == "event-500", "the newest event")
        await pilot.press(key)
        await until(pilot, lambda: str(shown.content).startswith("paused"), "paused while it is covered")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen, "the list once more")
        await until(pilot, lambda: place(pilot).startswith("following"), "following on where nothing came in")

    await followed(tmp_path, drive)


async def test_of_a_range_that_ends_in_the_past_it_is_said_that_what_happens_now_is_not_in_it(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable, writer: EventWriter) -> None:
        assert place(pilot).startswith("following, but the time ends in the past · row 1 of 300 ")

    await followed(tmp_path, drive, "since:all until:2026-11-20T20:00Z")


async def test_a_list_that_is_searched_for_is_followed_too(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable, writer: EventWriter) -> None:
        found = table.rows.end
        await pilot.press("down")
        before = highlighted_id(table)
        await writer.write([numbered_event(number) for number in range(EVENTS, EVENTS + 12)])
        await until(pilot, lambda: place(pilot).startswith("paused · 2 new · row 4 "), "paused")
        assert highlighted_id(table) == before
        await pilot.press("g")
        await until(pilot, lambda: table.rows.end == found + 2, "two matches more")
        assert table.highlighted == numbered_event(EVENTS + 8)

    await followed(tmp_path, drive, "since:all text:sync_failed")


async def test_what_comes_in_while_nothing_is_found_yet_leaves_the_search_going(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, goes_on, page = asyncio.Event(), asyncio.Event(), SqlEventRepository.page

    async def page_when_it_may(
        self: SqlEventRepository, event_filter: EventFilter, start: Position, direction: Direction, limit: int
    ) -> EventPage:
        if event_filter.has_text_conditions:
            asked.set()
            await goes_on.wait()
        return await page(self, event_filter, start, direction, limit)

    monkeypatch.setattr(SqlEventRepository, "page", page_when_it_may)

    async def drive(pilot: Pilot[None], table: EventTable, writer: EventWriter) -> None:
        await pilot.press("slash", *"sync_failed", "enter")
        await asyncio.wait_for(asked.wait(), 20)
        await writer.write([numbered_event(EVENTS + 2)])
        await pilot.pause(0.2)
        goes_on.set()
        await until(pilot, lambda: table.rows.end == EVENTS // 6 + 1, "all matches")
        assert highlighted_id(table) == f"event-{EVENTS + 2}"

    await followed(tmp_path, drive)


async def test_a_look_that_is_given_up_before_it_began_is_followed_by_the_next(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable, writer: EventWriter) -> None:
        following = pilot.app.screen.query_one(Following)
        following._timer.pause()
        following._stop_waiting()
        await until(pilot, lambda: following._looking not in pilot.app.workers, "no look")
        following._look()
        following._begin_anew()
        following._timer.resume()
        await writer.write([numbered_event(500)])
        await until(pilot, lambda: highlighted_id(table) == "event-500", "the newest event")

    await followed(tmp_path, drive)


async def test_memory_is_given_back_although_nothing_of_what_comes_in_is_in_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back = 0

    async def give_back() -> None:
        nonlocal given_back
        given_back += 1

    monkeypatch.setattr("explorer.areas.following.give_back", give_back)
    monkeypatch.setattr("explorer.areas.following.GIVE_BACK_SECONDS", 0.05)

    async def drive(pilot: Pilot[None], table: EventTable, writer: EventWriter) -> None:
        before = given_back
        await writer.write([numbered_event(EVENTS)])
        await until(pilot, lambda: given_back > before + 1, "memory given back")
        assert table.rows.end < EVENTS

    await followed(tmp_path, drive, "since:all until:2026-11-20T12:01:00Z")


async def test_a_list_without_events_gets_its_first_one(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "log.db", [])
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with await open_writer(address) as writer, app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: "empty" in str(pilot.app.screen.query_one("#notice", Static).content), "a notice")
        await pilot.press("F")
        await until(pilot, lambda: pilot.app.screen.query_one(Following)._seen == 0, "a first look")
        await writer.write([numbered_event(1)])
        table = pilot.app.screen.query_one(EventTable)
        await until(pilot, lambda: highlighted_id(table) == "event-1", "the first event")


async def test_what_came_in_while_the_server_did_not_answer_is_there_and_said(postgres_url: str) -> None:
    address = DatabaseAddress.parse(postgres_url)
    async with await open_writer(address) as writer:
        await writer.write(numbered_events(EVENTS))
        with psycopg.connect(postgres_url) as other:
            name = other.info.dbname
            found = other.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", (name,))
            writers = [pid for (pid,) in found]
        app = app_on(address, clock=lambda: NOW, event_filter=parse_filter("since:all"))
        async with app.run_test(size=(140, 40)) as pilot:
            table = await rows_are_shown(pilot)
            await pilot.press("F")
            await until(pilot, lambda: pilot.app.screen.query_one(Following).is_up_to_date, "a first look")
            banner = pilot.app.screen.query_one("#banner", Static)
            with psycopg.connect(postgres_url, dbname="postgres", autocommit=True) as other:
                other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> ALL (%s)",
                    (name, writers),
                )
                await until(pilot, lambda: "cannot be reached" in str(banner.content), "a problem")
                await writer.write([numbered_event(500)])
                other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            await until(pilot, lambda: "The log answers again. 1 event came in" in str(banner.content), "the end of it")
            assert str(banner.content).endswith("1 event came in meanwhile, and none is missing.")
            assert highlighted_id(table) == "event-500"


async def test_a_followed_time_that_is_counted_from_now_is_told_by_its_beginning(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None], _table: EventTable, _writer: EventWriter) -> None:
        def sentence() -> str:
            return str(pilot.app.screen.query_one("#sentence", Static).content)

        begin = f"since {NOW - timedelta(hours=20):%Y-%m-%d %H:%M} UTC"
        assert begin in sentence()
        assert "last" not in sentence()
        await pilot.press("F")
        assert begin in sentence()  # the list is still that one
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "last 20 hours" in sentence(), "read again")
        await pilot.press("F")
        await until(pilot, lambda: begin in sentence(), "followed again")
        await pilot.press("ctrl+r")
        await rows_are_shown(pilot)
        await until(pilot, lambda: begin in sentence(), "read again while it is followed")

    await followed(tmp_path, drive, "since:-20h")
