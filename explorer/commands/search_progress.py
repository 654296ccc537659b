"""How far a long search has come, on standard error when that is a terminal."""

import sys
from datetime import UTC
from types import TracebackType
from typing import Self

from store import Position

from ..display import time_text

_CLEAR = "\r\x1b[K"


class Progress:
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

    def show(self, position: Position) -> None:
        """Say that everything newer than `position` was searched."""
        if self._is_drawn:
            self._write(f"{_CLEAR}Searched back to {time_text(position.occurred_at, UTC)} UTC")
            self._is_there = True

    def clear(self) -> None:
        """Take the line away, so that something else can be written in its place."""
        if self._is_there:
            self._write(_CLEAR)
            self._is_there = False

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
