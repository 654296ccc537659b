"""What `activity query` prints: a table for reading, and the formats of an export as a terminal can show them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC

from rich.cells import cell_len

from store import EVENT_NAMES, Event, ExportMistake, formats

from ..display import event_label, kind_sign, time_text
from ..export.about import About
from ..export.columns import Cell, columns_of, named_columns, title_of
from ..export.csv import Csv, csv_lines
from ..export.documents import Document, document
from ..table_choice import Columns
from ..visible import visible, visible_json

TABLE_COLUMNS = "occurred_at,event,entity,actor,trace_id,id"
WIDTHS = {"occurred_at": 26, "event": 30, "entity": 34, "entity_id": 34, "actor": 28, "payload": 40, "request": 40}
USUAL_WIDTH = 16
"""In cells: that of the time holds microseconds. Where nothing is cut, a longer text pushes the following ones to the
right."""


def printed_document(
    about: About, link_template: str | None, width: int | None, columns: str | None = None
) -> Document:
    """The document that is printed. A table has the `columns` that are named; those of other documents are known.

    `width` is that of the terminal in cells, None when the output is none: then no cell is cut, and the characters
    that a terminal would obey are left as they are in jsonl and csv. Raises ExportMistake.
    """
    if about.format_name == "table":
        return Table(named_columns(TABLE_COLUMNS if columns is None else columns), link_template, width)
    if width is not None:
        if about.format_name == "parquet":
            raise ExportMistake(
                "Parquet is nothing to read on a terminal.", "Write it to a file: --output FILE.parquet"
            )
        if about.format_name == "jsonl":
            return ShownJsonLines()
        if about.format_name == "csv":
            return ShownCsv(columns_of(about.columns, link_template))
    return document(about, link_template)


class ShownJsonLines:
    """The same JSON, with an escape for every character that a terminal would not simply draw."""

    says_what_it_is = False

    def begin(self) -> bytes:
        return b""

    def write(self, events: Sequence[Event]) -> bytes:
        return "".join(f"{visible_json(formats.write_line(event))}\n" for event in events).encode()

    def end(self, count: int) -> bytes:
        return b""


class ShownCsv(Csv):
    """The same CSV, with every character of a cell shown and none obeyed."""

    def write(self, events: Sequence[Event]) -> bytes:
        return csv_lines([[visible(cell) for cell in self.cells(event)] for event in events])


class Table:
    """Columns for reading, cut to a terminal of `width` cells, and never elsewhere."""

    says_what_it_is = False

    def __init__(self, columns: Columns, link_template: str | None, width: int | None) -> None:
        names = [column.name for column in columns]
        self._titles = [visible(title_of(name)) for name in names]
        self._cells = [_WORDS.get(name) or _shown(cell) for name, cell in columns_of(names, link_template)]
        self._widths = _least(columns) if width is None else _shared(columns, width)
        self._is_cut = width is not None

    def begin(self) -> bytes:
        return self._line(self._titles).encode()

    def write(self, events: Sequence[Event]) -> bytes:
        return "".join(self._line([cell(event) for cell in self._cells]) for event in events).encode()

    def end(self, count: int) -> bytes:
        return b""

    def _line(self, cells: Sequence[str]) -> str:
        widths = self._widths
        shown = [visible(cell, most) if self._is_cut else cell for cell, most in zip(cells, widths, strict=True)]
        padded = [cell + " " * (least - cell_len(cell)) for cell, least in zip(shown, widths, strict=True)]
        return f"{'  '.join(padded).rstrip()}\n"


def _shown(cell: Cell) -> Callable[[Event], str]:
    """A cell of a table, safe to draw and whole."""
    return lambda event: visible(cell(event) or "")


_WORDS: Mapping[str, Callable[[Event], str]] = {
    "occurred_at": lambda event: time_text(event.occurred_at, UTC),
    "event": lambda event: f"{kind_sign(EVENT_NAMES.kind(event.event_name))} {event_label(event.event_name, None)}",
}


def _least(columns: Columns) -> Sequence[int]:
    """The widths that columns have: those that were chosen, else what is usual."""
    return [column.width or WIDTHS.get(column.name, USUAL_WIDTH) for column in columns]


def _shared(columns: Columns, width: int) -> Sequence[int]:
    """The widths of the columns on a terminal: the time and what was chosen whole, the others in proportion."""
    wanted = _least(columns)
    is_fixed = [column.width is not None or column.name == "occurred_at" for column in columns]
    shared = sum(cells for cells, fixed in zip(wanted, is_fixed, strict=True) if not fixed)
    left = max(0, width - (sum(wanted) - shared) - 2 * (len(columns) - 1))
    return [cells if fixed else left * cells // shared for cells, fixed in zip(wanted, is_fixed, strict=True)]
