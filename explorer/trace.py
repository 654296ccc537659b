"""The events of one trace as a story: when each happened after the first, and which entity belongs to which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from store import EVENT_NAMES

if TYPE_CHECKING:
    from datetime import datetime

    from store import Entity, Event, EventFilter


MOST_LEVELS = 50
"""Levels of belonging; what would lie deeper hangs from nothing."""


class EntityKey(NamedTuple):
    """An entity of a trace; without a type it is one that others only belong to. Both None: no entity."""

    type: str | None
    id: str | None


class Branch(NamedTuple):
    """An entity with its own events, oldest first; what belongs to it follows one level deeper."""

    key: EntityKey
    depth: int
    entity: Entity | None
    events: tuple[Event, ...]
    has_branches: bool


def log_of_trace(trace_id: str) -> EventFilter:
    """All events of a trace, whenever and in whatever environment they happened."""
    from store import Choice, EventFilter, TimeRange

    return EventFilter(time=TimeRange(since=None), trace_ids=Choice(included=(trace_id,)))


def is_failure(event: Event) -> bool:
    """Whether an event tells that something failed."""
    return EVENT_NAMES.kind(event.event_name) == "failure"


def without_documents(event: Event) -> Event:
    """The event as far as a trace shows it: thousands of them are held at once, and payloads can be large."""
    return event.replaced(payload=None, request=None)


def offset_text(moment: datetime, first: datetime) -> str:
    """How long after the first event: `+0.000`, `+12.345`, `+2:13.045`, `+1:02:13.045`, in hours, minutes, seconds."""
    milliseconds = (moment - first) // timedelta(milliseconds=1)
    minutes, rest = divmod(milliseconds, 60_000)
    seconds = f"{rest // 1000}.{rest % 1000:03}"
    if not minutes:
        return f"+{seconds}"
    hours, minutes = divmod(minutes, 60)
    return f"+{hours:,}:{minutes:02}:{seconds:0>6}" if hours else f"+{minutes}:{seconds:0>6}"


def length_text(first: datetime, last: datetime) -> str:
    """How long it took, with the unit of what stands first: `0.000 s`, `2:13.045 min`, `1:02:13.045 h`."""
    unit = "s" if last - first < timedelta(minutes=1) else "min" if last - first < timedelta(hours=1) else "h"
    return f"{offset_text(last, first).removeprefix('+')} {unit}"


def branches(events: Sequence[Event]) -> Iterator[Branch]:
    """The entities of `events`, each before what belongs to it, otherwise in the order of their first events.

    Entities that belong to one another in a circle, or at a very deep level, hang from nothing.
    """
    of_key: dict[EntityKey, list[Event]] = {}
    parent_ids: dict[EntityKey, str] = {}
    for event in events:
        key = key_of(event)
        of_key.setdefault(key, []).append(event)
        if event.parent_entity_id is not None:
            parent_ids.setdefault(key, event.parent_entity_id)
    parents = _parents(of_key, parent_ids)
    children: dict[EntityKey | None, list[EntityKey]] = {}
    for key in dict.fromkeys(each for known in of_key for each in _upwards(known, parents)[::-1]):
        is_in_circle = _upwards(key, parents)[-1] in parents
        children.setdefault(None if is_in_circle else parents.get(key), []).append(key)
    waiting = [(key, 0) for key in reversed(children.get(None, []))]
    while waiting:
        key, depth = waiting.pop()
        own = of_key.get(key, [])
        below = children.get(key, [])
        yield Branch(key, depth, own[0].entity if own else None, tuple(own), bool(below))
        waiting += [(child, depth + 1) for child in reversed(below)]


def key_of(event: Event) -> EntityKey:
    """The entity that an event happened to."""
    entity = event.entity
    return EntityKey(entity.type, entity.id) if entity else EntityKey(None, None)


def _parents(of_key: Mapping[EntityKey, object], parent_ids: Mapping[EntityKey, str]) -> dict[EntityKey, EntityKey]:
    """What each entity belongs to: another one of the trace with that id, else one that is known by its id alone."""
    with_id: dict[str | None, list[EntityKey]] = {}
    for key in of_key:
        with_id.setdefault(key.id, []).append(key)
    found: dict[EntityKey, EntityKey] = {}
    for key, parent_id in parent_ids.items():
        # An entitlement has the id of its customer: what belongs to that id itself is not what the others belong to.
        others = [other for other in with_id.get(parent_id, []) if parent_ids.get(other) != parent_id]
        found[key] = others[0] if others else EntityKey(None, parent_id)
    return found


def _upwards(key: EntityKey, parents: Mapping[EntityKey, EntityKey]) -> list[EntityKey]:
    """An entity, what it belongs to, and so on; a circle is left where it would begin anew, and so is a long chain."""
    chain = {key: None}
    above = parents.get(key)
    while above is not None and above not in chain and len(chain) <= MOST_LEVELS:
        chain[above] = None
        above = parents.get(above)
    return list(chain)
