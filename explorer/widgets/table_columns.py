"""The columns of the event table laid out in a given width, and what one event has in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import set_cell_size

from store import EVENT_NAMES

from ..display import (
    TYPED_ACTOR_WIDTH,
    TYPED_ENTITY_WIDTH,
    actor_text,
    entity_text,
    event_label,
    kind_sign,
    time_text,
    visible,
)
from ..table_choice import PAYLOAD, TITLES, USUAL, Columns, TableColumn

if TYPE_CHECKING:
    from datetime import tzinfo

    from store import Event

    from .payload_cells import PayloadCells
    from .trace_cells import TraceCells

MILLISECONDS_WIDTH, SECONDS_WIDTH = 23, 19
"""Cells of `2026-11-20 12:00:00.123` and of the same without the fraction. The detail has the microseconds."""

TRACE_WIDTH = 8
GAP = " "
SIGN_WIDTH = 2
"""A sign and a gap stand before what happened."""

PATH_WIDTH = 16
_GROWING_WIDTHS = {
    **{"event": 20, "entity": 24, "actor": 18, "event_name": 20, "entity_name": 18, "entity_id": 18},
    **{"parent_entity_id": 18, "actor_name": 18, "actor_email": 22, "actor_id": 16},
    **{"actor_more": 20, "payload": 30, "request": 30, "link": 30},
}
"""Cells that these columns have where that fits, else half of it. What is left over is shared out among them."""

_FIXED_WIDTHS = {
    **{"trace_id": TRACE_WIDTH, "id": TRACE_WIDTH, "environment": 12, "entity_type": 14, "actor_type": 14},
    **{"actor_ip_address": 15},
}
_NARROWEST_PART = 8
"""A column that does not fit whole is cut down to no fewer cells, and else left out."""


class Placed(NamedTuple):
    """A column in the cells that it has; a sign before it takes SIGN_WIDTH more."""

    column: TableColumn
    width: int

    @property
    def has_sign(self) -> bool:
        return self.column.name in ("event", "event_name")

    @property
    def cells(self) -> int:
        return self.width + (SIGN_WIDTH if self.has_sign else 0)


Layout = tuple[Placed, ...]

FOLDED = TableColumn("folded")
FOLDED_WIDTH, NARROW_FOLDED_WIDTH = 20, 14
"""Cells of `12 events · 12.3 min`, and in a narrow table of `12 · 12.3 min`."""


class CellSources(NamedTuple):
    """What else than the event decides what its row shows: the zone of times, and what is known of it by now."""

    zone: tzinfo
    payloads: PayloadCells
    traces: TraceCells


@lru_cache(maxsize=64)
def layout(columns: Columns, width: int, is_folded: bool = False) -> Layout:
    """The columns in `width` cells, of which the first is the mark before the row; at the end that of folded traces.

    The usual ones fill it in a way of their own: the trace id goes first when space is short, then fractions of a
    second. Others become narrower before those at the end go.
    """
    if is_folded:
        folded = Placed(FOLDED, FOLDED_WIDTH if width >= 90 else NARROW_FOLDED_WIDTH)
        return (*layout(columns, width - folded.width - len(GAP)), folded)
    if columns == USUAL:
        return _usual(width)
    placed, left = _placed(columns, width, 1)
    if len(placed) < len(columns):
        placed, left = _placed(columns, width, 2)
    return _grown(placed, left)


def _placed(columns: Columns, width: int, part: int) -> tuple[list[Placed], int]:
    """The first columns, as many as fit, the growing ones in one `part` of their width; and the cells left over."""
    placed: list[Placed] = []
    left = width - 1
    for column in columns:
        wanted = Placed(column, column.width or _least(column, width, part))
        room = left - (wanted.cells - wanted.width)
        if room < min(wanted.width, _NARROWEST_PART):
            break
        placed.append(wanted._replace(width=min(wanted.width, room)))
        left -= placed[-1].cells + len(GAP)
    return placed, left + len(GAP)


def _usual(width: int) -> Layout:
    time = _time_width(width)
    trace = TRACE_WIDTH if width >= 100 else 0
    left = width - 1 - time - 1 - SIGN_WIDTH - 1 - 1 - (trace + 1 if trace else 0)
    if left < 30:
        widths = [time, max(left, 0)]
    else:
        event = max(12, min(34, left * 34 // 100))
        entity = (left - event) * 58 // 100
        widths = [time, event, entity, left - event - entity, *([trace] if trace else [])]
    return tuple(map(Placed, USUAL, widths))


def _least(column: TableColumn, width: int, part: int) -> int:
    if column.name == "occurred_at":
        return _time_width(width)
    return _FIXED_WIDTHS.get(column.name) or _GROWING_WIDTHS.get(column.name, PATH_WIDTH) // part


def _time_width(width: int) -> int:
    return MILLISECONDS_WIDTH if width >= 90 else SECONDS_WIDTH


def _grown(placed: Sequence[Placed], left: int) -> Layout:
    """The columns with `left` more cells, shared out among those that nobody gave a width, by the width they have."""
    growing = [
        number
        for number, (column, _) in enumerate(placed)
        if column.width is None and (column.name in _GROWING_WIDTHS or column.name.startswith(PAYLOAD))
    ]
    grown = list(placed)
    whole = sum(placed[number].width for number in growing)
    for number in growing:
        width = grown[number].width
        more = left * width // whole
        grown[number] = grown[number]._replace(width=width + more)
        left, whole = left - more, whole - width
    return tuple(grown)


def cell(event: Event, placed: Placed, sources: CellSources) -> str:
    """What an event has in a column, padded or cut to it."""
    name, width = placed.column.name, placed.width
    if name == "occurred_at":
        return _time_cell(time_text(event.occurred_at, sources.zone), width)
    if placed.column is FOLDED:
        return fit(sources.traces.text(event.trace_id, width), width)
    if name.startswith(PAYLOAD):
        return fit(sources.payloads.text(event, name), width)
    text = fit(_TEXTS[name](event, width), width)
    return kind_sign(EVENT_NAMES.kind(event.event_name)) + GAP + text if placed.has_sign else text


def title(placed: Placed, zone: tzinfo) -> str:
    """The head of a column; times are said to be in `zone`, by its city alone where the whole name is too long."""
    text = "Folded" if placed.column is FOLDED else placed.column.title
    if placed.column.name == "occurred_at":
        text = f"Time ({zone})"
        if len(text) > placed.width:
            text = f"Time ({str(zone).rpartition('/')[2]})"
    return (" " * SIGN_WIDTH if placed.has_sign else "") + fit(text, placed.width)


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells; an ellipsis says that some of it is cut."""
    if text.isascii():
        return text.ljust(width) if len(text) <= width else text[: width - 1] + "…" if width else ""
    fitted = set_cell_size(text, width)
    if fitted.rstrip() == text.rstrip() or not width:
        return fitted
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def _time_cell(text: str, width: int) -> str:
    """A time in full, to the millisecond or to the second, whatever fits; an ellipsis says that it is even less."""
    for whole in (len(text), MILLISECONDS_WIDTH, SECONDS_WIDTH):
        if whole <= width:
            return text[:whole].ljust(width)
    return fit(text, width)


