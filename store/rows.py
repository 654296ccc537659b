"""From rows of `statements` to the values of a combination and to an Event."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from .event import Actor, Entity, Event
from .references import NOTHING
from .stored_text import ESCAPE, from_stored, from_stored_or_absent, id_from_stored
from .time_keys import SLOT_BITS, moment_of

COMBINATION_REF = 2
"""The place in a row of what a reader must know the meaning of."""


class Combination(NamedTuple):
    """Values that occur together."""

    event_name: str
    entity_type: str | None
    actor_type: str | None
    environment: str | None


def combination_of(parts: Sequence[str]) -> Combination:
    """The values of a row of the table `combination`, in its order."""
    name, entity_type, actor_type, environment = parts
    return Combination(from_stored(name), *map(from_stored_or_absent, (entity_type, actor_type, environment)))


def event_of(row: Sequence[Any], combinations: Mapping[int, Combination]) -> Event:
    """The event in a row. Raises KeyError for a combination that is not known."""
    (
        time_key,
        occurred_at,
        combination_ref,
        entity_ref,
        actor_ref,
        stored_id,
        entity_id,
        entity_name,
        trace_id,
        parent_entity_id,
        actor_more,
        payload,
        request,
        actor_id,
        actor_name,
        actor_email,
        ip_address,
        _more,
    ) = row
    event_name, entity_type, actor_type, environment = combinations[combination_ref]
    entity, actor = None, None
    if entity_ref != NOTHING:
        entity = Entity(type=entity_type, id=_text(entity_id), name=_text(entity_name))
    if actor_ref != NOTHING:
        actor = _actor(actor_type, actor_id, actor_name, actor_email, ip_address, actor_more)
    return Event(
        id=id_from_stored(stored_id),
        occurred_at=moment_of(time_key >> SLOT_BITS if occurred_at is None else occurred_at),
        event_name=event_name,
        environment=environment,
        entity=entity,
        parent_entity_id=_text(parent_entity_id),
        actor=actor,
        trace_id=_text(trace_id),
        payload=_text(payload),
        request=_text(request),
    )


@lru_cache(maxsize=4096)
def _actor(actor_type: str | None, *stored: str | None) -> Actor:
    """The actor of a row. Few do nearly everything, so most are made already."""
    actor_id, name, email, ip_address, more = map(_text, stored)
    return Actor(type=actor_type, id=actor_id, name=name, email=email, ip_address=ip_address, more=more)


def _text(stored: str | None) -> str | None:
    return stored if stored is None or ESCAPE not in stored else from_stored(stored)
