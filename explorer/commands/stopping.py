"""How a long command is stopped: SIGTERM, and a terminal that closes, end it as Ctrl-C does, each with an exit code."""

import signal
from types import FrameType, TracebackType

from .interruptible import interrupt

INTERRUPTED = 130
EXIT_CODES = {signal.SIGTERM: 143}
if hasattr(signal, "SIGHUP"):  # not on Windows
    EXIT_CODES[signal.SIGHUP] = 129


class Stop:
    """Within the block, these signals interrupt as Ctrl-C would; `exit_code` says which one came.

    What is ignored, as by nohup, stays ignored, but a Ctrl-C that is ignored keeps no other signal from stopping. Only
    the first signal counts: that a terminal closes is told by the shell and by the system, and the second must not end
    the clearing up.
    """

    def __init__(self) -> None:
        self.exit_code = INTERRUPTED

    def __enter__(self) -> "Stop":
        taken = [number for number in EXIT_CODES if signal.getsignal(number) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._pass_on) for number in taken}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        if self.exit_code == INTERRUPTED:
            self.exit_code = EXIT_CODES[signal.Signals(number)]
            interrupt(number, frame)
