"""What the payloads of one entity's events tell, each a snapshot after its event: which of them can be compared."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from .changes import by_name, differences, same
from .display import entity_text
from .json_value import JsonValue, Members, NotJson, read_json

if TYPE_CHECKING:
    from store import Event, EventFilter, EventRepository

    from .changes import Difference

LONGEST = 1_000_000
"""Characters of a payload up to which it is compared."""
READ_AT_ONCE = 20_000
"""Characters up to which a payload is read on the event loop, longer ones beside it."""
NEAREST = 12
"""So many events of an entity are tried before its last one of the same name is asked for."""

ENVELOPE = frozenset({"type", "messageId", "traceId", "timestamp", "eventId"})
"""Members that tell of the event and not of its entity: they differ from event to event."""


class Comparison(NamedTuple):
    """A snapshot against an earlier one of the same entity: what differs, and the members that are alike.

    Without `earlier` there is nothing to compare, and `reason` is a sentence that says why.
    """

    event: Event
    earlier: Event | None = None
    differences: tuple[Difference, ...] = ()
    unchanged: Members = Members()
    reason: str = ""


def log_of_entity(event: Event) -> EventFilter | None:
    """All events of the entity of `event` in its environment; None when it has no entity with an id."""
    from store import Choice, EventFilter, TimeRange

    entity = event.entity
    if entity is None or entity.id is None:
        return None
    own = {"entity_ids": entity.id, "entity_types": entity.type, "environments": event.environment}
    chosen = {field: Choice(included=(value,)) for field, value in own.items() if value is not None}
    return EventFilter(time=TimeRange(since=None)).replaced(**chosen)


def comparable(old: JsonValue | NotJson, new: JsonValue | NotJson) -> bool:
    """Whether two payloads are snapshots of the same thing: objects that do not name two, and share half their members.

    Half of those that the smaller one has, since snapshots gain members with the years.
    """
    if not isinstance(old, Members) or not isinstance(new, Members):
        return False
    members, new_members = dict(old), dict(new)
    names, new_names = members.keys() - ENVELOPE, new_members.keys() - ENVELOPE
    one_thing = all(same(_id_at(members, name), _id_at(new_members, name)) for name in ("id", "resource"))
    return one_thing and len(names & new_names) * 2 >= max(1, min(len(names), len(new_names)))


async def comparison(repository: EventRepository, event: Event) -> Comparison:
    """The payload of `event` against the previous one of its entity that can be compared with it."""
    value = await _read(event)
    log = log_of_entity(event)
    if not isinstance(value, Members):
        return Comparison(event, reason=_why_no_snapshot(event, value))
    if log is None:
        return Comparison(event, reason="This event names no entity, so it is not known what came before.")
    earlier, old, is_first = await _previous(repository, log, event, value)
    if earlier is None or not isinstance(old, Members):
        reason = "This is the first event" if is_first else "No earlier event with a payload like this one is known"
        return Comparison(event, reason=f"{reason} of {entity_text(event.entity)}.")
    return await _compared(event, value, earlier, old)


async def comparison_of(event: Event, earlier: Event) -> Comparison:
    """The payload of `event` against that of any earlier one, whatever the two are about."""
    value, old = await _read(event), await _read(earlier)
    for side, each, read in (("newer", event, value), ("older", earlier, old)):
        if isinstance(read, NotJson):
            why = f"The payload of the {side} event cannot be compared: {read.reason}."
            return Comparison(event, reason=f"The {side} event has no payload." if each.payload is None else why)
    assert not isinstance(value, NotJson), "both are read"
    assert not isinstance(old, NotJson), "both are read"
    return await _compared(event, value, earlier, old)


async def _compared(event: Event, value: JsonValue, earlier: Event, old: JsonValue) -> Comparison:
    found = await asyncio.to_thread(differences, old, value)
    touched = {each.path[0] for each in found if each.path}
    alike = value if isinstance(value, Members) and isinstance(old, Members) else ()
    return Comparison(event, earlier, tuple(found), Members(member for member in alike if member[0] not in touched))


async def _previous(
    repository: EventRepository, log: EventFilter, event: Event, value: JsonValue
) -> tuple[Event | None, JsonValue | NotJson, bool]:
    """The nearest comparable event older than `event`, its payload, and whether there is no older event at all."""
    from store import Choice, Position

    here = Position.of(event)
    page = await repository.page(log, here, "older", NEAREST)
    alike = log.with_choice("event_names", Choice(included=(event.event_name,)))
    tried = list(page.events)
    for is_last in (False, True):
        for each in tried:
            old = await _read(each)
            if each.environment == event.environment and comparable(old, value):
                return each, old, False
        if not is_last and page.has_older:
            tried = list((await repository.page(alike, here, "older", 1)).events)
    return None, None, not page.events


async def _read(event: Event) -> JsonValue | NotJson:
    is_long = event.payload is not None and len(event.payload) > READ_AT_ONCE
    return await asyncio.to_thread(read_payload, event) if is_long else read_payload(event)


def read_payload(event: Event) -> JsonValue | NotJson:
    """The payload of an event; NotJson also where there is none, or one too long to be compared."""
    text = event.payload
    if text is None:
        return NotJson("", "")
    if len(text) > LONGEST:
        return NotJson("", f"with {len(text):,} characters it is too long to be compared")
    return read_json(text)


def _why_no_snapshot(event: Event, value: JsonValue | NotJson) -> str:
    if event.payload is None:
        return "This event has no payload."
    if isinstance(value, NotJson):
        return f"The payload shows no state: {value.reason}."
    return "The payload is no object, so it shows no state of an entity."


def _id_at(members: dict[str, JsonValue], name: str) -> JsonValue:
    """What a member says which thing it is: itself, or the `id` in it."""
    value = members.get(name)
    return (by_name(value) or {}).get("id") if isinstance(value, Members) else value if name == "id" else None
