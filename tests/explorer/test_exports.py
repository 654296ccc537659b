"""Exports from the app: what the dialog asks and says, what is written, and how it is stopped."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static
from textual.worker import WorkerCancelled

from explorer.app import ActivityApp
from explorer.dialogs.choose_export import ChooseExport, ExportChoice
from explorer.dialogs.export_progress import ExportProgress
from explorer.export import pages
from explorer.export.documents import DEFAULT_COLUMNS, FormatName
from explorer.export.jsonl import JsonLines
from store import Count, DatabaseAddress, Event, Position, parse_filter
from store.formats import write_line
from tests.explorer.app_under_test import answered, app_on, rows_are_shown, until
from tests.explorer.test_dialogs import NOT_CLOSED, DialogApp
from tests.logs import NOW, numbered_events, write_log

EVENTS = numbered_events(30)
NAME = "activity-20261121-000000"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", EVENTS))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where one is, and where nothing lies yet."""
    (tmp_path / "exports").mkdir()
    monkeypatch.chdir(tmp_path / "exports")
    return tmp_path / "exports"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def dialog_app() -> DialogApp:
    return DialogApp(lambda: ChooseExport("last 30 days", NOW))


def said(app: ActivityApp) -> list[str]:
    return [notification.message for notification in app._notifications]


async def test_enter_writes_json_lines_where_one_is(folder: Path) -> None:
    app = dialog_app()
    async with app.run_test() as pilot:
        await pilot.press("enter")
    assert app.returned == ExportChoice("jsonl", folder / f"{NAME}.jsonl", ())


@pytest.mark.parametrize(
    ("keys", "format_name", "ending"),
    [
        (("down",), "csv", ".csv"),
        (("down", "down"), "markdown", ".md"),
        (("up",), "parquet", ".parquet"),
        (("end", *".gz", "down"), "csv", ".csv.gz"),
        (("end", *".gz", "up"), "parquet", ".parquet"),
        (("end", *["backspace"] * 6, *".csv.zst"), "csv", ".csv.zst"),
        (("end", *["backspace"] * 6, *".txt", "shift+tab", "down"), "csv", ".txt"),
    ],
)
async def test_a_format_brings_its_ending_and_an_ending_its_format(
    keys: Sequence[str], format_name: str, ending: str, folder: Path
) -> None:
    app = dialog_app()
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        await pilot.press("enter")
    assert isinstance(app.returned, ExportChoice)
    assert (app.returned.format_name, app.returned.path) == (format_name, folder / f"{NAME}{ending}")
    assert app.returned.columns == DEFAULT_COLUMNS[app.returned.format_name]


async def test_an_ending_that_is_written_with_the_name_takes_the_place_of_the_one_that_was_there(folder: Path) -> None:
    app = dialog_app()
    async with app.run_test() as pilot:
        await pilot.press(*"ticket.md", "enter")
    assert isinstance(app.returned, ExportChoice)
    assert (app.returned.format_name, app.returned.path) == ("markdown", folder / "ticket.md")


async def test_what_is_written_at_once_is_the_name_of_the_file_and_its_ending_stays(folder: Path) -> None:
    app = dialog_app()
    async with app.run_test() as pilot:
        await pilot.press(*"evidence", "down", "enter")
    assert isinstance(app.returned, ExportChoice)
    assert (app.returned.format_name, app.returned.path) == ("csv", folder / "evidence.csv")


