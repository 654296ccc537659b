"""The columns of an exported table: the parts of an event by name, and what a reader wants to see of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from store import ExportMistake

from ..display import actor_text, entity_text, event_label
from ..link import EventLink
from ..visible import visible

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
"""The columns that together hold all of an event."""

WORDS = ("event", "entity", "actor", "link")
"""Columns for reading: what happened, to what, and by whom, each in one text; and the link that opens the event."""

NAMES = (*PARTS, *WORDS)


def columns_of(names: Sequence[str], link_template: str | None) -> tuple[Column, ...]:
    """The columns of these names, in their order. Raises ExportMistake for a name that there is not."""
    if not names:
        raise ExportMistake("No column is named.", f"There are: {', '.join(NAMES)}.")
    for name in names:
        if name not in NAMES:
            raise ExportMistake(f"There is no column {visible(name, 40)}.", f"There are: {', '.join(NAMES)}.")
        if names.count(name) > 1:
            raise ExportMistake(f"The column {name} is named twice.")
    return tuple(Column(name, _cell(name, link_template)) for name in names)


def _cell(name: str, link_template: str | None) -> Cell:
    if name == "link":
        return lambda event: EventLink.of(event).text(link_template)
    return _CELLS[name]


# Written out rather than found by name: millions of events have seventeen parts each.
_CELLS: dict[str, Cell] = {
    **{name: attrgetter(name) for name in PARTS},
    "occurred_at": lambda event: f"{event.occurred_at.isoformat()[:-6]}Z",  # its last six letters are +00:00
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
