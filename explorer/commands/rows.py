"""What `activity query` prints: a table for reading, and the formats of an export as a terminal can show them."""

from collections.abc import Sequence
from datetime import UTC

from rich.cells import cell_len

from store import EVENT_NAMES, Event, ExportMistake, formats

from ..display import actor_text, entity_text, event_label, kind_sign, time_text
from ..export.about import About
from ..export.columns import columns_of
from ..export.csv import Csv, csv_lines
from ..export.documents import Document, document
from ..visible import visible, visible_json

TABLE_COLUMNS = {"time (UTC)": 26, "event": 30, "entity": 34, "actor": 28, "trace": 16, "id": 16}
"""Headers and widths in cells: that of the time holds microseconds. Where nothing is cut, a longer text pushes the
following ones to the right."""


def printed_document(about: About, link_template: str | None, width: int | None) -> Document:
    """The document that is printed.

    `width` is that of the terminal in cells, None when the output is none: then no cell is cut, and the characters
    that a terminal would obey are left as they are in jsonl and csv. Raises ExportMistake.
    """
    if about.format_name == "table":
        return Table(width)
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

    def __init__(self, width: int | None) -> None:
        self._widths = tuple(TABLE_COLUMNS.values()) if width is None else _shared(width)
        self._is_cut = width is not None

    def begin(self) -> bytes:
        return self._line(tuple(TABLE_COLUMNS)).encode()

    def write(self, events: Sequence[Event]) -> bytes:
        return "".join(self._line(_cells(event)) for event in events).encode()

    def end(self, count: int) -> bytes:
        return b""

    def _line(self, cells: tuple[str, ...]) -> str:
        widths = self._widths
        shown = [visible(cell, most) if self._is_cut else cell for cell, most in zip(cells, widths, strict=True)]
        padded = [cell + " " * (least - cell_len(cell)) for cell, least in zip(shown, widths, strict=True)]
        return f"{'  '.join(padded).rstrip()}\n"


def _cells(event: Event) -> tuple[str, ...]:
    """The cells of a table row, safe to draw and whole."""
    return (
        time_text(event.occurred_at, UTC),
        f"{kind_sign(EVENT_NAMES.kind(event.event_name))} {event_label(event.event_name, None)}",
        entity_text(event.entity, None),
        actor_text(event.actor, None),
        visible(event.trace_id or ""),
        visible(event.id),
    )


def _shared(width: int) -> tuple[int, ...]:
    """The widths of the columns on a terminal: the time whole, the others in proportion."""
    time, *others = TABLE_COLUMNS.values()
    left = max(0, width - time - 2 * len(others))
    return (time, *(left * cells // sum(others) for cells in others))