@pytest.mark.parametrize(
    ("keys", "format_name", "name"),
    [
        (("ctrl+u", *"f1.csv"), "csv", "f1.csv"),
        (("f", "1", *".csv"), "csv", "f1.csv"),
        (("f", "1", *".csv.gz"), "csv", "f1.csv.gz"),
        (("f", "1", "down"), "csv", "f1.csv"),
        (("f", "1", "up"), "parquet", "f1.parquet"),
    ],
)
async def test_keys_that_arrive_together_with_enter_write_what_the_name_says(
    log: DatabaseAddress, keys: Sequence[str], format_name: FormatName, name: str, folder: Path
) -> None:
    chosen: list[ExportChoice | None] = []
    app = app_on(log, clock=lambda: NOW)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await app.push_screen(ChooseExport("last 30 days", NOW), chosen.append)
        await pilot.pause()
        for key in (*keys, "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: bool(chosen), "an answer")
    assert chosen == [ExportChoice(format_name, folder / name, DEFAULT_COLUMNS[format_name])]


async def test_columns_are_chosen_by_name_and_a_mistaken_one_is_said(folder: Path) -> None:
    app = dialog_app()
    async with app.run_test() as pilot:
        await pilot.press("down", "tab", "ctrl+u", *"id, paylod")
        await pilot.pause()
        assert app.notes()[-1].startswith("The columns must not name paylod: there are occurred_at")
        await pilot.press("enter")
        assert app.returned is NOT_CLOSED
        await pilot.press(*["backspace"] * 2, *"oad", "enter")
    assert isinstance(app.returned, ExportChoice)
    assert app.returned.columns == ("id", "payload")


async def test_a_place_where_nothing_can_be_written_is_said_at_once(folder: Path) -> None:
    (folder / f"{NAME}.jsonl").write_text("mine")
    app = dialog_app()
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert app.returned is NOT_CLOSED
        assert app.notes()[0].replace("\n", " ").endswith("exists already. Choose another name, or remove it before.")
        await pilot.press(*"no/a", "enter")
        assert "lies in no folder that exists." in app.notes()[0]
        assert app.returned is NOT_CLOSED
        await pilot.press("escape")
    assert app.returned is None


async def test_a_name_in_the_folder_of_somebody_who_is_not_there_is_a_mistake_to_go_on_from(folder: Path) -> None:
    app = dialog_app()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+u", *"~nobody-here/a.csv", "enter")
        assert app.returned is NOT_CLOSED
        assert app.notes()[0].startswith("~nobody-here/a.csv lies in the folder of a user who is not known here.")
        await pilot.press("ctrl+u", *"a.csv", "enter")
    assert isinstance(app.returned, ExportChoice)
    assert app.returned.path == folder / "a.csv"


async def test_it_says_how_many_events_of_which_filter() -> None:
    app = dialog_app()
    async with app.run_test():
        dialog = app.screen
        assert isinstance(dialog, ChooseExport)
        what = dialog.query_one("#what", Static)
        assert str(what.content) == "Counting …: last 30 days"
        dialog.say_count(Count(number=1, exact=False, searched_to=Position(occurred_at=NOW)))
        assert (str(what.content), dialog.whole) == ("at least 1 event: last 30 days", None)
        dialog.say_count(Count(number=4_218))
        assert (str(what.content), dialog.whole) == ("4,218 events: last 30 days", 4_218)


async def test_what_the_filter_means_is_written_and_the_place_is_told(log: DatabaseAddress, folder: Path) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all name:customer.updated"))
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ChooseExport), "the dialog")
        await answered(pilot)
        assert str(app.screen.query_one("#what", Static).content) == "5 events: all time · event Customer updated"
        await pilot.press("enter")
        await until(pilot, lambda: bool(said(app)), "a notice")
        assert said(app) == [f"5 events written to {folder / NAME}.jsonl"]
        assert not isinstance(app.screen, ExportProgress)
    assert (folder / f"{NAME}.jsonl").read_text() == "".join(f"{write_line(event)}\n" for event in EVENTS[::6])
    assert names(folder) == [f"{NAME}.jsonl", f"{NAME}.jsonl.about.json"]


