"""How a long command is stopped: SIGTERM ends it as Ctrl-C does, with an exit code of its own."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED, TERMINATED = 130, 143


class Stop:
    """Which exit code a command ends with when it was stopped."""

    exit_code = INTERRUPTED


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Within the block, let SIGTERM raise KeyboardInterrupt wherever Ctrl-C would."""
    stop = Stop()

    def pass_on(_number: int, _frame: FrameType | None) -> None:
        stop.exit_code = TERMINATED
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)
