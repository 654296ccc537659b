"""A text is found among the rows in memory: every row stays, and the cursor goes from one match to the next."""

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from explorer.areas import finding
from explorer.widgets.event_detail import EventDetail
from explorer.widgets.event_table import EventTable
from explorer.widgets.find_line import FindLine
from explorer.widgets.loaded_rows import PAGE_SIZE, LoadedRows
from store import Event, EventPage
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log


def test_rows_are_looked_through_from_beyond_the_cursor_on_and_then_from_the_other_end() -> None:
    rows = LoadedRows()
    events = tuple(numbered_events(PAGE_SIZE))
    rows.put(0, EventPage(events=events[:3], has_older=True))
    rows.put(2 * PAGE_SIZE, EventPage(events=events[:2]))
    far = 2 * PAGE_SIZE
    assert [ordinal for ordinal, _ in rows.beyond(1, 1)] == [2, far, far + 1, 0, 1]
    assert [ordinal for ordinal, _ in rows.beyond(1, -1)] == [0, far + 1, far, 2, 1]
    assert [event for _, event in rows.beyond(0, 1)][-1] == events[0]


async def test_enter_goes_to_the_next_match_and_n_further_and_around(tmp_path: Path) -> None:
    log = await write_log(tmp_path / "activity.db", numbered_events(60))

    async with app_on(log, clock=lambda: NOW).run_test(size=(120, 36)) as pilot:
        table = await rows_are_shown(pilot)

        async def is_at(row: int) -> None:
            await until(pilot, lambda: table.cursor == row, f"row {row}")

        await pilot.press("greater_than_sign", *"PLAN DELETED", "enter")
        await is_at(2)
        assert table.has_focus
        assert not pilot.app.screen.query_one(FindLine).display
        assert table.rows.end == 60
        await pilot.press("n")
        await is_at(8)
        await pilot.press("N", "N")
        await is_at(56)
        await pilot.press("n")
        await is_at(2)


async def test_a_text_that_no_row_holds_leaves_the_cursor_and_says_where_else_to_look(tmp_path: Path) -> None:
    log = await write_log(tmp_path / "activity.db", numbered_events(12))
    app = app_on(log, clock=lambda: NOW)
    async with app.run_test(size=(120, 36)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("n", *"no[/]where", "enter")
        await until(pilot, lambda: bool(app._notifications), "a word about it")
        (said,) = app._notifications
        assert said.message.startswith("None of the 12 rows in memory holds no[/]where.")
        assert pilot.app.screen.query_one(EventTable).cursor == 0
        await pilot.press("greater_than_sign", "escape")
        await until(pilot, lambda: table.has_focus, "the focus back")


async def test_escape_leads_back_to_where_one_was(tmp_path: Path) -> None:
    log = await write_log(tmp_path / "activity.db", numbered_events(12))
    async with app_on(log, clock=lambda: NOW).run_test(size=(120, 36)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen.query_one(EventDetail).has_focus_within, "the detail")
        came_from = pilot.app.screen.focused
        await pilot.press("greater_than_sign", "escape")
        await until(pilot, lambda: pilot.app.screen.focused is came_from, "the focus back in the detail")


async def test_a_key_held_down_has_one_look_at_a_time_and_one_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = await write_log(tmp_path / "activity.db", numbered_events(60))
    opened, looks = threading.Event(), []
    look = finding._first_holding

    def held(text: str, rows: Iterable[tuple[int, Event]]) -> Event | None:
        looks.append(text)
        assert opened.wait(30)
        return look(text, rows)

    monkeypatch.setattr(finding, "_first_holding", held)
    async with app_on(log, clock=lambda: NOW).run_test(size=(120, 36)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("greater_than_sign", *"PLAN DELETED", "enter", "n", "n", "n", "n")
        assert len(looks) == 1
        opened.set()
        await until(pilot, lambda: table.cursor == 8, "the second match")
        assert len(looks) == 2
