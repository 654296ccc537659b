"""How the header and one event of the table are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from store import EVENT_NAMES

from .table_columns import GAP, Columns, cells, fit, header
from .table_styles import TableStyles

if TYPE_CHECKING:
    from datetime import tzinfo

    from store import Event

HEADER_HEIGHT = 1
CURSOR_MARK = "›"  # noqa: RUF001 - it is meant
MARK, MARK_AT_CURSOR = "●", "◉"
"""In the cell before a row: an event that the user marked."""


def header_line(width: int, style: Style, zone: tzinfo) -> Strip:
    """The titles of the columns in `width` cells, with the zone of the times."""
    titles = header(Columns.fitting(width), zone)
    text = GAP + GAP.join((titles.time, titles.sign, titles.event, titles.entity, titles.actor, titles.trace))
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


def event_line(event: Event, width: int, styles: TableStyles, marks: RowMarks, zone: tzinfo) -> Strip:
    """An event in `width` cells, with its time in `zone`."""
    row = cells(event, Columns.fitting(width), zone)
    base, muted = styles.of("plain", marks.highlighted), styles.of("muted", marks.highlighted)
    sign = styles.of(EVENT_NAMES.kind(event.event_name) or "muted", marks.highlighted)
    strip = Strip(
        [
            Segment(marks.sign, base),
            Segment(row.time + GAP, muted),
            Segment(row.sign + GAP + row.event + GAP, sign),
            Segment(row.entity + GAP + row.actor + GAP, base),
            Segment(row.trace, muted),
        ]
    )
    return strip.adjust_cell_length(width, base)
