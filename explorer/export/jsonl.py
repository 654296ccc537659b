"""Events -> JSON Lines: without loss, exactly what `activity import` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store import formats

if TYPE_CHECKING:
    from store import Event


class JsonLines:
    """One event a line. What the file is stands beside it: no reader of lines expects a header."""

    says_what_it_is = False

    def begin(self) -> bytes:
        return b""

    def write(self, events: Sequence[Event]) -> bytes:
        # Line by line: one emoji among many lines would make four bytes of each of their characters before.
        lines = [formats.write_line(event).encode() for event in events]
        return b"\n".join([*lines, b""])

    def end(self, count: int) -> bytes:
        return b""
