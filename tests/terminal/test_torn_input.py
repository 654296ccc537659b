"""A line so slow that it tears apart what the terminal sends: nothing of that but an escape is taken for a key."""

import re
import time
from collections.abc import Callable

from tests.terminal.conftest import ALL_TIME_LINK
from tests.terminal.pseudo_terminal import PseudoTerminal

PAUSE_SECONDS = 0.3
"""Long enough for Textual to take what came so far for keys."""


def send_torn(terminal: PseudoTerminal, *parts: bytes) -> None:
    for part in parts:
        terminal.send(part)
        end = time.monotonic() + PAUSE_SECONDS
        terminal.wait_for(lambda end=end: time.monotonic() > end)


def test_mouse_reports_pastes_and_word_of_the_focus_are_what_they_are_wherever_they_are_torn(
    start: Callable[..., PseudoTerminal],
) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        terminal.wait_for("row 293 of 300 ", seconds=30)
        terminal.send("/")
        terminal.wait_for("what happened", seconds=30)
        send_torn(terminal, b"\x1b[<35;1", b"2;7", b"M", b"\x1b[", b"I", b"\x1b[<35;12;7", b"M")
        send_torn(terminal, b"\x1b[20", b"0~pasted", b"\x1b[2", b"01~")
        terminal.send(" and typed")
        terminal.wait_for("pasted and typed")
        assert "since:all pasted and typed" in [line.strip("▌ ") for line in terminal.text.splitlines()]
        send_torn(terminal, b"\x1b", b"[<35;12;7M")
        terminal.wait_for(lambda: "pasted and typed" not in terminal.text)
        assert not re.search(r"<35|35;|;12|12;|;7", terminal.text)
        assert "row 293 of 300 " in terminal.text
        terminal.send("q")
        assert terminal.wait_for_exit() == 0


def test_what_follows_an_escape_by_and_by_is_no_key_and_neither_is_an_answer_that_comes_late(
    start: Callable[..., PseudoTerminal],
) -> None:
    with start("open", ALL_TIME_LINK) as terminal:
        terminal.wait_for("row 293 of 300 ", seconds=30)
        send_torn(terminal, b"\x1b", b"[B", b"\x1b", b"OB", b"\x1b", b"[", b"<35;12;7M")
        send_torn(terminal, b"\x1b]11;rgb:1e1e/1e", b"1e/1e1e\x07", b"\x1b[?62;", b"4c")
        terminal.wait_for("row 295 of 300 ", seconds=30)
        terminal.send("j")
        terminal.wait_for("row 296 of 300 ", seconds=30)
        assert "Marked" not in terminal.text
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
