"""Events -> CSV (RFC 4180) in UTF-8 that no spreadsheet takes for formulas; payload and request are one column each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Event

    from .columns import Column

FORMULA_SIGNS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a formula begins with, in full width as well. A cell that begins so gets an apostrophe before it."""

MOST_KEPT = 8192
"""How many cells of a column are kept as they are written: most columns have few different ones."""

_NEARLY_ALL_DIFFER = frozenset({"id", "occurred_at", "trace_id", "payload", "request", "link"})


class _Written(dict["str | None", str]):
    """Cells as they are written, each made when it is first asked for."""

    def __missing__(self, text: str | None) -> str:
        if len(self) >= MOST_KEPT:
            self.clear()
        written = self[text] = _cell(text)
        return written


class Csv:
    """A line of column names, then one event a line. What the file is stands beside it: a reader expects a table."""

    says_what_it_is = False

    def __init__(self, columns: Sequence[Column]) -> None:
        self._names = [column.name for column in columns]
        self._cells = [column.cell for column in columns]
        self._writers = [_cell if name in _NEARLY_ALL_DIFFER else _Written().__getitem__ for name in self._names]

    def begin(self) -> bytes:
        return csv_lines([self._names])

    def write(self, events: Sequence[Event]) -> bytes:
        # Most cells are only looked up. Rows are drawn from all columns at once, so that a payload is read once.
        columns = [map(write, map(cell, events)) for cell, write in zip(self._cells, self._writers, strict=True)]
        return _lines(zip(*columns, strict=True))

    def end(self, count: int) -> bytes:
        return b""

    def cells(self, event: Event) -> list[str]:
        """The harmless cells of one event, the absent ones empty."""
        return [_harmless(cell(event) or "") for cell in self._cells]


def csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows of cells as lines of CSV."""
    return _lines([[_quoted(text) for text in row] for row in rows])


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of quoted cells as lines. A row of one empty cell is no blank line, which readers pass over.

    They are made bytes line by line: one emoji would make four bytes of each character of them all before.
    """
    # A lone surrogate, which UTF-8 does not have, becomes an escape.
    lines = [(",".join(row) or '""').encode("utf-8", "backslashreplace") for row in rows]
    return b"\r\n".join([*lines, b""])


def _cell(text: str | None) -> str:
    return _quoted(_harmless(text)) if text else ""


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in FORMULA_SIGNS else text


def _quoted(text: str) -> str:
    """A cell as the module `csv` writes it, which takes several times as long for JSON."""
    if '"' in text:
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return f'"{text}"' if "," in text or "\n" in text or "\r" in text else text
