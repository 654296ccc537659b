"""The program in a real terminal: it starts, moves, opens, copies, resizes, ends, and leaves the terminal as it was."""

import os
import re
import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.link import EventLink
from tests.terminal.conftest import ACTIVITY, ALL_TIME_LINK, EVENTS
from tests.terminal.modes import MODES_ON, assert_restored, modes_left_on, ready
from tests.terminal.pseudo_terminal import PseudoTerminal

Start = Callable[..., PseudoTerminal]

DOWN, END, HOME, ENTER, ESCAPE = "\x1b[B", "\x1b[F", "\x1b[H", "\r", "\x1b"

BREAKING = """
from explorer.__main__ import main
from explorer.activity_screen import ActivityScreen


def broken(self):
    hushed = f"{self._list.highlighted.id} hushed"
    if FAULT == "worker":
        async def work():
            raise RuntimeError(hushed)
        self.run_worker(work())
    else:
        raise RuntimeError(hushed)


FAULT = "%s"
ActivityScreen.action_reload = broken
raise SystemExit(main())
"""
"""The program with a fault of ours in it, at the key ctrl+r, whose message and variables hold what the log holds."""


def test_it_starts_moves_opens_and_quits_with_the_terminal_as_it_was(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        assert modes_left_on(terminal.raw) == MODES_ON
        terminal.wait_for("⏎ Use")
        terminal.send("2")
        terminal.wait_for("⏎ Read")
        terminal.send(HOME)
        ready(terminal)
        terminal.send(DOWN)
        ready(terminal, 2)
        terminal.send(END)
        ready(terminal, EVENTS)
        terminal.send(ENTER)
        terminal.wait_for("event-0")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert_restored(terminal)


def test_a_copied_link_opens_the_same_event_in_another_terminal(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        terminal.send("y")
        terminal.wait_for(lambda: bool(terminal.copied))
        (link,) = terminal.copied
        terminal.wait_for("OSC 52")
    assert EventLink.parse(link).event_id == "event-7"
    with start("open", link) as other:
        ready(other, EVENTS - 7)
        other.wait_for("event-7")


def test_a_pasted_link_opens_its_event(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        terminal.paste("activity://production/event-42?filter=since%3Aall\n")
        ready(terminal, EVENTS - 42)
        terminal.wait_for("event-42")


def test_it_draws_anew_at_every_size(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        for columns, rows in ((80, 24), (300, 100), (20, 5), (1, 1), (120, 40)):
            written = len(terminal.raw)
            terminal.resize(columns, rows)
            terminal.wait_for(lambda written=written: len(terminal.raw) > written)
        ready(terminal, EVENTS - 7)
        terminal.wait_for("Copy event link")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0


def test_it_draws_anew_when_the_terminal_was_small_before_it_could_look(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        columns, rows = terminal.screen.columns, terminal.screen.lines
        os.killpg(terminal.process.pid, signal.SIGSTOP)
        terminal.resize(1, 1)
        terminal.resize(columns, rows)
        assert "row" not in terminal.text
        os.killpg(terminal.process.pid, signal.SIGCONT)
        ready(terminal, EVENTS - 7)
        terminal.wait_for("Copy event link")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_ends_it_with_the_terminal_as_it_was(start: Start, number: signal.Signals, code: int) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        os.killpg(terminal.process.pid, number)
        assert terminal.wait_for_exit() == code
        assert_restored(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_it_opens_where_a_signal_ended_it(start: Start, number: signal.Signals) -> None:
    with start() as terminal:
        ready(terminal)
        terminal.send(DOWN + DOWN)
        ready(terminal, 3)
        os.killpg(terminal.process.pid, number)
        terminal.wait_for_exit()
    with start() as terminal:
        ready(terminal, 3)
        terminal.wait_for("Where you were at")
        terminal.send(ESCAPE)
        ready(terminal)


def test_it_ends_when_its_terminal_closes(start: Start) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        ready(terminal, EVENTS - 7)
        terminal.hang_up()
        assert terminal.process.wait(10) == 129


@pytest.mark.parametrize("where", ["handler", "worker"])
def test_an_unforeseen_error_is_reported_without_data_with_the_terminal_as_it_was(
    start: Start, own_home: Path, where: str
) -> None:
    with start("open", ALL_TIME_LINK, program=[sys.executable, "-c", BREAKING % where]) as terminal:
        ready(terminal, EVENTS - 7)
        terminal.send("\x12")
        assert terminal.wait_for_exit() == 1
        assert_restored(terminal)
        said = terminal.raw.rpartition(b"\x1b")[2].decode()
        assert b"hushed" not in terminal.raw
    (report,) = own_home.rglob("crashes/*.txt")
    assert re.sub(r"\s", "", str(report)) in re.sub(r"\s", "", said)
    assert "failed by a fault of its own (RuntimeError)" in said
    assert "Traceback" not in said
    text = report.read_text()
    assert "\nbuiltins.RuntimeError\n" in text
    assert re.search(r"<string>:\d+ in broken", text)
    assert "textual/" in text
    assert report.stat().st_mode & 0o777 == 0o600
    for held in ("hushed", "event-7", "activity.db", "production", str(own_home)):
        assert held not in text, text


COLOURS = re.compile(rb"[34]8;2;(\d+);(\d+);(\d+)")


@pytest.mark.parametrize(
    ("environ", "is_grey", "has_few_colours"),
    [
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "xterm", "COLORTERM": None}, True, True),
        ({"TERM": "linux", "COLORTERM": None}, True, True),
        ({"LANG": "C", "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, False, False),
    ],
    ids=["NO_COLOR", "16 colours", "a console", "no UTF-8"],
)
def test_it_is_drawn_with_the_colours_and_in_the_locale_that_there_are(
    start: Start, environ: dict[str, str | None], is_grey: bool, has_few_colours: bool
) -> None:
    with start("open", ALL_TIME_LINK, **environ) as terminal:
        ready(terminal, EVENTS - 7)
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert_restored(terminal)
        colours = set(COLOURS.findall(terminal.raw))
    assert all(len(set(colour)) == 1 for colour in colours) == is_grey
    assert (not colours) == has_few_colours


@pytest.mark.parametrize("kind", ["dumb", "unknown"])
def test_a_terminal_that_cannot_place_text_is_told_and_left_as_it_was(start: Start, kind: str) -> None:
    with start(TERM=kind) as terminal:
        assert terminal.wait_for_exit() == 2
        assert b"activity query" in terminal.raw
        assert len(terminal.raw.splitlines()) == 1
        assert b"\x1b" not in terminal.raw
        assert_restored(terminal)


@pytest.mark.parametrize("redirected", ["</dev/null", "2>{tmp_path}/errors"])
def test_without_keys_or_a_screen_it_says_so_and_names_the_way_without(
    start: Start, tmp_path: Path, redirected: str
) -> None:
    errors = tmp_path / "errors"
    command = f"{shlex.join(ACTIVITY)} {redirected.format(tmp_path=tmp_path)}"
    with start(program=["sh", "-c", command]) as terminal:
        assert terminal.wait_for_exit() == 2
        said = errors.read_bytes() if errors.exists() else terminal.raw
        assert b"activity query" in said
        assert len(said.splitlines()) == 1
        assert_restored(terminal)


def test_a_tail_says_in_a_terminal_that_it_waits_for_events(start: Start) -> None:
    with start("tail") as terminal:
        terminal.wait_for("Events are printed as they are stored. Ctrl-C ends that.", seconds=20)
        terminal.send("\x03")
        assert terminal.wait_for_exit(20) == 130


def test_a_log_that_never_opened_is_a_failure(start: Start, tmp_path: Path) -> None:
    with start(str(tmp_path / "nope.db")) as terminal:
        terminal.wait_for("There is no file")
        terminal.send("q")
        assert terminal.wait_for_exit() == 1
