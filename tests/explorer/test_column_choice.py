"""Choosing the columns of the table in the app: they show at once, and are there again the next time."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from explorer.activity_screen import ActivityScreen
from explorer.commands.explore import launch
from explorer.dialogs.ask_path import AskPath
from explorer.dialogs.choose_columns import ChooseColumns
from explorer.saved_views import SavedView, read_views, save_view, view_named
from explorer.settings import Settings
from explorer.table_choice import MOST_COLUMNS, load_columns, read_columns, save_columns, write_columns
from explorer.widgets.event_table import EventTable
from explorer.widgets.payload_cells import LONGEST_AT_ONCE
from store import DatabaseAddress, SettingsMistake
from tests.builders import make_event
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log

Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]
KEPT_NAME = "log.db"
"""What `app_on` calls the log."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(60)))


async def shown(log: DatabaseAddress, drive: Drive, settings: Settings | None = None, width: int = 160) -> None:
    app = app_on(log, clock=lambda: NOW, settings=settings)
    async with app.run_test(size=(width, 40)) as pilot:
        await drive(pilot, await rows_are_shown(pilot))


async def opened(pilot: Pilot[None]) -> OptionList:
    """The list of the dialog, once it is there."""
    await pilot.press("C")
    await until(pilot, lambda: isinstance(pilot.app.screen, ChooseColumns), "the dialog")
    return pilot.app.screen.query_one(OptionList)


def header(table: EventTable) -> list[str]:
    return table.render_line(0).text.split()


def lines(options: OptionList) -> list[str]:
    return [str(options.get_option_at_index(number).prompt).rstrip() for number in range(options.option_count)]