async def test_every_match_of_a_text_is_counted_and_written(
    log: DatabaseAddress, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.text_search.SEARCH_SECONDS", 0.0)
    monkeypatch.setattr("store.text_scan.FIRST_WINDOW", 3)
    monkeypatch.setattr("store.text_scan.LARGEST_WINDOW", 3)
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all payload.number:7"))
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("e")
        await until(
            pilot,
            lambda: isinstance(app.screen, ChooseExport) and app.screen.whole == 1,
            "the exact count",
        )
        await pilot.press("enter")
        await until(pilot, lambda: bool(said(app)), "a notice")
    assert (folder / f"{NAME}.jsonl").read_text() == f"{write_line(EVENTS[7])}\n"


class Gate:
    """Holds an export in its thread from the second page on, until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()
        self._written = 0
        write = JsonLines.write

        def held(document: JsonLines, events: Sequence[Event]) -> bytes:
            self._written += 1
            if self._written == 2:
                self.reached.set()
                assert self.opened.wait(30)
            return write(document, events)

        monkeypatch.setattr(JsonLines, "write", held)
        monkeypatch.setattr(pages, "FIRST_EVENTS", 7)
        monkeypatch.setattr(pages, "MOST_EVENTS", 7)


async def begun(pilot: Pilot[None], gate: Gate) -> ExportProgress:
    """The dialog that shows how far the export is, which has come to the gate."""
    await rows_are_shown(pilot)
    await pilot.press("e")
    await until(pilot, lambda: isinstance(pilot.app.screen, ChooseExport), "the dialog")
    await answered(pilot)
    await pilot.press("enter")
    assert await asyncio.to_thread(gate.reached.wait, 30)
    await pilot.pause()
    dialog = pilot.app.screen
    assert isinstance(dialog, ExportProgress)
    return dialog


async def test_escape_stops_an_export_and_leaves_nothing_behind(
    log: DatabaseAddress, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    app = app_on(log, clock=lambda: NOW)
    async with app.run_test() as pilot:
        dialog = await begun(pilot, gate)
        assert str(dialog.query_one("#said", Static).content) == "7 of 30 events"
        assert len(names(folder)) == 2
        assert f"{NAME}.jsonl" not in names(folder)
        await pilot.press("escape")
        gate.opened.set()
        await until(pilot, lambda: all(worker.is_finished for worker in app.workers), "the export ended")
        assert said(app) == [f"Stopped: {NAME}.jsonl was not written."]
        assert not isinstance(app.screen, ExportProgress)
    assert names(folder) == []


async def test_quitting_stops_an_export_and_leaves_nothing_behind(
    log: DatabaseAddress, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    app = app_on(log, clock=lambda: NOW)
    async with app.run_test() as pilot:
        await begun(pilot, gate)
        exporting = [worker for worker in app.workers if worker.group == "export"]
        gate.opened.set()
    with suppress(WorkerCancelled):
        await exporting[0].wait()
    assert f"{NAME}.jsonl" not in names(folder) or names(folder) == [f"{NAME}.jsonl", f"{NAME}.jsonl.about.json"]
    assert not [name for name in names(folder) if name.endswith(".part")]


async def test_a_folder_that_may_not_be_written_is_told_and_the_rows_stay(
    log: DatabaseAddress, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: Callable[..., object] = Path.open

    def refused(path: Path, *arguments: object, **options: object) -> object:
        if path.name.endswith(".part"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    app = app_on(log, clock=lambda: NOW)
    async with app.run_test() as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ChooseExport), "the dialog")
        await answered(pilot)
        monkeypatch.setattr(Path, "open", refused)
        await pilot.press("enter")
        await until(pilot, lambda: bool(said(app)), "a notice")
        monkeypatch.undo()
        assert said(app) == [
            f"{folder / NAME}.jsonl may not be written. Check the permissions of its folder.",
        ]
        assert table.highlighted is not None
    assert names(folder) == []


@pytest.mark.parametrize("fault", ["gone", "replaced"])
async def test_an_export_whose_log_goes_away_is_said_to_be_none(tmp_path: Path, folder: Path, fault: str) -> None:
    path = tmp_path / "log.db"
    address = await write_log(path, EVENTS)
    await write_log(tmp_path / "other.db", EVENTS[:20])
    async with app_on(address, clock=lambda: NOW, event_filter=parse_filter("since:all")).run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChooseExport), "the dialog")
        if fault == "gone":
            path.rename(tmp_path / "aside.db")
        else:
            (tmp_path / "other.db").replace(path)
        await pilot.press("enter")
        await until(pilot, lambda: bool(said(pilot.app)), "a word of it")
        assert said(pilot.app) == [f"{NAME}.jsonl was not written: the log did not answer to the end."]
        assert names(folder) == []
