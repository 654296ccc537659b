"""The columns of an exported table: the parts of an event by name, what lies at paths of the payload, and what a reader
wants to see of an event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from msgspec import to_builtins

from store import ExportMistake, texts_at

from ..display import actor_text, entity_text, event_label
from ..link import EventLink
from ..table_choice import PAYLOAD, Columns, TableColumn, read_columns

if TYPE_CHECKING:
    from store import Event

Cell = Callable[["Event"], "str | None"]


class Column(NamedTuple):
    """One column: its name, and what an event has in it (None: nothing)."""

    name: str
    cell: Cell


PARTS = (
    *("id", "occurred_at", "environment", "event_name", "entity_type", "entity_id", "entity_name", "parent_entity_id"),
    *("actor_type", "actor_id", "actor_name", "actor_email", "actor_ip_address", "actor_more", "trace_id"),
    *("payload", "request"),
)
"""The columns that together hold all of an event. The others of `table_choice` say some of it once more."""

_TITLES = {"occurred_at": "time (UTC)", "trace_id": "trace"}


def named_columns(text: str) -> Columns:
    """The columns that a text names as in the settings. Raises ExportMistake."""
    try:
        return read_columns(text)
    except ValueError as mistake:
        raise ExportMistake(f"The columns {mistake}.") from None


def title_of(name: str) -> str:
    """What stands above a column where people read it; that of a path may hold any character."""
    return _TITLES.get(name) or (name if name.startswith(PAYLOAD) else name.replace("_", " "))


def columns_of(names: Sequence[str], link_template: str | None) -> tuple[Column, ...]:
    """The columns of these names, in their order. Raises KeyError for a name that there is not."""
    paths = {name: path for name in names if (path := TableColumn(name).path) is not None}
    # Where events are written row by row, as in CSV, a payload is read once for all of its columns.
    read = lru_cache(maxsize=1)(lambda payload: texts_at(payload, tuple(paths.values()), most=None))
    cells = {name: _payload_cell(read, place) for place, name in enumerate(paths)} | {
        "link": lambda event: EventLink.of(event).text(link_template)
    }
    return tuple(Column(name, cells.get(name) or _CELLS[name]) for name in names)


def _payload_cell(read: Callable[[str | None], Sequence[Sequence[str]]], place: int) -> Cell:
    return lambda event: ", ".join(read(event.payload)[place])


# Written out rather than found by name: millions of events have seventeen parts each.
_CELLS: dict[str, Cell] = {
    **{name: attrgetter(name) for name in PARTS},
    "occurred_at": lambda event: to_builtins(event.occurred_at),  # a tenth of what `isoformat` takes, with Z for UTC
    "entity_type": lambda event: event.entity.type if event.entity else None,
    "entity_id": lambda event: event.entity.id if event.entity else None,
    "entity_name": lambda event: event.entity.name if event.entity else None,
    "actor_type": lambda event: event.actor.type if event.actor else None,
    "actor_id": lambda event: event.actor.id if event.actor else None,
    "actor_name": lambda event: event.actor.name if event.actor else None,
    "actor_email": lambda event: event.actor.email if event.actor else None,
    "actor_ip_address": lambda event: event.actor.ip_address if event.actor else None,
    "actor_more": lambda event: event.actor.more if event.actor else None,
    "event": lambda event: event_label(event.event_name, None),
    "entity": lambda event: entity_text(event.entity, None),
    "actor": lambda event: actor_text(event.actor, None),
}
