"""Keys that arrive together, as a slow line and a fast hand deliver them: what one of them closes is closed once."""

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from textual import events
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.screen import Screen

import explorer.dialogs
from explorer.activity_screen import ActivityScreen
from explorer.comparison_screen import ComparisonScreen
from explorer.copying import Copy
from explorer.dialogs.ask_file import AskFile
from explorer.dialogs.ask_path import AskPath
from explorer.dialogs.choose_columns import ChooseColumns
from explorer.dialogs.choose_export import ChooseExport
from explorer.dialogs.copy_menu import CopyMenu
from explorer.dialogs.custom_range import CustomRange
from explorer.dialogs.dialog import Dialog
from explorer.dialogs.export_progress import ExportProgress
from explorer.dialogs.go_to_time import GoToTime
from explorer.dialogs.help import Help
from explorer.dialogs.mark_event import MarkEvent
from explorer.dialogs.mark_list import MarkList
from explorer.dialogs.open_link import OpenLink
from explorer.dialogs.open_view import OpenView
from explorer.dialogs.save_view import SaveView
from explorer.dialogs.text_to_select import TextToSelect
from explorer.marks import Mark
from explorer.opening_screen import OpeningScreen
from explorer.saved_views import SavedView
from explorer.settings import Settings
from explorer.summary_screen import SummaryScreen
from explorer.trace_screen import TraceScreen
from store import DatabaseAddress, TimeRange, parse_filter
from tests.explorer.app_under_test import answered, app_on, rows_are_shown, until
from tests.logs import NOW, numbered_event, numbered_events, write_log

COLUMNS = Settings().table_columns
EVENT = numbered_event(1)

MADE: list[tuple[Callable[[], Dialog[Any]], Sequence[str]]] = [
    (lambda: AskFile("Report", "report.md"), ["enter"]),
    (AskPath, [*"plan", "enter"]),
    (lambda: ChooseColumns(COLUMNS, COLUMNS, 80, print), ["C"]),
    (lambda: ChooseExport("all events", NOW), ["enter"]),
    (lambda: CopyMenu([Copy("y", "Link", lambda: "link")]), ["y"]),
    (lambda: CustomRange(TimeRange(), NOW), ["enter"]),
    (lambda: ExportProgress("events.csv", 60), ["escape"]),
    (lambda: GoToTime(NOW), [*"friday", "enter"]),
    (lambda: Help([("Events", [("q", "quit")])]), ["question_mark"]),
    (lambda: MarkEvent(EVENT, None), ["enter"]),
    (lambda: MarkEvent(EVENT, Mark.of(EVENT)), ["ctrl+x"]),
    (lambda: MarkList([(Mark.of(EVENT), EVENT)]), ["enter"]),
    (lambda: OpenLink(""), ["escape"]),
    (lambda: OpenView([SavedView("failures", "since:all")], TimeRange()), ["enter"]),
    (lambda: SaveView("since:all", "", set()), [*"mine", "enter"]),
    (lambda: TextToSelect("Not copied.", "link"), ["escape"]),
]

OPENED: list[tuple[type[Screen[Any]], Sequence[str], str, Sequence[str]]] = [
    (CommandPalette, [], "colon", ["escape", "escape"]),
    (ComparisonScreen, ["m", "enter", "down", "m", "enter"], "equals_sign", ["escape", "escape"]),
    (SummaryScreen, [], "A", ["escape", "escape"]),
    (SummaryScreen, [], "A", ["enter", "enter"]),
    (TraceScreen, [], "t", ["escape", "escape"]),
    (TraceScreen, [], "t", ["enter", "enter"]),
]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(60)))


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def press_at_once(pilot: Pilot[None], keys: Sequence[str]) -> None:
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


def shown_screens(pilot: Pilot[None]) -> list[type]:
    return [type(screen) for screen in pilot.app.screen_stack]


async def test_every_dialog_is_made_here(log: DatabaseAddress) -> None:
    for module in iter_modules(explorer.dialogs.__path__):
        import_module(f"explorer.dialogs.{module.name}")
    async with app_on(log).run_test():
        assert {type(make()) for make, _ in MADE} == set(Dialog.__subclasses__())


@pytest.mark.parametrize(
    ("make", "keys"),
    [
        (make, closing)
        for make, keys in MADE
        for closing in ([*keys, keys[-1]], [*keys, keys[-1], keys[-1]], ["escape"] * 2)
    ],
)
async def test_a_dialog_is_closed_once(
    log: DatabaseAddress, make: Callable[[], Dialog[Any]], keys: Sequence[str]
) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    answers: list[object] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await rows_are_shown(pilot)
        dialog = make()
        await app.push_screen(dialog, answers.append)
        await pilot.pause()
        press_at_once(pilot, keys)
        await until(pilot, lambda: dialog not in app.screen_stack, "a closed dialog")
        await pilot.pause()
        assert shown_screens(pilot)[:2] == [OpeningScreen, ActivityScreen]
        assert len(answers) == 1


@pytest.mark.parametrize(("screen", "before", "key", "keys"), OPENED)
async def test_what_a_key_opens_is_closed_once(
    log: DatabaseAddress, screen: type[Screen[Any]], before: Sequence[str], key: str, keys: Sequence[str]
) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(80, 24)) as pilot:
        await rows_are_shown(pilot)
        for each in before:
            await pilot.press(each)
            await answered(pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, screen), f"{screen}")
        await answered(pilot)
        press_at_once(pilot, keys)
        await until(pilot, lambda: not isinstance(app.screen, screen), "a closed screen")
        await pilot.pause()
        assert shown_screens(pilot)[:2] == [OpeningScreen, ActivityScreen]
