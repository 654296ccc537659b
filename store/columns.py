"""A batch of events as columns: all that the tables will hold of them and that no database need be asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

from .plain_event import ActorParts, CombinationParts, PlainEvent
from .references import WITHOUT_ID, Reference, Referred, reference, references_of
from .stored_text import all_ids_to_stored, all_to_stored
from .time_keys import microseconds


class EventColumns(NamedTuple):
    """Events of different ids in the order of their times, those of one time in the order in which they came.

    `given` counts them with those whose id came twice. Every column has a value for each event. `times` are
    microseconds since 1970. `ids` are in their stored form, `id_refs` their references. In `entities` stands the id,
    WITHOUT_ID for an entity that has none, None for no entity. `details` are the columns of the table `event_detail`
    behind its key and id. `references` are the first ones of all ids of entities, parents and traces. All can be
    pickled, and made in another process than it is written in.
    """

    given: int
    times: Sequence[int]
    ids: Sequence[bytes]
    id_refs: Sequence[int]
    combinations: Sequence[CombinationParts]
    entities: Sequence[Referred]
    parents: Sequence[Referred]
    traces: Sequence[Referred]
    actors: Sequence[ActorParts | None]
    details: Sequence[Sequence[str | None]]
    references: Mapping[str, int]

    def at(self, places: Sequence[int]) -> "EventColumns":
        """The events at these places, in that order."""
        picked = _picker(places)
        return self._replace(
            times=picked(self.times),
            ids=picked(self.ids),
            id_refs=picked(self.id_refs),
            combinations=picked(self.combinations),
            entities=picked(self.entities),
            parents=picked(self.parents),
            traces=picked(self.traces),
            actors=picked(self.actors),
            details=[picked(column) for column in self.details],
        )


def columns_of(events: Iterable[PlainEvent], make_reference: Reference = reference) -> EventColumns:
    """The columns of events in any order. Of equal ids, the first counts. `make_reference` is there for tests."""
    chosen = list(events)
    given = len(chosen)
    ids = all_ids_to_stored([event.id for event in chosen])
    if len(set(ids)) < given:
        first = dict(zip(reversed(ids), reversed(chosen), strict=True))
        ids = list(dict.fromkeys(ids))
        chosen = [first[stored_id] for stored_id in ids]
    parts: Iterable[Sequence[Any]] = zip(*chosen, strict=True) if chosen else repeat((), len(PlainEvent._fields))
    whole_ids, moments, names, environments, entities, parents, actors, actor_mores, traces, payloads, requests = parts
    entities, parents, actors, traces = map(_shared, (entities, parents, actors, traces))
    entity_types, entity_ids, entity_names = _part(entities, 0), _part(entities, 1), _part(entities, 2)
    referred = list({*entity_ids, *parents, *traces} - {None})
    columns = EventColumns(
        given=given,
        times=list(map(microseconds, moments)),
        ids=ids,
        id_refs=references_of(whole_ids, make_reference),
        combinations=_shared(zip(names, entity_types, _part(actors, 0), environments, strict=True)),
        entities=[
            WITHOUT_ID if entity_id is None and entity is not None else entity_id
            for entity, entity_id in zip(entities, entity_ids, strict=True)
        ],
        parents=parents,
        traces=traces,
        actors=actors,
        details=[*map(all_to_stored, (entity_ids, entity_names, traces, parents, actor_mores, payloads, requests))],
        references=dict(zip(referred, references_of(referred, make_reference), strict=True)),
    )
    return _in_order(columns)


def _part(values: Sequence[Sequence[str | None] | None], place: int) -> list[str | None]:
    """That part of each entity or actor, None where there is none."""
    return [None if parts is None else parts[place] for parts in values]


def _in_order(columns: EventColumns) -> EventColumns:
    times = columns.times
    order = sorted(range(len(times)), key=times.__getitem__)
    return columns if order == list(range(len(times))) else columns.at(order)


def _picker(places: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda column: [column[place] for place in places]


def _shared(values: Iterable[Any]) -> list[Any]:
    """The same values, equal ones as one object: few do nearly everything, and each is pickled once."""
    known: dict[Any, Any] = {}
    return [known.setdefault(value, value) for value in values]
