"""How a long command is stopped: SIGTERM ends it as Ctrl-C does, with an exit code of its own."""

import signal
from types import FrameType, TracebackType

INTERRUPTED, TERMINATED = 130, 143


class Stop:
    """Within the block, SIGTERM raises KeyboardInterrupt wherever Ctrl-C would; `exit_code` says which of them came."""

    def __init__(self) -> None:
        self.exit_code = INTERRUPTED

    def __enter__(self) -> "Stop":
        self._before = signal.signal(signal.SIGTERM, self._pass_on)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGTERM, self._before)

    def _pass_on(self, _number: int, _frame: FrameType | None) -> None:
        self.exit_code = TERMINATED
        signal.raise_signal(signal.SIGINT)
