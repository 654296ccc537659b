"""Work that may be interrupted at any moment, also where a library has only half made what it would have to undo."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, ClassVar, ParamSpec, TypeVar

Wanted = ParamSpec("Wanted")
Answer = TypeVar("Answer")

_STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def run(work: Callable[Wanted, Coroutine[Any, Any, Answer]], *given: Wanted.args, **named: Wanted.kwargs) -> Answer:
    """What `asyncio.run` does; an interruption cancels the work, and waits while an event loop is made and closed.

    Signals are handled afterwards as they were before, whatever the work has changed. Raises KeyboardInterrupt when it
    was interrupted, and what the work raises.
    """

    async def cancelled_by(hold: "Hold") -> Answer:
        with hold.passed_on(), _handlers_kept():
            return await work(*given, **named)

    with held() as hold:
        try:
            return asyncio.run(cancelled_by(hold))
        finally:
            hold.let_go()


def interrupt(number: int, frame: FrameType | None) -> None:
    """Do what Ctrl-C does: for other signals, which stop what ignores Ctrl-C too, as a job of a script does."""
    if Hold.current is None:
        signal.default_int_handler(number, frame)
    else:
        Hold.current.note(number, frame)


@contextmanager
def held() -> "Iterator[Hold]":
    """Within the block the first interruption waits for its end, or for work that is run there and can be cancelled.

    A second one comes at once: somebody has lost patience. Blocks within are one with it. Raises KeyboardInterrupt at
    its end.
    """
    if Hold.current is not None:
        yield Hold.current
        return
    hold = Hold()
    # Else Ctrl-C is ignored, or somebody else waits for it.
    takes_ctrl_c = signal.getsignal(signal.SIGINT) in (signal.default_int_handler, interrupt)
    try:
        Hold.current = hold
        if takes_ctrl_c:
            signal.signal(signal.SIGINT, interrupt)
        yield hold
    finally:
        Hold.current = None
        if takes_ctrl_c:  # and if that is interrupted: nothing waits any more, and it does what Python's own does
            signal.signal(signal.SIGINT, signal.default_int_handler)
        hold.let_go()


@contextmanager
def at_once() -> Iterator[None]:
    """Within the block, which may wait without an end, an interruption raises KeyboardInterrupt where it comes."""
    hold = Hold.current or Hold()
    try:
        hold.is_at_once = True
        hold.let_go()
        yield
    finally:
        hold.is_at_once = False


class Hold:
    """An interruption that came, and what it cancels."""

    current: "ClassVar[Hold | None]" = None
    """That of the outermost block that is held; signals are those of the process."""

    def __init__(self) -> None:
        self.came = False
        self.is_at_once = False
        self._cancel: Callable[[], object] | None = None

    def note(self, number: int, frame: FrameType | None) -> None:
        """Take a signal of the system."""
        is_first, self.came = not self.came, True
        if self.is_at_once or not is_first:
            signal.default_int_handler(number, frame)
        if self._cancel is not None:
            self._cancel()

    def let_go(self) -> None:
        """Raise KeyboardInterrupt if an interruption came."""
        if self.came:
            raise KeyboardInterrupt

    @contextmanager
    def passed_on(self) -> Iterator[None]:
        """Within the block, in a coroutine, an interruption cancels the task, also one that has come before."""
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)  # which also wakes a loop that waits
        if self.came:
            self._cancel()
        try:
            yield
        finally:
            self._cancel = None


@contextmanager
def _handlers_kept() -> Iterator[None]:
    """Behind the block, in a coroutine, signals are handled as before: a loop that is closed would have them kill."""
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None and signal.getsignal(number) is not handler:
                with suppress(NotImplementedError):  # on Windows a loop has no handlers
                    loop.remove_signal_handler(number)
                signal.signal(number, handler)
