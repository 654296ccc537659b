"""Which columns the event table has at a given width, and the cells of one event."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import set_cell_size

from store import EVENT_NAMES

from ..display import actor_text, entity_text, event_label, kind_sign, short_id, time_text

if TYPE_CHECKING:
    from datetime import tzinfo

    from store import Event

MILLISECONDS_WIDTH, SECONDS_WIDTH = 23, 19
"""Cells of `2026-11-20 12:00:00.123` and of the same without the fraction. The detail has the microseconds."""

TRACE_WIDTH = 8
GAP = " "


class Columns(NamedTuple):
    """Cells wide: 0 means that the column is left out. The sign column before the event name is always one cell."""

    time: int
    event: int
    entity: int
    actor: int
    trace: int

    @classmethod
    @lru_cache(maxsize=16)
    def fitting(cls, width: int) -> Columns:
        """Columns that fill `width` cells. The trace id goes first when space is short, then fractions of a second."""
        time = MILLISECONDS_WIDTH if width >= 90 else SECONDS_WIDTH
        trace = TRACE_WIDTH if width >= 100 else 0
        left = width - 1 - time - 1 - 2 - 1 - 1 - (trace + 1 if trace else 0)
        if left < 30:
            return cls(time, max(left, 0), 0, 0, 0)
        event = max(12, min(34, left * 34 // 100))
        entity = (left - event) * 58 // 100
        return cls(time, event, entity, left - event - entity, trace)


class Cells(NamedTuple):
    """The drawn text of one row, each part padded or cut to its column."""

    time: str
    sign: str
    event: str
    entity: str
    actor: str
    trace: str


def cells(event: Event, columns: Columns, zone: tzinfo) -> Cells:
    """The cells of `event` with its time in `zone`."""
    return Cells(
        time_text(event.occurred_at, zone)[: columns.time].ljust(columns.time),
        kind_sign(EVENT_NAMES.kind(event.event_name)),
        fit(event_label(event.event_name), columns.event),
        fit(entity_text(event.entity), columns.entity),
        fit(actor_text(event.actor), columns.actor),
        fit(short_id(event.trace_id, TRACE_WIDTH) if event.trace_id else "", columns.trace),
    )


def header(columns: Columns, zone: tzinfo) -> Cells:
    """The titles of the columns; times are said to be in `zone`, by its city alone where the whole name is too long."""
    title = f"Time ({zone})"
    if len(title) > columns.time:
        title = f"Time ({str(zone).rpartition('/')[2]})"
    return Cells(
        fit(title, columns.time),
        " ",
        fit("Event", columns.event),
        fit("Entity", columns.entity),
        fit("Actor", columns.actor),
        fit("Trace", columns.trace),
    )


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells; an ellipsis says that some of it is cut."""
    if text.isascii():
        return text.ljust(width) if len(text) <= width else text[: width - 1] + "…" if width else ""
    fitted = set_cell_size(text, width)
    if fitted.rstrip() == text.rstrip() or not width:
        return fitted
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)
