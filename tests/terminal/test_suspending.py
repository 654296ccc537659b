"""The app stopped like any job of a shell and continued, and what a terminal sends that nobody typed."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.conftest import ALL_TIME_LINK, EVENTS
from tests.terminal.modes import MODES_ON, assert_restored, modes_left_on, ready
from tests.terminal.pseudo_terminal import PseudoTerminal

Start = Callable[..., PseudoTerminal]

CTRL_Z = "\x1a"
DOWN = "\x1b[B"


def is_stopped(terminal: PseudoTerminal) -> bool:
    state = Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state == "T"


def stop(terminal: PseudoTerminal, way: str) -> None:
    if way == "ctrl+z":
        terminal.send(CTRL_Z)
    else:
        os.killpg(terminal.process.pid, getattr(signal, way))
    terminal.wait_for(lambda: is_stopped(terminal))


def continue_(terminal: PseudoTerminal) -> None:
    """Wipe what stands on the screen, as a shell might have, and let the program go on."""
    terminal.screen.reset()
    os.killpg(terminal.process.pid, signal.SIGCONT)


def hold_it_moves_and_ends(terminal: PseudoTerminal) -> None:
    """Keys act in the list of events, and the terminal is restored at the end."""
    terminal.send(DOWN)
    ready(terminal, EVENTS - 6)
    terminal.send("q")
    assert terminal.wait_for_exit() == 0
    assert_restored(terminal)


@pytest.mark.parametrize("way", ["ctrl+z", "SIGTSTP"])
def test_a_stopped_app_leaves_the_terminal_as_it_was_and_is_whole_again_when_it_goes_on(start: Start, way: str) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        terminal.wait_for("Copy event link")
        for _ in range(2):
            stop(terminal, way)
            terminal.wait_for(lambda: not modes_left_on(terminal.raw))
            assert_restored(terminal)
            continue_(terminal)
            ready(terminal, EVENTS - 7)
            terminal.wait_for("Copy event link")
            assert modes_left_on(terminal.raw) == MODES_ON
        terminal.send("2")
        terminal.wait_for("⏎ Read")
        hold_it_moves_and_ends(terminal)


def test_an_app_that_was_stopped_without_being_asked_restores_the_terminal_when_it_ends(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        stop(terminal, "SIGSTOP")
        continue_(terminal)
        ready(terminal, EVENTS - 7)
        terminal.send("2")
        terminal.wait_for("⏎ Read")
        hold_it_moves_and_ends(terminal)


def test_it_is_stopped_and_ended_at_another_size(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        stop(terminal, "SIGTSTP")
        terminal.resize(80, 24)
        continue_(terminal)
        ready(terminal, EVENTS - 7)
        os.killpg(terminal.process.pid, signal.SIGTERM)
        assert terminal.wait_for_exit() == 143
        assert_restored(terminal)


def test_mouse_reports_of_no_place_on_the_screen_change_nothing(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        terminal.send("2")
        terminal.wait_for("⏎ Read")
        for report in ("\x1b[<35;999;999M", "\x1b[<35;-3;-2M", "\x1b[<64;999;0M", "\x1b[M !!"):
            terminal.send(2 * report)
        hold_it_moves_and_ends(terminal)
