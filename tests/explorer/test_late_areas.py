"""What is mounted behind the first rows has its keys from the beginning, and misses nothing."""

import asyncio
import inspect
import re
from pathlib import Path

import pytest
from textual.binding import Binding

from explorer.areas import every_area, late_areas
from explorer.areas.key_area import KeyArea
from explorer.areas.late_areas import LateAreas
from explorer.dialogs.go_to_time import GoToTime
from explorer.event_list import EventList
from explorer.launch import Launch
from explorer.settings import Settings
from explorer.widgets.event_table import EventTable
from explorer.widgets.query_input import QueryInput
from store import EventRepository, open_repository
from tests.explorer.app_under_test import AppUnderTest, until
from tests.logs import NOW, numbered_events, write_log

AREAS = [
    each
    for each in vars(every_area).values()
    if isinstance(each, type) and issubclass(each, KeyArea) and each is not KeyArea
]


def keys_of(area: type[LateAreas | KeyArea]) -> dict[str, str]:
    return {each.key: each.action for each in area.BINDINGS if isinstance(each, Binding)}


def test_the_late_keys_are_those_of_the_areas() -> None:
    handed_on = {key: f"hand_on({action!r})" for area in AREAS for key, action in keys_of(area).items()}
    assert keys_of(LateAreas) == handed_on


def test_only_one_area_has_an_action() -> None:
    actions = [name for area in AREAS for name in vars(area) if name.startswith("action_")]
    assert len(actions) == len(set(actions)) > len(AREAS)


def test_the_areas_are_told_of_whatever_they_listen_to() -> None:
    listened_to = {name for area in AREAS for name in re.findall(r"@on\((\w+)\)", inspect.getsource(area))}
    told = set(re.findall(r"@on\((?:events\.)?(\w+)\)", inspect.getsource(late_areas)))
    assert told == listened_to | {"DescendantFocus"}
    assert [name for area in AREAS for name in vars(area) if re.match("on_(?!mount)", name)] == ["on_descendant_focus"]


async def test_what_is_followed_from_the_beginning_leaves_the_cursor_where_somebody_types_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_complete, complete = asyncio.Event(), LateAreas.complete

    async def complete_when_it_may(areas: LateAreas) -> None:
        await may_complete.wait()
        await complete(areas)

    monkeypatch.setattr(LateAreas, "complete", complete_when_it_may)
    address = await write_log(tmp_path / "log.db", numbered_events(10))
    launch = Launch(Settings(time_zone="UTC"), "log.db", lambda: open_repository(address), follows=True)
    app = AppUnderTest(lambda: launch, clock=lambda: NOW)
    async with app.run_test() as pilot, asyncio.timeout(60):
        table = app.screen.query_one(EventTable)
        while table.highlighted is None:
            await pilot.pause()
        await pilot.press("slash")
        while not isinstance(app.focused, QueryInput):
            await pilot.pause()
        may_complete.set()
        await until(pilot, lambda: app.screen.query_one(EventList).new_events is not None, "following")
        await pilot.pause()
        assert isinstance(app.focused, QueryInput)


async def test_a_key_that_comes_before_its_area_acts_once_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.loading.FIRST_ROWS_SECONDS", 60.0)
    address = await write_log(tmp_path / "log.db", numbered_events(10))
    may_open = asyncio.Event()

    async def open_store() -> EventRepository:
        await may_open.wait()
        return await open_repository(address)

    app = AppUnderTest(lambda: Launch(Settings(time_zone="UTC"), "log.db", open_store), clock=lambda: NOW)
    async with app.run_test() as pilot:
        await pilot.press("at")
        assert not isinstance(app.screen, GoToTime)
        may_open.set()
        await until(pilot, lambda: isinstance(app.screen, GoToTime), "the dialog")
