"""Searching for a text in the app: matches show as they are found, and nothing is said that is not known."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from explorer import event_list
from explorer.dialogs.go_to_time import GoToTime
from explorer.event_list import EventList
from explorer.messages import FilterChanged
from explorer.searching import Searched
from explorer.widgets.event_table import EventTable
from explorer.widgets.histogram_strip import HistogramStrip
from explorer.widgets.log_pane import LogPane
from store import (
    NEWEST,
    Count,
    DatabaseAddress,
    EventFilter,
    EventPage,
    QuestionTooLong,
    parse_filter,
    text_scan,
    text_search,
)
from store.sql_repository import SqlEventRepository
from tests.builders import NOON, make_event
from tests.explorer.app_under_test import HeldQuestion, answered, app_on, screen_text, until
from tests.logs import NOW, write_log

EVENTS = [
    make_event(
        number,
        occurred_at=NOON - timedelta(minutes=number),
        payload='{"note": "needle"}' if number % 10 == 9 else '{"note": "hay"}',
    )
    for number in range(3_000)
]
NEEDLES = EVENTS[9::10]
Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", EVENTS))


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every answer be an unfinished one."""
    monkeypatch.setattr(text_scan, "FIRST_WINDOW", 16)
    monkeypatch.setattr(text_scan, "LARGEST_WINDOW", 16)
    monkeypatch.setattr(text_search, "SEARCH_SECONDS", 0)


