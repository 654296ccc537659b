"""The order of a start: the first rows have the machine for themselves, but they are not waited for without end."""

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from textual.screen import Screen
from textual.widgets import Footer

from explorer.app import ActivityApp
from explorer.launch import Launch
from explorer.loading import complete
from explorer.settings import Settings
from explorer.widgets.event_detail import EventDetail
from explorer.widgets.value_field import ValueField
from store import DatabaseAddress, EventRepository, open_repository, open_writer
from tests.builders import NOON, make_event
from tests.explorer.app_under_test import AppUnderTest, rows_are_shown, until

SIZE = (120, 36)


def app_that_waits(address: DatabaseAddress, may_open: asyncio.Event) -> ActivityApp:
    async def open_store() -> EventRepository:
        await may_open.wait()
        return await open_repository(address)

    return AppUnderTest(lambda: Launch(Settings(time_zone="UTC"), "log.db", open_store), clock=lambda: NOON)


def is_complete(app: ActivityApp) -> Callable[[], bool]:
    screen = app.screen
    return lambda: bool(screen.query(Footer) and screen.query(ValueField) and screen.query_one(EventDetail).children)


@pytest.fixture
def address(tmp_path: Path) -> DatabaseAddress:
    """Of a log of one event."""

    async def write(address: DatabaseAddress) -> DatabaseAddress:
        async with await open_writer(address) as writer:
            await writer.write([make_event(-1)])
        return address

    return asyncio.run(write(DatabaseAddress.parse(str(tmp_path / "log.db"))))


async def test_what_shows_nothing_without_events_comes_behind_the_first_rows(
    address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.loading.FIRST_ROWS_SECONDS", 60.0)
    may_open = asyncio.Event()
    app = app_that_waits(address, may_open)
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(5):
            await pilot.pause()
        assert not app.screen.query(Footer)
        assert not app.screen.query(ValueField)
        assert not app.screen.query_one(EventDetail).children
        may_open.set()
        await rows_are_shown(pilot)
        await until(pilot, is_complete(app), "the rest of the screen")


async def test_what_shows_nothing_without_events_comes_all_the_same_when_a_log_takes_long_to_open(
    address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.loading.FIRST_ROWS_SECONDS", 0.0)
    may_open = asyncio.Event()
    app = app_that_waits(address, may_open)
    async with app.run_test(size=SIZE) as pilot:
        complete = is_complete(app)
        while not complete():
            await pilot.pause()
        may_open.set()
        assert (await rows_are_shown(pilot)).rows.end == 1


class LeavingScreen:
    """What a screen is like once the user has asked to leave: nothing can be mounted in it."""

    is_attached = False

    async def wait_for_refresh(self) -> None:
        pass


async def test_who_leaves_while_the_start_goes_on_gets_no_more_of_it() -> None:
    answered = asyncio.Event()
    answered.set()
    leaving = LeavingScreen()  # it has no `mount`
    await complete(cast("Screen[None]", leaving), answered, [])


async def test_garbage_is_searched_for_again_once_the_start_is_over(address: DatabaseAddress) -> None:
    may_open = asyncio.Event()
    may_open.set()
    app = app_that_waits(address, may_open)
    gc.disable()
    try:
        async with app.run_test(size=SIZE) as pilot:
            await rows_are_shown(pilot)
            assert gc.isenabled()
            assert gc.get_freeze_count()
    finally:
        gc.unfreeze()
        gc.enable()
