"""The values that the events of a foreign table take in the fields that have few, counted as far as time allows."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..choice import Choice
from ..event import Actor, Entity, Event
from ..event_filter import EventFilter, TimeRange
from ..page import NEWEST, Facet, Facets
from .mapped import MappedTable
from .search import SearchPlanner
from .tally import Group, Grouping, Tally

FIELDS = {
    "environments": "environment",
    "event_names": "event_name",
    "entity_types": "entity_type",
    "actor_types": "actor_type",
}
"""By the field of a filter, that of an event."""


async def facets(
    mapped: MappedTable, planner: SearchPlanner, tally: Tally, event_filter: EventFilter, *, lifts: bool
) -> Facets:
    """Each field with the other fields' conditions applied, and its own lifted or applied, too."""
    lifted, own = event_filter, EventFilter(time=TimeRange(since=None))
    for field in FIELDS:
        lifted, own = lifted.with_choice(field, Choice()), own.with_choice(field, event_filter.choice(field))
    tallied = await tally.count(await planner.search(lifted), _grouping(mapped))
    found = {}
    for place, field in enumerate(FIELDS):
        others = own.with_choice(field, Choice()) if lifts else own
        counts: Counter[str | None] = Counter()
        for group, number in tallied.counts.items():
            if others.matches(_event_with(group)):
                counts[group[place]] += number
        in_order = sorted(counts.items(), key=lambda item: (-item[1], item[0] is not None, item[0] or ""))
        found[field] = tuple(Facet(value=value, count=number) for value, number in in_order)
    return Facets(fields=found, at_least=frozenset(() if tallied.exact else FIELDS))


def _grouping(mapped: MappedTable) -> Grouping:
    fields = [mapped.fields[name] for name in FIELDS.values()]
    texts = [field.text for field in fields if not field.is_constant]
    known = [text for text in texts if text is not None]

    def of_row(values: Sequence[Any]) -> Group:
        held = iter(values)
        return tuple(field.read({}, {}) if field.is_constant else next(held) for field in fields)

    return Grouping(known if len(known) == len(texts) else None, of_row, _of_event)


def _of_event(event: Event) -> Group:
    entity_type = None if event.entity is None else event.entity.type
    actor_type = None if event.actor is None else event.actor.type
    return event.environment, event.event_name, entity_type, actor_type


def _event_with(group: Group) -> Event:
    environment, event_name, entity_type, actor_type = group
    return Event(
        id="",
        occurred_at=NEWEST.occurred_at,
        event_name=event_name,
        environment=environment,
        entity=Entity(type=entity_type),
        actor=Actor(type=actor_type),
    )
