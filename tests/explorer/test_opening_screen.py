"""The first frame: a sentence that stays where it is when the screen of the log comes, and keys that wait for that."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.widgets import Static

from explorer.app import ActivityApp
from explorer.launch import Launch
from explorer.opening_screen import OpeningScreen
from explorer.settings import Settings
from explorer.themes import DARK
from store import DatabaseAddress, EventRepository, open_repository, open_writer
from tests.builders import NOON, make_event
from tests.explorer.app_under_test import AppUnderTest, app_on, rows_are_shown, until


class OpeningApp(App[None]):
    """An app that never opens anything."""

    def get_default_screen(self) -> OpeningScreen:
        return OpeningScreen()

    def on_load(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name


class TypedAhead(ActivityApp):
    """The real app, and a user who typed these keys before it has drawn anything."""

    keys: tuple[str, ...] = ()

    def on_load(self) -> None:
        for key in self.keys:
            self.post_message(events.Key(key, key if len(key) == 1 else None))


class Terminated(ActivityApp):
    """The real app, which is told to end when the first frame is just drawn."""

    def on_ready(self) -> None:
        self._end_by_signal(signal.SIGTERM)


async def open_never() -> EventRepository:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("size", [(200, 50), (120, 36), (100, 30), (99, 30), (80, 24), (30, 8)])
async def test_the_sentence_stays_where_it_is(size: tuple[int, int]) -> None:
    opening = OpeningApp()
    async with opening.run_test(size=size) as pilot:
        await pilot.pause()
        first = opening.screen.query_one("#opening", Static)
        assert str(first.content) == "Opening the log …"
        place = first.content_region.offset
    app = AppUnderTest(lambda: Launch(Settings(time_zone="UTC"), "log.db", open_never))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        then = app.screen.query_one("#notice", Static)
        assert str(then.content) == "Opening the log …"
        assert then.content_region.offset == place


@pytest.mark.parametrize(("name", "size"), [("beside", (120, 36)), ("narrow", (80, 24))])
def test_a_picture_of_the_first_frame(snap_compare: Callable[..., bool], name: str, size: tuple[int, int]) -> None:
    assert snap_compare(OpeningApp(), terminal_size=size)


async def test_keys_typed_before_the_first_frame_act_in_their_order_on_the_log(tmp_path: Path) -> None:
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    async with await open_writer(address) as writer:
        await writer.write([make_event(-1)])
    app = TypedAhead(
        lambda: Launch(Settings(time_zone="UTC"), "log.db", lambda: open_repository(address)), clock=lambda: NOON
    )
    app.keys = ("f", "tab", "tab", "slash", *"plan")
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: getattr(app.screen.focused, "_query", "") == "plan", "letters in the third control")


async def test_the_key_that_quits_typed_before_the_first_frame_quits() -> None:
    app = TypedAhead(lambda: Launch(Settings(time_zone="UTC"), "log.db", open_never))
    app.keys = ("q",)
    await app.run_async(headless=True)
    assert app.return_code == 0


async def test_a_signal_that_comes_while_the_screen_of_the_log_is_loaded_ends_the_app_without_a_fault() -> None:
    app = Terminated(lambda: Launch(Settings(time_zone="UTC"), "log.db", open_never))
    await app.run_async(headless=True)
    assert app.fault is None
    assert app.return_code == 128 + signal.SIGTERM


async def test_enter_is_enter_also_as_a_terminal_sends_it_that_is_not_in_our_hands_yet(tmp_path: Path) -> None:
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    async with await open_writer(address) as writer:
        await writer.write([make_event(-1)])
    app = app_on(address, clock=lambda: NOON)
    async with app.run_test(size=(140, 40)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("ctrl+j")
        await until(pilot, lambda: app.screen.query_one("#detail").has_focus_within, "the event to read")
        await pilot.press("slash", *"plan", "ctrl+j")
        await until(pilot, lambda: "text plan" in str(app.screen.query_one("#sentence", Static).content), "the filter")
