"""What a command is about meanwhile, on standard error when that is a terminal."""

import shutil
import sys
from types import TracebackType
from typing import Self

from ..visible import visible

_CLEAR = "\r\x1b[K"


class PassingLine:
    """A line that is drawn over itself, and gone at the end."""

    def __init__(self) -> None:
        self._is_drawn = sys.stderr is not None and sys.stderr.isatty()
        self._is_there = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, text: str) -> None:
        """Say a text, which may hold data, as far as it fits: what went on in another line could not be taken away."""
        if self._is_drawn:
            self._write(f"{_CLEAR}{visible(text, shutil.get_terminal_size().columns - 1)}")
            self._is_there = True

    def clear(self) -> None:
        """Take the line away, so that something else can be written in its place."""
        if self._is_there:
            self._write(_CLEAR)
            self._is_there = False

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
