"""A coroutine that is interrupted before, while and after its event loop runs: at any line, and nothing is told."""

import asyncio
import gc
import itertools
import signal
import sys
import warnings
from collections.abc import Callable
from types import FrameType

import pytest

from explorer.commands.interruptible import at_once, held, run
from explorer.commands.stopping import Stop

LOOPS_OWN = ("asyncio", "selectors", "socket", "signal", "contextlib", "explorer.commands")


def reaches(line: int, number: signal.Signals, work: Callable[[], object]) -> bool:
    """Do it with a signal at that line of what makes, runs and closes an event loop; False if it has fewer lines."""
    passed = itertools.count()

    def trace(frame: FrameType, event: str, _argument: object) -> Callable[..., object] | None:
        if not frame.f_globals["__name__"].startswith(LOOPS_OWN):
            return None
        if event == "line" and next(passed) == line and callable(signal.getsignal(number)):
            signal.raise_signal(number)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return next(passed) > line


async def answer() -> int:
    await asyncio.sleep(0)
    return 42


def press_ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


def test_what_a_coroutine_gives_is_given() -> None:
    assert run(answer) == 42


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("is_deaf", [False, True], ids=["", "as a job that ignores ctrl+c"])
def test_a_signal_at_any_line_stops_and_tells_nothing(
    number: signal.Signals, is_deaf: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[object] = []
    stopped = 0
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN if is_deaf else signal.default_int_handler)

    def work() -> None:
        nonlocal stopped
        with Stop():
            try:
                run(answer)
            except KeyboardInterrupt:
                stopped += 1
                raise

    gc.collect()
    gc.freeze()  # what is left of a loop is quickly found
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            line = 0
            while reaches(line, number, work):
                gc.collect()
                assert (line, told, [str(each.message) for each in warned], caplog.messages) == (line, [], [], [])
                line += 1
    finally:
        gc.unfreeze()
        signal.signal(signal.SIGINT, before)
    assert stopped > 100 or (is_deaf and number == signal.SIGINT)


def test_signals_are_handled_as_before_behind_work_that_has_changed_that() -> None:
    async def work() -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, print)

    with pytest.raises(KeyboardInterrupt), Stop() as stop, held():
        run(work)
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
        done = "cleared up"
    assert (done, stop.exit_code) == ("cleared up", 129)


def test_where_work_may_wait_without_an_end_an_interruption_comes_at_once() -> None:
    reached = []

    async def work() -> None:
        with at_once():
            press_ctrl_c()
            reached.append("behind it")

    with pytest.raises(KeyboardInterrupt):
        run(work)
    assert reached == []


def test_interrupted_work_clears_up() -> None:
    done = []

    async def work() -> None:
        press_ctrl_c()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            done.append("cleared up")

    with pytest.raises(KeyboardInterrupt):
        run(work)
    assert done == ["cleared up"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_work_that_ends_all_the_same_is_interrupted() -> None:
    async def work() -> int:
        press_ctrl_c()
        return 42

    with pytest.raises(KeyboardInterrupt):
        run(work)


def test_the_second_ctrl_c_comes_at_once() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), held():
        press_ctrl_c()
        done.append("waited")
        press_ctrl_c()
        done.append("waited again")
    assert done == ["waited"]


def test_what_waits_at_the_end_of_a_block_cancels_work_within_it() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), held():
        press_ctrl_c()
        try:
            run(answer)
        finally:
            done.append("cleared up")
    assert done == ["cleared up"]


def test_an_ignored_ctrl_c_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with held():
            press_ctrl_c()
        assert run(answer) == 42
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