@pytest.fixture
def one_event_a_step(small_steps: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a search go on while a test acts: in larger steps it would be over before."""
    monkeypatch.setattr(text_scan, "FIRST_WINDOW", 1)
    monkeypatch.setattr(text_scan, "LARGEST_WINDOW", 1)


async def searched(log: DatabaseAddress, text: str, drive: Drive) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter(f"since:all {text}"))
    async with app.run_test(size=(140, 40)) as pilot:
        await drive(pilot, app.screen.query_one(EventTable))


def said(pilot: Pilot[None], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).content)


async def stopped(pilot: Pilot[None], what_is_said: str) -> None:
    """Stop a search before its first match."""
    await soon(pilot, lambda: "searched back to" in said(pilot, "#place"))
    await pilot.press("escape")
    await until(pilot, lambda: what_is_said in said(pilot, "#notice"), "a word that it stopped")


async def soon(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let a search go on no further than until `condition` holds."""
    async with asyncio.timeout(20):
        while not condition():
            await pilot.pause(0)


async def test_matches_show_as_they_are_found_and_more_of_them_on_the_way_down(
    log: DatabaseAddress, small_steps: None
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: table.highlighted == NEEDLES[0], "the newest match")
        await until(pilot, lambda: table.rows.found.number >= 128, "a page of matches")
        assert not table.rows.found.exact
        assert "of at least" in said(pilot, "#place")
        for row in (127, 255, 299):
            while table.cursor < row:
                await pilot.press("end")
                await until(pilot, lambda: table.highlighted is not None, "a row")
                await answered(pilot)
        assert table.highlighted == NEEDLES[-1]
        assert table.rows.found.exact
        assert "row 300 of 300" in said(pilot, "#place")

    await searched(log, "needle", drive)


async def test_the_end_key_reads_on_to_the_last_match_and_says_so_on_the_way(
    log: DatabaseAddress, small_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_place = LogPane.show_place
    said_on_the_way: set[str] = set()

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        def recorded(pane: LogPane, count: Count | None, searched: Searched | None = None, following: str = "") -> None:
            show_place(pane, count, searched, following)
            if table.rows.end_is_wanted:
                said_on_the_way.add(said(pilot, "#place").rpartition(", ")[2])

        await until(pilot, lambda: table.highlighted == NEEDLES[0], "the newest match")
        monkeypatch.setattr(LogPane, "show_place", recorded)
        await pilot.press("G")
        await until(pilot, lambda: table.highlighted == NEEDLES[-1], "the last match")
        assert "row 300 of 300 · " in said(pilot, "#place")
        assert said_on_the_way == {"esc stops"}

    await searched(log, "needle", drive)


async def test_escape_stops_the_way_to_the_last_match_and_the_end_key_goes_on(
    log: DatabaseAddress, one_event_a_step: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await soon(pilot, lambda: table.highlighted is not None)
        table.action_oldest()
        await pilot.press("escape")
        await until(pilot, lambda: "Stopped: searched back to" in said(pilot, "#banner"), "a word that it stopped")
        await answered(pilot)
        found = table.rows.found
        assert found.number < len(NEEDLES)
        assert not found.exact
        assert table.highlighted == NEEDLES[found.number - 1]
        where = re.compile(r"searched back to [-0-9]+ [:0-9]+ UTC")
        assert where.findall(said(pilot, "#place")) == where.findall(said(pilot, "#banner"))
        monkeypatch.setattr(text_scan, "FIRST_WINDOW", 100)  # the rest need not take long
        await pilot.press("end")
        await until(pilot, lambda: table.highlighted == NEEDLES[-1], "the last match")
        assert not pilot.app.screen.query_one("#banner").is_on_screen

    await searched(log, "needle", drive)


async def test_where_the_way_to_the_end_fails_nothing_is_said_to_go_on(
    log: DatabaseAddress, small_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object) -> EventPage:
        raise QuestionTooLong("It takes too long.", "Ask for less.")

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: said(pilot, "#place").endswith("G reads on"), "a page of matches")
        monkeypatch.setattr(SqlEventRepository, "page", fail)
        await pilot.press("G")
        await until(pilot, lambda: "too long" in screen_text(pilot), "what went wrong")
        await answered(pilot)
        assert said(pilot, "#place").endswith("G reads on")

    await searched(log, "needle", drive)


async def test_what_stops_the_way_to_the_end_leaves_a_list_alone_that_was_asked_for_meanwhile(
    log: DatabaseAddress, one_event_a_step: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await soon(pilot, lambda: table.highlighted is not None)
        await pilot.press("G")
        rows = HeldQuestion(monkeypatch, event_list, "rows_around")
        pilot.app.screen.post_message(FilterChanged(parse_filter("since:all")))
        await rows.asked.wait()
        assert not pilot.app.screen.query_one(EventList).stop_search()
        rows.goes_on.set()
        await until(pilot, lambda: " of 3,000 " in said(pilot, "#place"), "all events")

    await searched(log, "needle", drive)


async def test_a_search_that_rests_says_how_far_it_came_and_what_reads_on(
    log: DatabaseAddress, small_steps: None
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        def place() -> str:
            found = table.rows.found.number
            reached = NEEDLES[found - 1].occurred_at
            return f"row 1 of at least {found} · searched back to {reached:%Y-%m-%d %H:%M:%S} UTC, G reads on"

        await until(pilot, lambda: table.rows.found.number >= 128, "a page of matches")
        await until(pilot, lambda: said(pilot, "#place") == place(), place())

    await searched(log, "needle", drive)


async def test_no_bars_and_no_jumps_are_offered_where_rows_have_to_be_searched_for(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: table.highlighted is not None, "a match")
        strip = pilot.app.screen.query_one(HistogramStrip)
        await until(pilot, lambda: "No bars" in strip.render_line(0).text, "a word on bars")
        await pilot.press("o")
        await pilot.pause()
        assert table.highlighted == NEEDLES[0]
        await pilot.press("at")
        await until(pilot, lambda: isinstance(pilot.app.screen, GoToTime), "the dialog")
        note = pilot.app.screen.query_one(".text-field--note", Static)
        await until(pilot, lambda: "choose another time range" in str(note.content), "why there is nowhere to go")
        await pilot.press(*"-3h", "enter")
        assert "choose another time range" in str(note.content)
        await pilot.press("escape")
        assert table.highlighted == NEEDLES[0]

    await searched(log, "needle", drive)


async def test_a_text_that_occurs_nowhere_ends_with_that_word(log: DatabaseAddress, small_steps: None) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: "No event matches" in said(pilot, "#notice"), "the end of the search")
        assert not table.display

    await searched(log, "nowhere", drive)


async def test_escape_stops_a_search_and_says_how_far_it_came(log: DatabaseAddress, one_event_a_step: None) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await stopped(pilot, "Stopped: searched back to")
        assert not any(worker.group == "list" and not worker.is_finished for worker in pilot.app.workers)

    await searched(log, "nowhere", drive)


async def test_escape_stops_a_search_between_two_pages(log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: table.highlighted == NEEDLES[0], "the newest match")
        await until(pilot, lambda: table.rows.found.number == 256, "two pages")
        await answered(pilot)
        next_page = HeldQuestion(monkeypatch, SqlEventRepository, "page")
        table.action_oldest()
        await next_page.asked.wait()
        await pilot.press("escape")
        assert "Stopped: searched back to" in said(pilot, "#banner")
        next_page.goes_on.set()
        await pilot.pause()
        await answered(pilot)
        assert table.rows.found.number == 256
        assert table.highlighted == NEEDLES[255]
        await pilot.press("end")
        await until(pilot, lambda: table.highlighted == NEEDLES[-1], "the last match")

    await searched(log, "needle", drive)


async def test_a_search_that_was_stopped_before_it_found_anything_stays_stopped(
    log: DatabaseAddress, one_event_a_step: None
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await stopped(pilot, "Stopped")
        await answered(pilot)
        assert not table.rows.end_is_known
        assert said(pilot, "#place") == "at least 0 events"

    await searched(log, "nowhere", drive)


async def test_a_search_that_was_stopped_before_its_first_match_goes_on_from_there_with_the_end_key(
    log: DatabaseAddress, one_event_a_step: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await stopped(pilot, "G searches on")
        await answered(pilot)
        asked = []
        page = SqlEventRepository.page

        async def recorded(repository: SqlEventRepository, *arguments: Any) -> EventPage:
            asked.append(arguments[1])
            return await page(repository, *arguments)

        monkeypatch.setattr(SqlEventRepository, "page", recorded)
        await pilot.press("G")
        await until(pilot, lambda: table.highlighted == EVENTS[-1], "the match")
        assert asked[0] == NEWEST  # whether the log answers
        assert asked[1].occurred_at <= EVENTS[0].occurred_at
        assert pilot.app.screen.focused is table
        await until(pilot, lambda: "row 1 of 1" in said(pilot, "#place"), "that there is no other")

    await searched(log, "event-2999", drive)


async def test_the_key_that_goes_on_is_offered_only_where_a_search_was_stopped(
    log: DatabaseAddress, one_event_a_step: None
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        def is_offered() -> bool:
            return any(key.binding.action == "search_on" for key in pilot.app.screen.active_bindings.values())

        await soon(pilot, lambda: "searched back to" in said(pilot, "#place"))
        assert not is_offered()
        await pilot.press("escape")
        await until(pilot, is_offered, "the key")
        await pilot.press("x")
        await until(pilot, lambda: table.highlighted is not None, "other rows")
        assert not is_offered()

    await searched(log, "nowhere", drive)


async def test_escape_stops_a_search_that_the_log_was_only_just_asked_for(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: table.rows.found.number == len(EVENTS), "all events")
        await answered(pilot)
        await pilot.press("slash", *"needle")
        await answered(pilot)
        first_answer = HeldQuestion(monkeypatch, SqlEventRepository, "page")
        await pilot.press("enter")
        await first_answer.asked.wait()
        await pilot.press("escape")
        await until(pilot, lambda: "Stopped: nothing searched yet" in said(pilot, "#notice"), "a word that it stopped")
        first_answer.goes_on.set()
        await answered(pilot)
        assert not table.display
        assert "text needle" in said(pilot, "#sentence")
        await pilot.press("G")
        await until(pilot, lambda: table.highlighted == NEEDLES[0], "the newest match")

    await searched(log, "", drive)


async def test_a_search_that_was_stopped_does_not_go_on_once_another_list_is_asked_for(
    log: DatabaseAddress, one_event_a_step: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await stopped(pilot, "G searches on")
        await answered(pilot)
        other_list = HeldQuestion(monkeypatch, SqlEventRepository, "page")
        await pilot.press("x")
        await other_list.asked.wait()
        await pilot.press("G")
        await pilot.pause()
        other_list.goes_on.set()
        await until(pilot, lambda: table.rows.found.number == len(EVENTS), "the other list")
        assert table.highlighted == EVENTS[0]

    await searched(log, "event-2999", drive)


async def test_escape_stops_no_list_that_is_not_searched_while_the_search_before_it_ends(
    log: DatabaseAddress, one_event_a_step: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_searching, ends = asyncio.Event(), asyncio.Event()
    page = SqlEventRepository.page

    async def ending_late(self: SqlEventRepository, event_filter: EventFilter, *arguments: Any) -> EventPage:
        is_searching.set()
        if not event_filter.texts.wants_some:
            await ends.wait()
        try:
            return await page(self, event_filter, *arguments)
        except asyncio.CancelledError:
            await ends.wait()  # as long as a database takes to hear of it
            raise

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await soon(pilot, lambda: "searched back to" in said(pilot, "#place"))
        monkeypatch.setattr(SqlEventRepository, "page", ending_late)
        await is_searching.wait()
        await pilot.press("x")
        await pilot.press("escape")
        assert "Stopped" not in said(pilot, "#notice")
        ends.set()

    await searched(log, "event-2999", drive)


async def test_a_word_in_the_query_is_a_text_to_search_for(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: table.rows.found.number == len(EVENTS), "all events")
        await pilot.press("slash", *"needle", "enter")
        await until(pilot, lambda: table.highlighted == NEEDLES[0], "the newest match")
        assert "text needle" in said(pilot, "#sentence")

    await searched(log, "", drive)
