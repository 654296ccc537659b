"""What the log holds of one entity or one actor, in numbers: what happened how often, since when, by whom."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store import Actor, Count, Event, EventFilter, EventRepository, Facet, Facets

ADDRESSES_AMONG = 200
"""So many of the newest events are looked at for the addresses that were used."""


class Address(NamedTuple):
    """An address that was used: by how many of the events looked at, and when last."""

    ip_address: str
    number: int
    last: datetime


class Summary(NamedTuple):
    """What passes `event_filter`. `first` and `last` are None where nothing does.

    `fields` are facets by the field of a filter; of those in `at_least` not all events were counted. `addresses` are
    those of the newest events, most frequent first.
    """

    event_filter: EventFilter
    total: Count
    first: Event | None
    last: Event | None
    fields: dict[str, tuple[Facet, ...]]
    at_least: frozenset[str]
    addresses: tuple[Address, ...]


def everything_of_entity(event: Event) -> EventFilter | None:
    """All that happened to the entity of an event, whatever types it is recorded with; None when it has none."""
    from store import Choice, EventFilter, TimeRange

    if event.entity is None or event.entity.id is None:
        return None
    return EventFilter(time=TimeRange(since=None), entity_ids=Choice(included=(event.entity.id,)))


def everything_of_actor(actor: Actor | None) -> EventFilter | None:
    """All that an actor did; where nothing tells it from others of its type, what that type did. None for no actor."""
    from store import Choice, EventFilter, TimeRange

    if actor is None:
        return None
    ever = TimeRange(since=None)
    types = Choice(included=(actor.type,)) if actor.type is not None else Choice()
    for word in (actor.id, actor.email, actor.name, actor.ip_address):
        if word is not None:
            return EventFilter(time=ever, actors=Choice(included=(word,)))
    return EventFilter(time=ever, actor_types=types) if types else None


def with_belongings(event_filter: EventFilter) -> EventFilter | None:
    """All that happened to an entity and to what belongs to it, or again to it alone; None for what is no entity."""
    alone, together = event_filter.entity_ids, event_filter.belongs_to
    if not alone and not together:
        return None
    return event_filter.replaced(entity_ids=together, belongs_to=alone)


TABS_FIRST = ("CUSTOMER", "SUBSCRIPTION", "PLAN", "ADDON")
"""The kinds of things that are asked about most: their tabs come before those of others."""


def tabs(found: Summary) -> tuple[Facet, ...]:
    """The kinds of things that a summary is about, in the order of their tabs; none where there is only one kind.

    A kind is told by its most frequent spelling, and counted in all of them, as a filter means them all.
    """
    from store import ENTITY_TYPES

    def label(kind: str) -> str:
        return ENTITY_TYPES.label(kind).casefold()

    kinds: dict[str, Facet] = {}
    for facet in found.fields.get("entity_types", ()):
        if facet.value is not None:
            known = kinds.setdefault(label(facet.value), facet)
            if known is not facet:
                kinds[label(facet.value)] = known.replaced(count=known.count + facet.count)
    places = {label(kind): place for place, kind in enumerate(TABS_FIRST)}
    order = sorted(kinds, key=lambda each: (places.get(each, len(places)), -kinds[each].count))
    return tuple(kinds[each] for each in order) if len(kinds) > 1 else ()


async def summary(repository: EventRepository, event_filter: EventFilter) -> Summary:
    """Ask for everything that is told of the events of a filter, which must be settled."""
    from store import NEWEST, OLDEST

    count = await repository.count(event_filter)
    newest = (await repository.page(event_filter, NEWEST, "older", ADDRESSES_AMONG)).events
    oldest = (await repository.page(event_filter, OLDEST, "newer", 1)).events
    asked: list[Facets] = [await repository.facets(event_filter), await repository.actor_facets(event_filter)]
    used = [event for event in newest if event.actor is not None and event.actor.ip_address is not None]
    times: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    for event in used:
        assert event.actor is not None, "only those are here"
        address = event.actor.ip_address or ""
        times[address] += 1
        last.setdefault(address, event.occurred_at)
    return Summary(
        event_filter,
        count,
        first=oldest[0] if oldest else None,
        last=newest[0] if newest else None,
        # A facet leaves the condition on its own field out of account: here it would tell of others.
        fields={
            field: values for each in asked for field, values in each.fields.items() if not event_filter.choice(field)
        },
        at_least=frozenset[str]().union(*(each.at_least for each in asked)),
        addresses=tuple(Address(address, number, last[address]) for address, number in times.most_common()),
    )
