"""How the header and one event of the table are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from store import EVENT_NAMES

from .table_columns import GAP, CellSources, cell, fit, layout, title
from .table_styles import TableStyles

if TYPE_CHECKING:
    from store import Event

    from ..table_choice import Columns

HEADER_HEIGHT = 1
CURSOR_MARK = "›"  # noqa: RUF001 - it is meant
MARK, MARK_AT_CURSOR = "●", "◉"
"""In the cell before a row: an event that the user marked."""


_MUTED = ("occurred_at", "trace_id", "id")


def header_line(width: int, columns: Columns, sources: CellSources, style: Style) -> Strip:
    """The titles of the columns in `width` cells, with the zone of the times."""
    placed = layout(columns, width, sources.traces.is_folded)
    text = GAP + GAP.join(title(each, sources.zone) for each in placed)
    return Strip([Segment(fit(text.rstrip(), width), style)], width)


class RowMarks(NamedTuple):
    """What the cell before a row says: that the cursor is on it, and that the user marked its event."""

    highlighted: bool
    marked: bool

    @property
    def sign(self) -> str:
        if self.marked:
            return MARK_AT_CURSOR if self.highlighted else MARK
        return CURSOR_MARK if self.highlighted else GAP


def event_line(
    event: Event, width: int, columns: Columns, sources: CellSources, styles: TableStyles, marks: RowMarks
) -> Strip:
    """An event in `width` cells."""
    base, muted = styles.of("plain", marks.highlighted), styles.of("muted", marks.highlighted)
    segments = [Segment(marks.sign, base)]
    for each in layout(columns, width, sources.traces.is_folded):
        style = muted if each.column.name in _MUTED else base
        if each.has_sign:
            style = styles.of(EVENT_NAMES.kind(event.event_name) or "muted", marks.highlighted)
        segments.append(Segment(cell(event, each, sources) + GAP, style))
    return Strip(segments).adjust_cell_length(width, base)


def missing_line(name: str, width: int, styles: TableStyles, *, highlighted: bool) -> Strip:
    """A row called `name` whose event is not there yet, in `width` cells."""
    return Strip([Segment(fit(f"  … {name}", width), styles.of("muted", highlighted))], width)