def _part(name: str) -> Callable[[Event, int], str]:
    part = attrgetter(name)

    def text(event: Event, width: int) -> str:
        value = part(event)
        return visible(value, width) if value else ""

    return text


def _part_of(owner: str, name: str) -> Callable[[Event, int], str]:
    def text(event: Event, width: int) -> str:
        value = getattr(getattr(event, owner), name, None)
        return visible(value, width) if value else ""

    return text


def _link_text(event: Event, width: int) -> str:
    from ..link import EventLink

    return visible(EventLink.of(event).text(), width)


_WORDS: dict[str, Callable[[Event, int], str]] = {
    "event": lambda event, width: event_label(event.event_name),
    "entity": lambda event, width: entity_text(event.entity, says_type=width >= TYPED_ENTITY_WIDTH),
    "actor": lambda event, width: actor_text(event.actor, says_type=width >= TYPED_ACTOR_WIDTH),
    "link": _link_text,
}
_TEXTS: dict[str, Callable[[Event, int], str]] = {
    **{name: _part(name) for name in TITLES if not name.startswith(("entity_", "actor_"))},
    **{name: _part_of("entity", name[len("entity_") :]) for name in TITLES if name.startswith("entity_")},
    **{name: _part_of("actor", name[len("actor_") :]) for name in TITLES if name.startswith("actor_")},
    **_WORDS,
}
