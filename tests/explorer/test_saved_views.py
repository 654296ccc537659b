"""Views: supplied ones and those of a file, saved and opened, and none of them dropped for a mistake."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from explorer.activity_screen import ActivityScreen
from explorer.commands.explore import launch
from explorer.saved_views import SUPPLIED, SavedView, read_views, save_view, view_named, views_path
from explorer.settings import Settings
from explorer.widgets.event_table import EventTable
from explorer.widgets.query_input import QueryInput
from store import FilterMistake, SettingsMistake, parse_filter
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.explorer.test_activity_screen import text_of
from tests.logs import NOW, numbered_events, write_log

SHARED = """\
# ours
[views]
failures = "name:sync.failed"   # only these
"wrong one" = "nam:x"
"""
NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=10)


def test_every_supplied_view_can_be_read_or_waits_for_a_value() -> None:
    for view in SUPPLIED:
        if view.waits:
            with pytest.raises(FilterMistake):
                view.read()
            parse_filter(f"{view.query}x")
        else:
            assert view.read() == parse_filter(view.query)


def test_views_of_the_file_stand_beside_the_supplied_ones_and_win(tmp_path: Path) -> None:
    file = tmp_path / "views.toml"
    assert read_views(file) == SUPPLIED
    file.write_text(SHARED)
    views = {view.name: view.query for view in read_views(file)}
    assert views["failures"] == "name:sync.failed"
    assert views["wrong one"] == "nam:x"
    assert len(views) == len(SUPPLIED) + 1


def test_saving_keeps_what_else_stands_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "views.toml"
    file.write_text(SHARED)
    save_view(SavedView("failures", "name:*failed"), file)
    save_view(SavedView("new", 'actor:"a \\* b"'), file)
    written = file.read_text()
    assert written.startswith("# ours\n[views]\n")
    assert "# only these" in written
    assert view_named("failures", file).query == "name:*failed"
    assert view_named("new", file).query == 'actor:"a \\* b"'
    assert [each.name for each in tmp_path.iterdir()] == ["views.toml"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(name=NAMES, query=NAMES)
def test_any_name_and_query_come_back_as_they_were(tmp_path: Path, name: str, query: str) -> None:
    file = tmp_path / "views.toml"
    save_view(SavedView(name, query), file)
    assert view_named(name, file) == SavedView(name, query)


@pytest.mark.parametrize("content", ["views = 1", "[views]\na = 1", "[views.a]\nb = 'c'", "not toml", "\x00"])
def test_a_file_that_is_none_of_views_is_told_and_never_written_over(tmp_path: Path, content: str) -> None:
    file = tmp_path / "views.toml"
    file.write_text(content)
    with pytest.raises(SettingsMistake):
        read_views(file)
    with pytest.raises(SettingsMistake):
        save_view(SavedView("a", "b"), file)
    assert file.read_text() == content


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsMistake):
        save_view(SavedView("a", "b"), tmp_path / "file" / "views.toml")


def test_the_command_line_begins_with_a_view(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTIVITY_VIEWS", str(tmp_path / "views.toml"))
    (tmp_path / "views.toml").write_text(SHARED)
    assert launch("demo", None, None, "failures").event_filter == parse_filter("name:sync.failed")
    assert launch("demo", None, None, "wrong one").draft == "nam:x"
    with pytest.raises(SettingsMistake, match="Did you mean failures"):
        launch("demo", None, None, "failure")
    assert views_path(None).name == "views.toml"


Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]


async def shown(tmp_path: Path, drive: Drive) -> None:
    log = await write_log(tmp_path / "activity.db", numbered_events(60))
    app = app_on(log, clock=lambda: NOW, settings=Settings(time_zone="UTC", views=str(tmp_path / "views.toml")))
    async with app.run_test(size=(120, 36)) as pilot:
        await drive(pilot, await rows_are_shown(pilot))


async def test_a_saved_filter_is_opened_again(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash", *"name:plan.deleted since:-60d", "enter")
        await until(pilot, lambda: table.rows.end == 10, "the plans")
        await pilot.press("w")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ActivityScreen), "the question")
        await pilot.press(*"plans", "enter")
        await until(pilot, (tmp_path / "views.toml").exists, "the file")
        assert view_named("plans", tmp_path / "views.toml").query == "name:plan.deleted since:-60d"
        await pilot.press("x")
        await until(pilot, lambda: table.rows.end == 60, "everything")
        await pilot.press("V")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ActivityScreen), "the views")
        await pilot.press("end", "enter")
        await until(pilot, lambda: table.rows.end == 10, "the plans again")

    await shown(tmp_path, drive)


async def test_a_view_that_names_no_time_keeps_the_one_that_is_shown_and_another_one_says_its_own(
    tmp_path: Path,
) -> None:
    (tmp_path / "views.toml").write_text('[views]\nplans = "name:plan.deleted"\nweek = "since:-1w name:plan.deleted"\n')

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash", *"since:all", "enter")
        await until(pilot, lambda: table.rows.end == 60, "everything")
        for keys, time in (("end up", "all time"), ("end", "last 7 days")):
            await pilot.press("V")
            await until(pilot, lambda: not isinstance(pilot.app.screen, ActivityScreen), "the views")
            await pilot.press(*keys.split())
            options = pilot.app.screen.query_one(OptionList)
            assert options.highlighted_option is not None
            assert time in str(options.highlighted_option.prompt)
            assert not pilot.app._notifications
            await pilot.press("enter")
            await until(pilot, lambda time=time: f"{time} · event" in text_of(pilot.app, "#sentence"), time)
        await until(pilot, lambda: bool(pilot.app._notifications), "a sentence")
        told = next(iter(pilot.app._notifications)).message
        assert told == "This view has a time of its own: last 7 days. u leads back."

    await shown(tmp_path, drive)


async def test_a_view_with_a_mistake_is_listed_with_it_and_opens_as_a_query(tmp_path: Path) -> None:
    (tmp_path / "views.toml").write_text(SHARED)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("V")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ActivityScreen), "the views")
        options = pilot.app.screen.query_one(OptionList)
        assert "There is no field nam." in str(options.get_option_at_index(len(SUPPLIED)).prompt)
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ActivityScreen), "the log")
        await until(pilot, lambda: bool(pilot.app.screen.query(QueryInput)), "the query")
        line = pilot.app.screen.query_one(QueryInput)
        await until(pilot, lambda: line.value == "nam:x" and line.mistake == (0, 3), "the mistake")
        note = pilot.app.screen.query_one(".query-box--note", Static)
        assert "There is no field nam." in str(note.content)
        assert table.rows.end == 60

    await shown(tmp_path, drive)
