"""Panes come and go with the size of the terminal and at the user's wish, and some pane that is seen has the keys."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.events import MouseMove
from textual.pilot import Pilot
from textual.widget import Widget

from explorer.messages import FilterChanged
from explorer.widgets.event_table import EventTable
from explorer.widgets.panes import Panes
from store import DatabaseAddress, parse_filter
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log

LARGE, NARROW, FLAT = (160, 40), (80, 24), (120, 14)
Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(60)))


async def shown(log: DatabaseAddress, drive: Drive, size: tuple[int, int] = LARGE) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=size) as pilot:
        await drive(pilot, await rows_are_shown(pilot))


def has_keys(pilot: Pilot[None], name: str) -> bool:
    """Whether the focus is in a pane, where it can be seen."""
    focused = pilot.app.screen.focused
    return pilot.app.screen.query_one(Panes).holds_focus(name) and focused is not None and is_seen(focused)


def is_seen(widget: Widget) -> bool:
    return widget.is_on_screen and widget.region.area > 0


async def resized(pilot: Pilot[None], size: tuple[int, int]) -> None:
    await pilot.resize_terminal(*size)
    await pilot.pause()


def said(pilot: Pilot[None]) -> str:
    return " ".join(notice.message for notice in pilot.app._notifications)


@pytest.mark.parametrize(("key", "name"), [("f", "sidebar"), ("3", "detail")])
async def test_a_pane_that_has_the_focus_stays_when_the_terminal_becomes_narrow(
    log: DatabaseAddress, key: str, name: str
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(key)
        await until(pilot, lambda: has_keys(pilot, name), f"focus in {name}")
        await resized(pilot, NARROW)
        assert has_keys(pilot, name)
        await pilot.press("escape")
        await until(pilot, lambda: has_keys(pilot, "table"), "focus in the table")

    await shown(log, drive)


async def test_a_pane_that_stands_behind_a_dialog_stays_when_the_terminal_becomes_narrow(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("3")
        await until(pilot, lambda: has_keys(pilot, "detail"), "focus in the detail")
        await pilot.press("at")
        await resized(pilot, NARROW)
        await pilot.press("escape")
        await until(pilot, lambda: has_keys(pilot, "detail"), "focus in the detail")

    await shown(log, drive)


async def test_a_histogram_without_room_leaves_the_keys_to_the_table(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("4")
        await until(pilot, lambda: has_keys(pilot, "histogram"), "focus in the histogram")
        await resized(pilot, FLAT)
        await until(pilot, lambda: has_keys(pilot, "table"), "focus in the table")
        await pilot.press("j")
        assert table.cursor == 1

    await shown(log, drive)


@pytest.mark.parametrize("key", ["4", "i"])
async def test_a_key_for_the_histogram_says_that_there_is_no_room_for_it(log: DatabaseAddress, key: str) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(key)
        await pilot.pause()
        assert "no room" in said(pilot)
        assert has_keys(pilot, "table")
        await resized(pilot, LARGE)
        await until(pilot, lambda: is_seen(pilot.app.screen.query_one("#histogram")), "a histogram")

    await shown(log, drive, FLAT)


async def test_going_to_a_hidden_histogram_shows_it(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("i")
        await until(pilot, lambda: not is_seen(pilot.app.screen.query_one("#histogram")), "no histogram")
        await pilot.press("4")
        await until(pilot, lambda: has_keys(pilot, "histogram"), "focus in the histogram")
        await pilot.press("i")
        await until(pilot, lambda: has_keys(pilot, "table"), "focus in the table")

    await shown(log, drive)


async def test_a_histogram_that_was_hidden_and_shown_again_does_not_stand_over_an_empty_list(
    log: DatabaseAddress,
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("i", "i")
        pilot.app.screen.post_message(FilterChanged(parse_filter("since:all entity:nobody")))
        await until(pilot, lambda: is_seen(pilot.app.screen.query_one("#notice")), "a notice")
        await pilot.pause()
        assert not is_seen(pilot.app.screen.query_one("#histogram"))
        await pilot.press("4")
        await pilot.pause()
        assert "no events" in said(pilot)
        assert has_keys(pilot, "notice") or has_keys(pilot, "ways")

    await shown(log, drive)


@pytest.mark.parametrize("key", ["slash", "greater_than_sign"])
async def test_leaving_a_line_leads_to_the_table_where_the_pane_before_is_hidden_by_now(
    log: DatabaseAddress, key: str
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("3")
        await until(pilot, lambda: has_keys(pilot, "detail"), "focus in the detail")
        await pilot.press(key)
        await resized(pilot, NARROW)
        await pilot.press("escape")
        await until(pilot, lambda: has_keys(pilot, "table"), "focus in the table")

    await shown(log, drive)


@pytest.mark.parametrize("key", ["2", "3"])
async def test_escape_leads_out_of_a_pane_that_has_the_whole_screen(log: DatabaseAddress, key: str) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(key)
        await pilot.pause()
        screen = pilot.app.screen
        await pilot.app.run_action("screen.maximize")
        await until(pilot, lambda: screen.maximized is not None, "one pane alone")
        await pilot.press("escape")
        await until(pilot, lambda: is_seen(screen.query_one("#sentence")), "all panes")
        assert has_keys(pilot, "table" if key == "2" else "detail")

    await shown(log, drive)


@pytest.mark.parametrize(("size", "side"), [((80, 40), "height"), ((120, 40), "height"), ((200, 40), "width")])
async def test_the_line_between_events_and_detail_is_dragged_and_moved_by_keys(
    log: DatabaseAddress, size: tuple[int, int], side: str
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("3")
        await until(pilot, lambda: has_keys(pilot, "detail"), "the detail")
        detail = pilot.app.screen.query_one("#detail")

        def room() -> int:
            return int(getattr(detail.outer_size, side))

        x, y = detail.region.offset
        end = (x - 10, y + 9) if side == "width" else (x + 9, y - 10)
        before = room()
        await pilot.mouse_down(offset=(x, y + 9) if side == "width" else (x + 9, y))
        await pilot._post_mouse_events([MouseMove], offset=end, button=1)
        await until(pilot, lambda: room() == before + 10, "more room")
        await pilot.hover(offset=(x, y))  # the button was let go where nothing told of it: in another window
        await pilot._post_mouse_events([MouseMove], offset=(x, y), button=1)
        await pilot.pause()
        assert room() == before + 10
        await pilot.mouse_up(offset=end)
        await pilot.hover(offset=(x + 2, y + 2))
        await pilot.press("left_parenthesis")
        await until(pilot, lambda: before < room() < before + 10, "less room")
        for _ in range(30):
            await pilot.press("right_parenthesis")
        await until(pilot, lambda: room() > before + 10, "the most room")
        assert is_seen(table)
        assert table.size.height > 0
        await resized(pilot, (NARROW[0], 30) if side == "width" else (200, 40))
        await resized(pilot, size)
        assert room() > before + 10

    await shown(log, drive, size)


async def test_only_the_key_for_more_room_shows_a_hidden_detail(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        panes = pilot.app.screen.query_one(Panes)
        await pilot.press("left_parenthesis")
        await pilot.pause()
        assert not panes.is_shown("detail")
        await pilot.press("right_parenthesis")
        await until(pilot, lambda: panes.is_shown("detail"), "the detail")

    await shown(log, drive, NARROW)
