"""The terminal of the tests itself: what it shows, tells and keeps is what a program did."""

import signal
import sys

import pytest
from pseudo_terminal import PseudoTerminal


def python(code: str, columns: int = 100, rows: int = 30) -> PseudoTerminal:
    return PseudoTerminal([sys.executable, "-c", code], columns=columns, rows=rows)


def test_it_shows_what_is_written_and_types_what_is_sent() -> None:
    with python("print('hello'); print('got', input().upper())") as terminal:
        terminal.wait_for("hello")
        terminal.send("abc\r")
        terminal.wait_for("got ABC")
        assert terminal.wait_for_exit() == 0
        assert b"hello\r\n" in terminal.raw


def test_what_is_left_of_a_wide_sign_is_blank() -> None:
    """As it can be for a moment, while only a part of a frame has come."""
    with python(r"print('\u6f22\u5b57\b\b\b\bA\r\x1b[6Cend')") as terminal:
        terminal.wait_for("A 字  end")


def test_a_new_size_reaches_the_program() -> None:
    code = (
        "import os, signal\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGWINCH})\n"
        "print('first', *os.get_terminal_size(), flush=True)\n"
        "signal.sigwait({signal.SIGWINCH})\n"
        "print('now', *os.get_terminal_size(), flush=True)"
    )
    with python(code, columns=80, rows=24) as terminal:
        terminal.wait_for("first 80 24")
        terminal.resize(120, 40)
        terminal.wait_for("now 120 40")


def test_it_keeps_what_was_copied_with_either_ending() -> None:
    with python(r"print('\x1b]52;c;YWJj\x07\x1b]52;c;ZMOp\x1b\\')") as terminal:
        terminal.wait_for_exit()
        assert terminal.copied == ["abc", "dé"]


def test_it_tells_whether_the_terminal_was_restored() -> None:
    with python("import tty; tty.setraw(0); print('raw')") as terminal:
        terminal.wait_for_exit()
        assert terminal.attributes() != terminal.attributes_at_start
    with python("print('as it was')") as terminal:
        terminal.wait_for_exit()
        assert terminal.attributes() == terminal.attributes_at_start


@pytest.mark.parametrize("of_the_tests", [signal.SIG_DFL, signal.SIG_IGN])
def test_closing_it_hangs_up_whatever_the_tests_themselves_ignore(of_the_tests: signal.Handlers) -> None:
    before = signal.signal(signal.SIGHUP, of_the_tests)
    try:
        hang_up_a_program()
    finally:
        signal.signal(signal.SIGHUP, before)


def hang_up_a_program() -> None:
    # One that reads may hear of the end of its input, and end by itself, before the signal (`pty_close` of Linux).
    with python("import signal; print('ready'); signal.pause()") as terminal:
        terminal.wait_for("ready")
        terminal.hang_up()
        assert terminal.process.wait(10) == -signal.SIGHUP


def test_what_does_not_come_fails_with_the_screen() -> None:
    with python("print('something else')") as terminal, pytest.raises(AssertionError, match="something else"):
        terminal.wait_for("never")
