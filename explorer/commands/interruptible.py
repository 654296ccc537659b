"""Work that Ctrl-C may interrupt at any moment, also where a library has only half made what it would have to undo."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, ParamSpec, TypeVar

Wanted = ParamSpec("Wanted")
Answer = TypeVar("Answer")


def run(work: Callable[Wanted, Coroutine[Any, Any, Answer]], *given: Wanted.args, **named: Wanted.kwargs) -> Answer:
    """What `asyncio.run` does; an interruption cancels the work, and waits while an event loop is made and closed.

    Raises KeyboardInterrupt when it was interrupted, and what the work raises.
    """

    async def cancelled_by(hold: "Hold") -> Answer:
        with hold.passed_on():
            return await work(*given, **named)

    with held() as hold:
        try:
            return asyncio.run(cancelled_by(hold))
        finally:
            hold.let_go()


@contextmanager
def held() -> "Iterator[Hold]":
    """Within the block the first Ctrl-C waits for its end, or for work that is run there and can be cancelled.

    A second one comes at once: somebody has lost patience. Blocks within are one with it. Where Ctrl-C is ignored, or
    a library waits for it, nothing changes. Raises KeyboardInterrupt at its end.
    """
    outer = signal.getsignal(signal.SIGINT)
    bound_to = getattr(outer, "__self__", None)
    hold = bound_to if isinstance(bound_to, Hold) else Hold()
    if outer is not signal.default_int_handler:
        yield hold
        return
    signal.signal(signal.SIGINT, hold.note)
    try:
        yield hold
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        hold.let_go()


class Hold:
    """An interruption that came, and the task that it cancels."""

    def __init__(self) -> None:
        self.came = False
        self._cancel: Callable[[], object] | None = None

    def note(self, number: int, frame: FrameType | None) -> None:
        """Take a signal of the system."""
        if self.came:
            signal.default_int_handler(number, frame)
        self.came = True
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
