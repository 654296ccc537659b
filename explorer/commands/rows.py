"""What `activity query` prints: a table for reading, and the formats of an export as a terminal can show them."""

from collections.abc import Callable, Sequence
from datetime import UTC

from rich.cells import cell_len

from store import EVENT_NAMES, Event, ExportMistake, formats

from ..display import (
    TYPED_ACTOR_WIDTH,
    TYPED_ENTITY_WIDTH,
    actor_text,
    entity_text,
    event_label,
    kind_sign,
    time_text,
)
from ..export.about import About
from ..export.columns import Cell, columns_of, named_columns, title_of
from ..export.csv import Csv, csv_lines
from ..export.documents import Document, document
from ..table_choice import Columns, TableColumn
from ..visible import visible, visible_json

WIDTHS = {"occurred_at": 26, "event": 30, "entity": 34, "entity_id": 34, "actor": 28, "payload": 40, "request": 40}
USUAL_WIDTH = 16
"""In cells: that of the time holds microseconds. Where nothing is cut, longer texts widen their column."""

WIDEST = 80
"""Where nothing is cut, a column becomes no wider: a longer text pushes the following ones to the right."""

IDS, ID_WIDTH = ("trace_id", "id"), 36
LEAST_BESIDE_IDS = 110
"""An id is of use only when it is whole: on a terminal it stands where the usual columns keep so many cells."""

GAP = 2
SECONDS_WIDTH, LEAST_FOR_FRACTIONS = 19, 90
"""On a narrower terminal the time of the usual columns is told to the second, as in the app."""


def printed_document(
    about: About, link_template: str | None, width: int | None, columns: str | None = None
) -> Document:
    """The document that is printed. A table has the `columns` that are named; those of other documents are known.

    `width` is that of the terminal in cells, None when the output is none: then no cell is cut, and the characters
    that a terminal would obey are left as they are in jsonl and csv. Raises ExportMistake.
    """
    if about.format_name == "table":
        return Table(_usual(width) if columns is None else named_columns(columns), link_template, width)
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
    """Columns for reading, cut to a terminal of `width` cells, and never elsewhere.

    The titles come with the first events, whose texts widen the columns where nothing is cut.
    """

    says_what_it_is = False

    def __init__(self, columns: Columns, link_template: str | None, width: int | None) -> None:
        names = [column.name for column in columns]
        self._is_cut = width is not None
        self._widths = _least(columns) if width is None else _shared(columns, width)
        self._is_chosen = [column.width is not None for column in columns]
        self._titles = [visible(title_of(name)) for name in names]
        self._cells = [
            _words(name, most if self._is_cut else None) or _shown(cell)
            for (name, cell), most in zip(columns_of(names, link_template), self._widths, strict=True)
        ]
        self._unwritten: list[Sequence[str]] = []

    def begin(self) -> bytes:
        self._unwritten = [self._titles]
        return b""

    def write(self, events: Sequence[Event]) -> bytes:
        rows = [*self._unwritten, *([cell(event) for cell in self._cells] for event in events)]
        self._unwritten = []
        if not self._is_cut:
            self._widen(rows)
        return "".join(map(self._line, rows)).encode()

    def end(self, count: int) -> bytes:
        return self.write(())

    def _widen(self, rows: Sequence[Sequence[str]]) -> None:
        """Make every column that nobody gave a width as wide as its texts, and never narrower than it was."""
        self._widths = [
            least if is_chosen else max(least, *(min(WIDEST, cell_len(row[place])) for row in rows), 0)
            for place, (least, is_chosen) in enumerate(zip(self._widths, self._is_chosen, strict=True))
        ]

    def _line(self, cells: Sequence[str]) -> str:
        widths = self._widths
        shown = [visible(cell, most) if self._is_cut else cell for cell, most in zip(cells, widths, strict=True)]
        padded = [cell + " " * (least - cell_len(cell)) for cell, least in zip(shown, widths, strict=True)]
        return f"{'  '.join(padded).rstrip()}\n"


def _shown(cell: Cell) -> Callable[[Event], str]:
    """A cell of a table, safe to draw and whole."""
    return lambda event: visible(cell(event) or "")


def _words(name: str, width: int | None) -> Callable[[Event], str] | None:
    """What a column in words says in so many cells, None for as many as it needs: in few, who or what before its type.

    None for a column that has no words of its own.
    """
    if name == "occurred_at":
        end = SECONDS_WIDTH if width == SECONDS_WIDTH else None
        return lambda event: time_text(event.occurred_at, UTC)[:end]
    if name == "event":
        return lambda event: f"{kind_sign(EVENT_NAMES.kind(event.event_name))} {event_label(event.event_name, None)}"
    if name == "entity":
        says_entity_type = width is None or width >= TYPED_ENTITY_WIDTH
        return lambda event: entity_text(event.entity, None, says_type=says_entity_type)
    if name == "actor":
        says_actor_type = width is None or width >= TYPED_ACTOR_WIDTH
        return lambda event: actor_text(event.actor, None, says_type=says_actor_type)
    return None


def _usual(width: int | None) -> Columns:
    """The columns of somebody who named none: the ids in a pipe, and on a terminal of `width` cells that has room."""
    seconds = SECONDS_WIDTH if width is not None and width < LEAST_FOR_FRACTIONS else None
    columns = [TableColumn("occurred_at", seconds), *map(TableColumn, ("event", "entity", "actor"))]
    if width is None:
        return (*columns, *map(TableColumn, IDS))
    room = max(0, width - LEAST_BESIDE_IDS) // (ID_WIDTH + GAP)
    return (*columns, *(TableColumn(name, ID_WIDTH) for name in IDS[:room]))


def _least(columns: Columns) -> Sequence[int]:
    """The widths that columns have: those that were chosen, else what is usual."""
    return [column.width or WIDTHS.get(column.name, USUAL_WIDTH) for column in columns]


def _shared(columns: Columns, width: int) -> Sequence[int]:
    """The widths of the columns on a terminal: the time and what was chosen whole, the others in proportion."""
    wanted = _least(columns)
    is_fixed = [column.width is not None or column.name == "occurred_at" for column in columns]
    shared = sum(cells for cells, fixed in zip(wanted, is_fixed, strict=True) if not fixed)
    left = max(0, width - (sum(wanted) - shared) - GAP * (len(columns) - 1))
    return [cells if fixed else left * cells // shared for cells, fixed in zip(wanted, is_fixed, strict=True)]
