"""A line that takes nothing for a while: only the newest frame arrives then, and nothing else is lost."""

import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable

import pytest

from explorer.link import EventLink
from explorer.one_frame import PATIENCE_SECONDS
from tests.terminal.conftest import ALL_TIME_LINK, EVENTS
from tests.terminal.modes import assert_restored, ready
from tests.terminal.pseudo_terminal import PseudoTerminal

Start = Callable[..., PseudoTerminal]

DOWN, UP = "\x1b[B", "\x1b[A"
QUIT = "\x11"
COPIES = """
from textual.app import App

from explorer.frame_driver import FrameDriver

class Copies(App):
    def compose(self):
        from textual.widgets import Label
        yield Label("ready")

    def on_key(self, event):
        if event.key == "q":
            self.exit()
        for _ in range(20):
            self.copy_to_clipboard("long" * 20_000)

Copies(driver_class=FrameDriver).run()
"""
"""A program that copies more than a line holds at any key, and ends at `q`."""
COPY = re.compile(rb"\x1b\]52;[^\x1b\x07\x18]*.")
FRAME = b"\x1b[?2026h"
REPEAT_SECONDS = 0.03
PROMPTLY_SECONDS = 15.0
"""Also on a busy machine."""
MOST_ON_A_LINE = 100_000
"""What a pseudo terminal holds that nobody reads (20 KB on Linux) and a few frames: 200 are more than 300 KB."""


def show_table(terminal: PseudoTerminal) -> None:
    terminal.wait_for("⏎ Use", seconds=30)
    terminal.send("2")
    terminal.wait_for("⏎ Read", seconds=30)


def hold_down(terminal: PseudoTerminal, key: str, times: int) -> None:
    """Hold a key down, as the keyboard repeats it, and read nothing."""
    for _ in range(times):
        terminal.send(key)
        select.select([], [], [], REPEAT_SECONDS)


def taken_until_silent(terminal: PseudoTerminal) -> bytes:
    """Take what is on the line, until no more comes for a moment."""
    before, end = len(terminal.raw), 0.0
    while time.monotonic() < end or end == 0.0:
        size, end = len(terminal.raw), end or time.monotonic() + 1
        terminal.wait_for(lambda size=size, end=end: len(terminal.raw) > size or time.monotonic() > end)
    return terminal.raw[before:]


def test_one_frame_is_on_its_way_and_then_the_newest_is_drawn(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        terminal.answers = True
        show_table(terminal)
        taken_until_silent(terminal)
        terminal.answers = False
        hold_down(terminal, UP, 100)
        assert taken_until_silent(terminal).count(FRAME) == 1
        terminal.answers, before = True, len(terminal.raw)
        ready(terminal, EVENTS - 107)
        assert terminal.raw.count(FRAME, before) <= 2
        hold_down(terminal, DOWN, 1)
        ready(terminal, EVENTS - 106)
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert_restored(terminal)


def test_a_terminal_that_never_answers_is_sent_what_its_line_holds_and_the_newest_frame(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        show_table(terminal)
        taken_until_silent(terminal)
        hold_down(terminal, UP, 200)
        assert len(taken_until_silent(terminal)) < MOST_ON_A_LINE
        ready(terminal, EVENTS - 207)


@pytest.mark.parametrize("sign", ["a key", "a size"])
def test_whoever_comes_back_to_a_screen_that_nobody_was_attached_to_sees_it_at_once(start: Start, sign: str) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        terminal.answers = True
        show_table(terminal)
        taken_until_silent(terminal)
        terminal.answers, before = False, terminal.raw.count(FRAME)
        hold_down(terminal, UP, 2)
        terminal.wait_for(lambda: terminal.raw.count(FRAME) == before + 2, seconds=2 * PATIENCE_SECONDS)
        terminal.take_in()
        terminal.answers, came_back = True, time.monotonic()
        if sign == "a key":
            terminal.send(UP)
        else:
            os.killpg(terminal.process.pid, signal.SIGWINCH)
        terminal.wait_for(lambda: FRAME in terminal.raw)
        assert time.monotonic() - came_back < PATIENCE_SECONDS / 2
        hold_down(terminal, UP, 1)
        ready(terminal, EVENTS - (10 if sign == "a key" else 9))


def test_a_copy_arrives_although_frames_do_not(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        terminal.answers = True
        show_table(terminal)
        terminal.answers = False
        hold_down(terminal, UP, 20)
        hold_down(terminal, "y", 1)
        hold_down(terminal, DOWN, 20)
        terminal.answers = True
        terminal.wait_for(lambda: bool(terminal.copied))
        ready(terminal, EVENTS - 7)
        (link,) = terminal.copied
        assert EventLink.parse(link).event_id == "event-27"


@pytest.mark.parametrize("how", ["q", signal.SIGTERM])
@pytest.mark.parametrize("answers", [True, False])
def test_it_ends_although_its_terminal_takes_nothing_and_leaves_it_as_it_was(
    start: Start, how: str | signal.Signals, answers: bool
) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        terminal.answers = answers
        show_table(terminal)
        hold_down(terminal, UP, 100)
        if isinstance(how, str):
            terminal.send(how)
        else:
            os.killpg(terminal.process.pid, how)
        terminal.process.wait(PROMPTLY_SECONDS)
        assert terminal.wait_for_exit() == (0 if how == "q" else 143)
        assert_restored(terminal)


def test_it_ends_although_copies_are_on_their_way_and_leaves_neither_half_of_one_nor_its_modes(start: Start) -> None:
    with start(program=[sys.executable, "-c", COPIES]) as terminal:
        terminal.answers = True
        terminal.wait_for("ready")
        terminal.send("c")
        end = time.monotonic() + PROMPTLY_SECONDS
        while not terminal.is_full:
            assert time.monotonic() < end, "nothing is copied"
            select.select([], [], [], REPEAT_SECONDS)
        terminal.send("q")
        terminal.process.wait(PROMPTLY_SECONDS)
        assert terminal.wait_for_exit() == 0
        assert {copy[-1:] for copy in COPY.findall(terminal.raw)} <= {b"\x07", b"\x18"}
        assert_restored(terminal)
