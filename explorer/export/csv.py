"""Events -> CSV (RFC 4180) in UTF-8 that no spreadsheet takes for formulas; payload and request are one column each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Event

    from .columns import Column

FORMULA_SIGNS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a formula begins with, in full width as well. A cell that begins so gets an apostrophe before it."""


class Csv:
    """A line of column names, then one event a line. What the file is stands beside it: a reader expects a table."""

    says_what_it_is = False

    def __init__(self, columns: Sequence[Column]) -> None:
        self._names = [column.name for column in columns]
        self._cells = [column.cell for column in columns]

    def begin(self) -> bytes:
        return _lines([self._names])

    def write(self, events: Sequence[Event]) -> bytes:
        return _lines([self.cells(event) for event in events])

    def end(self, count: int) -> bytes:
        return b""

    def cells(self, event: Event) -> list[str]:
        """The harmless cells of one event, the absent ones empty."""
        texts = [cell(event) or "" for cell in self._cells]
        return [f"'{text}" if text[:1] in FORMULA_SIGNS else text for text in texts]


def csv_lines(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as lines of CSV, as the module `csv` writes them, which goes through JSON letter by letter."""
    lines = []
    for row in rows:
        lines.append(",".join([_quoted(text) for text in row]) or '""')  # not a blank line, which readers pass over
    return "\r\n".join([*lines, ""])


def _quoted(text: str) -> str:
    if '"' in text:
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return f'"{text}"' if "," in text or "\n" in text or "\r" in text else text


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    return csv_lines(rows).encode("utf-8", "backslashreplace")  # of a lone surrogate, which UTF-8 does not have