async def test_a_column_shows_at_once_and_is_kept_when_the_dialog_is_left(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        assert "Environment" not in header(table)
        options = await opened(pilot)
        assert [line[:2] for line in lines(options)[:6]] == ["✓ "] * 5 + ["  "]
        await pilot.press(*"jjjjj", "space")
        assert "Environment" in header(table)
        assert "production" in table.render_line(1).text
        assert load_columns(KEPT_NAME) is None
        await pilot.press("escape")
        await until(pilot, lambda: load_columns(KEPT_NAME) is not None, "the choice kept")
        assert write_columns(table.columns) == "occurred_at,event,entity,actor,trace_id,environment"
        assert load_columns(KEPT_NAME) == table.columns

    await shown(log, drive)


async def test_columns_are_moved_and_made_wider(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await opened(pilot)
        await pilot.press("j", "j", "K", "K")
        assert header(table)[0] == "Entity"
        await pilot.press("right", "right")
        (first, *_) = table.columns
        assert first.name == "entity"
        assert first.width is not None
        narrower = first.width - 1
        await pilot.press("h")
        assert table.columns[0].width == narrower
        await pilot.press("equals_sign", "J")
        assert write_columns(table.columns) == "occurred_at,entity,event,actor,trace_id"

    await shown(log, drive)


async def test_a_path_of_the_payload_becomes_a_column(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        options = await opened(pilot)
        await pilot.press("a", *"plan..id", "enter")
        note = pilot.app.screen.query_one(".text-field--note")
        assert "A key is missing in the path." in str(note.render())
        await pilot.press("ctrl+u", *"number", "enter")
        await until(pilot, lambda: "number" in header(table), "the column")
        assert table.columns[-1].name == "payload.number"
        assert lines(options)[5].startswith("✓ number")
        assert options.highlighted == 5
        newest = table.render_line(1).text.split()
        assert newest[-1] == "59"
        await pilot.press("a", "escape", "enter")
        assert "number" not in header(table)

    rows = [make_event(number, payload=f'{{"number": {number}}}') for number in range(60)]
    address = await write_log(Path(log.path or "").with_name("numbers.db"), rows)
    await shown(address, drive)


async def test_long_payloads_of_the_rows_in_sight_show_once_they_are_read(tmp_path: Path) -> None:
    rows = [make_event(number, payload=f'{{"n": {number}, "x": "{"x" * LONGEST_AT_ONCE}"}}') for number in range(3)]
    log = await write_log(tmp_path / "activity.db", rows)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: table.render_line(3).text.split()[-1] == "0", "the oldest event's number")
        assert [table.render_line(y).text.split()[-1] for y in (1, 2, 3)] == ["2", "1", "0"]

    await shown(log, drive, Settings(time_zone="UTC", columns="occurred_at,payload.n"))


async def test_the_last_column_stays_and_r_brings_those_of_the_settings_back(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        assert header(table) == ["Actor", "Event"]
        options = await opened(pilot)
        await pilot.press("enter")
        assert write_columns(table.columns) == "event"
        await pilot.press("j", "enter")
        assert write_columns(table.columns) == "event"
        await pilot.press("r")
        assert header(table) == ["Actor", "Event"]
        assert options.highlighted == 0

    await shown(log, drive, Settings(time_zone="UTC", columns="actor,event"))


async def test_no_more_columns_are_shown_than_can_be_kept(log: DatabaseAddress) -> None:
    most = read_columns(",".join(f"payload.a{number}" for number in range(MOST_COLUMNS)))

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        refusals = set[str]()

        def is_refused() -> bool:
            """Whether it is refused once more: what is said again stands in the place of what was said."""
            (said,) = pilot.app._notifications or (None,)
            is_new = said is not None and said.identity not in refusals
            if said is not None:
                assert said.message == "The table has 40 columns at most."
                refusals.add(said.identity)
            return is_new

        table.columns = most
        options = await opened(pilot)
        await pilot.press("end", "space")
        await until(pilot, is_refused, "a refusal")
        for path in ("event", "payload.more"):
            await pilot.press("a")
            await until(pilot, lambda: isinstance(pilot.app.screen, AskPath), "the question for a path")
            pilot.app.screen.dismiss(read_columns(path)[0])
            await until(pilot, is_refused, "a refusal")
        assert sum(line.startswith("✓") for line in lines(options)) == MOST_COLUMNS
        await pilot.press("home", "space", "end", "space")
        await until(pilot, lambda: table.columns != most, "another column for one of them")
        assert len(table.columns) == MOST_COLUMNS

    await shown(log, drive)


async def test_the_dialog_says_which_columns_have_no_room(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        options = await opened(pilot)
        assert header(table) == ["Time", "(UTC)", "Event", "Entity"]
        assert [line.endswith("no room") for line in lines(options)[:4]] == [False, False, False, True]

    await shown(log, drive, Settings(time_zone="UTC", columns="occurred_at,event:30,entity:30,actor:40"), width=100)


def test_a_start_shows_the_last_choice_for_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTIVITY_COLUMNS", "event")
    ready = launch("demo", None, None)
    assert (ready.columns, ready.settings.table_columns) == (None, read_columns("event"))
    save_columns(ready.database_name, read_columns("actor,event"))
    assert launch("demo", None, None).columns == read_columns("actor,event")


# Views with columns


def test_a_view_of_the_command_line_has_its_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTIVITY_VIEWS", str(tmp_path / "views.toml"))
    text = '[views]\nours = {query = "name:a", columns = "event,actor"}\nwrong = {query = "name:a", columns = "evnt"}\n'
    (tmp_path / "views.toml").write_text(text)
    assert launch("demo", None, None, "ours").columns == read_columns("event,actor")
    with pytest.raises(SettingsMistake, match="The columns of the view wrong must not name evnt"):
        launch("demo", None, None, "wrong")


@pytest.mark.parametrize("line", ["{}", '{query = "a", colums = "event"}', "{query = 1}", "[]"])
def test_a_view_is_a_query_with_columns_and_nothing_else(tmp_path: Path, line: str) -> None:
    file = tmp_path / "views.toml"
    file.write_text(f"[views]\na = {line}")
    if line == "{}":
        assert view_named("a", file) == SavedView("a", "")
    else:
        with pytest.raises(SettingsMistake):
            read_views(file)


async def test_a_view_is_saved_and_opened_with_its_columns(log: DatabaseAddress, tmp_path: Path) -> None:
    file = tmp_path / "views.toml"

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await opened(pilot)
        await pilot.press("enter", "escape")
        await pilot.press("w")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ActivityScreen), "the question")
        await pilot.press(*"ours", "enter")
        await until(pilot, file.exists, "the file")
        assert view_named("ours", file).columns == "event,entity,actor,trace_id"
        save_view(SavedView("theirs", "name:plan.deleted", "id,event:20"), file)
        save_view(SavedView("wrong", "name:plan.deleted", "evnt"), file)
        await open_view(pilot, "up", "enter")
        await until(pilot, lambda: write_columns(table.columns) == "id,event:20", "the columns of the view")
        await open_view(pilot, "home", "enter")
        await until(pilot, lambda: table.columns[0].name == "event", "the columns chosen before")
        assert load_columns(KEPT_NAME) == table.columns
        await open_view(pilot, "enter")
        await until(pilot, lambda: bool(pilot.app._notifications), "the mistake")
        assert any("must not name evnt" in notice.message for notice in pilot.app._notifications)

    await shown(log, drive, Settings(time_zone="UTC", views=str(file)))


async def open_view(pilot: Pilot[None], *keys: str) -> None:
    """Begin at the last view."""
    await pilot.press("V")
    await until(pilot, lambda: not isinstance(pilot.app.screen, ActivityScreen), "the views")
    await pilot.press("end", *keys)
    await until(pilot, lambda: isinstance(pilot.app.screen, ActivityScreen), "the log")
