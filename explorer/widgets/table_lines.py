"""How the header and one event of the table are drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from store import EVENT_NAMES

from .table_columns import GAP, Columns, cells, fit, header

if TYPE_CHECKING:
    from store import Event

HEADER_HEIGHT = 1
CURSOR_MARK = "›"  # noqa: RUF001 - it is meant


def header_line(width: int, style: Style) -> Strip:
    """The titles of the columns in `width` cells."""
    titles = header(Columns.fitting(width), "UTC")
    text = GAP + GAP.join((titles.time, titles.sign, titles.event, titles.entity, titles.actor, titles.trace))
    return Strip([Segment(fit(text.rstrip(), width), style)], width)


def event_line(event: Event, width: int, style_of: Callable[[str], Style], *, highlighted: bool) -> Strip:
    """An event in `width` cells. `style_of` gives the style of `plain` text, of `muted`, and of each kind of event."""
    row = cells(event, Columns.fitting(width), UTC)
    base, muted = style_of("plain"), style_of("muted")
    sign = style_of(EVENT_NAMES.kind(event.event_name) or "muted")
    strip = Strip(
        [
            Segment(CURSOR_MARK if highlighted else GAP, base),
            Segment(row.time + GAP, muted),
            Segment(row.sign + GAP + row.event + GAP, sign),
            Segment(row.entity + GAP + row.actor + GAP, base),
            Segment(row.trace, muted),
        ]
    )
    return strip.adjust_cell_length(width, base)
