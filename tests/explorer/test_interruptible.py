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

from explorer.commands.interruptible import held, run

LOOPS_OWN = ("asyncio", "selectors", "socket", "signal", "contextlib", "explorer.commands")


def interrupted_at(line: int, work: Callable[[], None]) -> bool:
    """Do it with an interruption at that line of what makes, runs and closes an event loop; False beyond the last."""
    passed = itertools.count()

    def trace(frame: FrameType, event: str, _argument: object) -> Callable[..., object] | None:
        if not frame.f_globals["__name__"].startswith(LOOPS_OWN):
            return None
        if event == "line" and next(passed) == line:
            signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        return True
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


def test_an_interruption_at_any_line_tells_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    gc.collect()
    gc.freeze()  # what is left of a loop is quickly found
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for line in itertools.count():
            is_interrupted = interrupted_at(line, lambda: run(answer))
            gc.collect()
            assert (line, told, [str(warning.message) for warning in warned], caplog.messages) == (line, [], [], [])
            if not is_interrupted:
                break
    gc.unfreeze()
    assert line > 100


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
