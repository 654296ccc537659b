"""One thing that happened, with who did it and to what: the values every other part of the project passes around."""

from datetime import UTC, datetime

from msgspec.structs import force_setattr

from .value import Value

Text = str
"""Text as its source wrote it. It may hold anything, lone surrogates too."""

JsonText = str
"""A JSON document letter for letter as its source wrote it, so that numbers, key order and repeated keys survive."""


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises OverflowError when that falls outside the years 1 to 9999."""
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


class Entity(Value):
    """What an event happened to. Each part may be absent: sources record types without ids and ids without types."""

    type: Text | None = None
    id: Text | None = None
    name: Text | None = None


class Actor(Value):
    """Who or what triggered an event. `more` is a JSON object with what else the source says of the actor."""

    type: Text | None = None
    id: Text | None = None
    name: Text | None = None
    email: Text | None = None
    ip_address: Text | None = None
    more: JsonText | None = None


class Event(Value):
    """One entry of the log. `id` is unique in a database; `trace_id` is shared by all events of one request.

    `occurred_at` becomes a time in UTC. Raises ValueError for one without a zone.
    """

    id: Text
    occurred_at: datetime
    event_name: Text
    environment: Text | None = None
    entity: Entity | None = None
    parent_entity_id: Text | None = None
    actor: Actor | None = None
    trace_id: Text | None = None
    payload: JsonText | None = None
    request: JsonText | None = None

    def __post_init__(self) -> None:
        if self.occurred_at.tzinfo is UTC:
            return
        if self.occurred_at.utcoffset() is None:
            raise ValueError("an event occurs at a time with a zone")
        force_setattr(self, "occurred_at", to_utc(self.occurred_at))
