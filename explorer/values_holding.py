"""What a part of a name or an id may have been meant for, as far as it is quickly found: actors, entities, traces."""

from collections import Counter
from collections.abc import Iterator, Sequence

from store import (
    NEWEST,
    Actor,
    Choice,
    Event,
    EventFilter,
    EventRepository,
    TimeRange,
    pattern_beginning,
    pattern_holding,
)

MOST_EVENTS = 200
"""Of so many of the newest events."""

MOST_MEANT = 3
LEAST_SEARCHED = 3
"""So many characters of an id or a name are looked for by a short search where these do not hold them."""

LONGEST = 100
"""A longer value is no part of a name that somebody remembers."""

EVER = TimeRange(since=None)


async def values_holding(repository: EventRepository, field: str, value: str) -> Sequence[str]:
    """The values of `actors`, `entity_ids`, `trace_ids` or `belongs_to` that a part was written of, most events first.

    Of a trace it is the beginning. Actors are looked for in the whole log, where there is an index for that, the others
    in its newest events and by a short search. Raises StoreError.
    """
    if len(value) > LONGEST:
        return ()
    event_filter = EventFilter(time=EVER)
    if field == "actors":
        spellings = dict.fromkeys((value, value.lower(), value.title(), value.upper()))
        event_filter = event_filter.with_choice(field, Choice(patterns=tuple(map(pattern_holding, spellings))))
    if repository.needs_reading(event_filter):
        return ()
    meant = await _meant(repository, event_filter, field, value.casefold())
    if not meant and field != "actors" and len(value) >= LEAST_SEARCHED:
        searched = event_filter.with_value("texts", value)
        if field == "trace_ids":
            searched = event_filter.with_choice(field, Choice(patterns=(pattern_beginning(value),)))
        meant = await _meant(repository, searched, field, value.casefold())
    return meant


async def _meant(repository: EventRepository, event_filter: EventFilter, field: str, wanted: str) -> Sequence[str]:
    page = await repository.page(event_filter, NEWEST, "older", MOST_EVENTS)
    counts: Counter[str] = Counter()
    for event in page.events:
        counts.update(set(_of_event(event, field, wanted)))
    return [meant for meant, _ in counts.most_common(MOST_MEANT)]


def _of_event(event: Event, field: str, wanted: str) -> Iterator[str]:
    if field == "actors":
        return _of_actor(event.actor, wanted)
    return _of_trace(event.trace_id, wanted) if field == "trace_ids" else _of_entity(event, field, wanted)


def _of_actor(actor: Actor | None, wanted: str) -> Iterator[str]:
    """The first spelling of an actor that holds the part."""
    if actor is not None:
        spellings = (actor.name, actor.email, actor.id, actor.ip_address)
        yield from [each for each in spellings if each and wanted in each.casefold()][:1]


def _of_trace(trace_id: str | None, wanted: str) -> Iterator[str]:
    if trace_id and trace_id.casefold().startswith(wanted):
        yield trace_id


def _of_entity(event: Event, field: str, wanted: str) -> Iterator[str]:
    entity = event.entity
    if entity is not None and entity.id and any(wanted in (part or "").casefold() for part in (entity.id, entity.name)):
        yield entity.id
    if field == "belongs_to" and event.parent_entity_id and wanted in event.parent_entity_id.casefold():
        yield event.parent_entity_id
