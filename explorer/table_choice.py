"""Which columns the table of events has: chosen by the user, in their order, and the one textual form of that.

`occurred_at,event:40,payload.plan.id` is a name, or a path into the payload, with a width in cells where one is
chosen, and commas between them. The names are those of exported columns.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from .visible import visible

PAYLOAD = "payload."
"""Begins the name of a column that is a path into the payload."""

NARROWEST, WIDEST = 3, 200
MOST_COLUMNS = 40

TITLES = {
    "occurred_at": "Time",
    "event": "Event",
    "entity": "Entity",
    "actor": "Actor",
    "trace_id": "Trace",
    "environment": "Environment",
    "id": "Event id",
    "event_name": "Event name",
    "entity_type": "Entity type",
    "entity_id": "Entity id",
    "entity_name": "Entity name",
    "parent_entity_id": "Belongs to",
    "actor_type": "Actor type",
    "actor_id": "Actor id",
    "actor_name": "Actor name",
    "actor_email": "Actor e-mail",
    "actor_ip_address": "IP address",
    "actor_more": "More of the actor",
    "payload": "Payload",
    "request": "Request",
    "link": "Link",
}
"""What each part of an event is called, in the order in which they are offered."""

_COLUMN = re.compile(r'\s*((?:"(?:[^"\\]|\\.)*+"|[^",])*)(?:,|$)', re.DOTALL)
_NAME_AND_WIDTH = re.compile(r"(.*?)(?::([0-9]{1,4}))?\s*", re.DOTALL)


class TableColumn(NamedTuple):
    """A column by its name. Without a `width` (in cells) it is as wide as there is room for."""

    name: str
    width: int | None = None

    @property
    def path(self) -> tuple[str, ...] | None:
        """The keys that lead to it in a payload; None for a part of the event."""
        return _path(self.name)

    @property
    def title(self) -> str:
        return TITLES.get(self.name) or visible(self.name.removeprefix(PAYLOAD), WIDEST)


Columns = tuple[TableColumn, ...]

USUAL_NAMES = "occurred_at,event,entity,actor,trace_id"
USUAL: Columns = tuple(TableColumn(name) for name in USUAL_NAMES.split(","))
"""The columns of somebody who never chose any."""


def column_of_path(text: str) -> TableColumn:
    """The column of a path as a filter writes it, `payload.` before it or not. Raises FilterMistake."""
    from store import parse_path, write_path

    return TableColumn(PAYLOAD + write_path(parse_path(text.removeprefix(PAYLOAD)), also=","))


def read_columns(text: str) -> Columns:
    """The columns that `text` names. Raises ValueError, which says what is wrong with it and nothing before that."""
    columns = tuple(map(_read_column, _parts(text)))
    if not columns:
        raise ValueError(f"must name columns, such as {USUAL_NAMES}")
    if len(columns) > MOST_COLUMNS:
        raise ValueError(f"must name no more than {MOST_COLUMNS} columns")
    names = [column.name for column in columns]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"must name {visible(name, WIDEST)} once, not twice")
    return columns


def write_columns(columns: Columns) -> str:
    """The text that `read_columns` reads as the same columns."""
    return ",".join(name if width is None else f"{name}:{width}" for name, width in columns)


def load_columns(database_name: str) -> Columns | None:
    """The columns that the user last chose for a log; None for nothing, and for what cannot be read."""
    from .state_folder import read_state, state_path

    with contextlib.suppress(OSError, ValueError, RecursionError, KeyError, TypeError):
        if (content := read_state(state_path("columns", database_name))) is not None:
            return read_columns(json.loads(content)["columns"])
    return None


def save_columns(database_name: str, columns: Columns) -> None:
    """Keep the columns for a log. Where that cannot be done, they last as long as the app runs."""
    from .state_folder import state_path, write_state

    with contextlib.suppress(OSError):
        write_state(state_path("columns", database_name), json.dumps({"columns": write_columns(columns)}).encode())


def _parts(text: str) -> Iterator[str]:
    place = 0
    while place < len(text):
        found = _COLUMN.match(text, place)
        if found is None:
            raise ValueError("must have no quote that is never closed")
        yield found[1]
        place = found.end()


def _read_column(text: str) -> TableColumn:
    from store import FilterMistake

    found = _NAME_AND_WIDTH.fullmatch(text)
    name, width = (found[1], found[2]) if found else (text, None)
    if width is not None and not NARROWEST <= int(width) <= WIDEST:
        raise ValueError(f"must have widths from {NARROWEST} to {WIDEST}, not {width}")
    shown = visible(name, WIDEST)
    if name.startswith(PAYLOAD):
        try:
            column = column_of_path(name)
        except FilterMistake as mistake:
            raise ValueError(f"must have paths that can be read, which {shown} cannot: {mistake}") from None
    elif name in TITLES:
        column = TableColumn(name)
    else:
        raise ValueError(f"must not name {shown}: there are {', '.join(TITLES)}, and paths such as payload.plan.id")
    return column if width is None else column._replace(width=int(width))


def _path(name: str) -> tuple[str, ...] | None:
    from store import parse_path

    return parse_path(name.removeprefix(PAYLOAD)) if name.startswith(PAYLOAD) else None
