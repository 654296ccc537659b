"""The columns of an exported table: the parts of an event by name, and what a reader wants to see of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def _of_entity(part: str) -> Cell:
    return lambda event: None if event.entity is None else getattr(event.entity, part)


def _of_actor(part: str) -> Cell:
    return lambda event: None if event.actor is None else getattr(event.actor, part)


def _itself(part: str) -> Cell:
    return lambda event: getattr(event, part)


_CELLS: dict[str, Cell] = {
    **{name: _itself(name) for name in PARTS},
    **{f"entity_{part}": _of_entity(part) for part in ("type", "id", "name")},
    **{f"actor_{part}": _of_actor(part) for part in ("type", "id", "name", "email", "ip_address", "more")},
    "occurred_at": lambda event: f"{event.occurred_at.isoformat()[:-6]}Z",  # its last six letters are +00:00
    "event": lambda event: event_label(event.event_name, None),
    "entity": lambda event: entity_text(event.entity, None),
    "actor": lambda event: actor_text(event.actor, None),
}
