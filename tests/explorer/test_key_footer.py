"""The footer names keys whole or not at all, and never leaves out what leads back and to the help."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets._toast import Toast

from explorer.app import ActivityApp
from explorer.trace_screen import TraceScreen
from explorer.widgets.key_footer import KeyFooter
from explorer.widgets.log_pane import LogPane
from store import DatabaseAddress, parse_filter
from tests.explorer.app_under_test import answered, app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(60)))


def named(app: ActivityApp) -> dict[str, Widget]:
    """The keys that the footer of the screen names, by what it says of each."""
    keys = app.screen.query_one(KeyFooter).query("FooterKey")
    return {str(key.render()).strip(): key for key in keys if key.display}


def are_whole(app: ActivityApp) -> bool:
    """Whether no name is cut, by the edge or by the list of commands, which stands on the right."""
    *keys, commands = named(app).values()
    ends = sorted((key.region.x, key.region.right) for key in keys)
    are_apart = all(right <= begin for (_, right), (begin, _) in pairwise(ends))
    return are_apart and ends[-1][1] <= commands.region.x and all(_is_drawn(key) for key in named(app).values())


def _is_drawn(key: Widget) -> bool:
    return key.region.width >= len(str(key.render()).rstrip())


PANES = {
    "the events": ("⏎ Read", ()),
    "the detail": ("⏎ Use", ("3",)),
    "the filters": ("⏎ Only this", ("f", "tab", "tab")),
    "the histogram": ("⏎ Only this time", ("4",)),
    "the query": ("esc Back", ("slash",)),
    "a trace": ("t Order", ("t",)),
    "an entity": ("⏎ Events", ("down", "E")),
}


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("pane", PANES)
async def test_every_name_is_whole_and_the_way_back_and_the_help_are_among_them(
    log: DatabaseAddress, pane: str, width: int
) -> None:
    own, keys = PANES[pane]
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(width, 36)) as pilot:
        await rows_are_shown(pilot)
        for key in keys:
            await pilot.press(key)
            await answered(pilot)
        await until(pilot, lambda: own in named(app), own)
        await until(pilot, lambda: are_whole(app), f"whole names in {list(named(app))}")
        assert "esc Back" in named(app)
        assert {"? Help", "f1 Help"} & named(app).keys()


async def test_a_wider_terminal_names_more_keys(log: DatabaseAddress) -> None:
    async def are(pilot: Pilot[None], names: Sequence[str]) -> None:
        await until(pilot, lambda: list(named(app)) == names, f"{names}, not {list(named(app))}")

    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(80, 24)) as pilot:
        await rows_are_shown(pilot)
        narrow = ["⏎ Read", "y Copy", "/ Query", "f Filters", "esc Back", "q Quit", "? Help", ": Commands"]
        await are(pilot, narrow)
        await pilot.resize_terminal(120, 36)
        await are(pilot, [narrow[0], "@ Time", *narrow[1:]])
        await pilot.resize_terminal(40, 24)
        await are(pilot, ["⏎ Read", "esc Back", "? Help", ": Commands"])
        await pilot.resize_terminal(24, 24)
        await are(pilot, ["? Help", ": Commands"])


async def test_a_notice_leaves_the_place_and_the_footer_to_be_read(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await rows_are_shown(pilot)
        app.notify("Something that takes a whole line and more of what there is room for. " * 3, markup=False)
        await until(pilot, lambda: bool(app.screen.query(Toast)), "a notice")
        await pilot.pause()
        toast = app.screen.query_one(Toast).region
        for below in (app.screen.query_one(LogPane).query_one("#place", Static), app.screen.query_one(KeyFooter)):
            assert toast.bottom <= below.region.y


async def test_the_footer_of_a_screen_that_was_left_meanwhile_names_nothing(log: DatabaseAddress) -> None:
    async with app_on(log, clock=lambda: NOW).run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, TraceScreen), "the trace")
        footer = pilot.app.screen.query_one(KeyFooter)
        await pilot.press("escape")
        await until(pilot, lambda: not footer.is_attached, "the end of its screen")
        await footer.recompose()  # as Textual has it done behind a frame, also when keys come in one bundle


async def test_a_dialog_leaves_the_footer_below_it_alone(log: DatabaseAddress) -> None:
    """Naming the same keys anew takes longer than opening the dialog."""
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(120, 40)) as pilot:
        await rows_are_shown(pilot)
        await answered(pilot)
        footer = app.screen.query_one(KeyFooter)
        await until(pilot, lambda: named(app), "the footer")
        before = list(footer.children)
        await pilot.press("Y")
        await until(pilot, lambda: isinstance(app.screen, ModalScreen), "the dialog")
        await pilot.pause()
        await pilot.press("escape")
        await until(pilot, lambda: footer.screen is app.screen, "the events")
        await pilot.pause()
        assert list(footer.children) == before
