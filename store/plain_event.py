"""An event as one tuple of plain values: what is read and stored by the million, where models would take half the time.

An event that is shown or asked about is an `Event`; this is the same thing on its way between a file and the tables.
"""

from datetime import datetime
from typing import NamedTuple

from .event import Actor, Entity, Event

EntityParts = tuple[str | None, str | None, str | None]
"""Type, id, name."""

ActorParts = tuple[str | None, str | None, str | None, str | None, str | None]
"""What tells actors apart: type, id, name, email, IP address."""

CombinationParts = tuple[str, str | None, str | None, str | None]
"""Event name, entity type, actor type, environment: values that occur together."""

NO_ACTOR: ActorParts = (None, None, None, None, None)


class PlainEvent(NamedTuple):
    """The parts of an `Event`, under its names. `occurred_at` is in UTC. `entity` and `actor` are None where absent."""

    id: str
    occurred_at: datetime
    event_name: str
    environment: str | None = None
    entity: EntityParts | None = None
    parent_entity_id: str | None = None
    actor: ActorParts | None = None
    actor_more: str | None = None
    trace_id: str | None = None
    payload: str | None = None
    request: str | None = None


def plain_event(event: Event) -> PlainEvent:
    """The parts of an event."""
    entity, actor = event.entity, event.actor
    return PlainEvent(
        event.id,
        event.occurred_at,
        event.event_name,
        event.environment,
        None if entity is None else (entity.type, entity.id, entity.name),
        event.parent_entity_id,
        None if actor is None else (actor.type, actor.id, actor.name, actor.email, actor.ip_address),
        None if actor is None else actor.more,
        event.trace_id,
        event.payload,
        event.request,
    )


def whole_event(plain: PlainEvent) -> Event:
    """The event of these parts."""
    entity, actor = None, None
    if plain.entity is not None:
        entity_type, entity_id, entity_name = plain.entity
        entity = Entity(type=entity_type, id=entity_id, name=entity_name)
    if plain.actor is not None:
        actor_type, actor_id, name, email, ip_address = plain.actor
        actor = Actor(
            type=actor_type, id=actor_id, name=name, email=email, ip_address=ip_address, more=plain.actor_more
        )
    return Event(
        id=plain.id,
        occurred_at=plain.occurred_at,
        event_name=plain.event_name,
        environment=plain.environment,
        entity=entity,
        parent_entity_id=plain.parent_entity_id,
        actor=actor,
        trace_id=plain.trace_id,
        payload=plain.payload,
        request=plain.request,
    )
