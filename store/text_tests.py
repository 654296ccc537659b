"""From a filter's texts to what a database can test: the combinations and the actors that hold them, found once."""

from collections.abc import Mapping
from typing import NamedTuple

from .combination_cache import CombinationCache, mask
from .connections import Connections
from .event_filter import EventFilter
from .event_texts import FoldedTexts, names_of
from .text_conditions import Actors, TextTest, test_of, text_parameters
from .text_statements import select_actors_holding, select_last_actor

MOST_ACTORS = 50_000
"""Up to so many actors are all looked through before events are; beyond that, the actor of each event is."""


class Tested(NamedTuple):
    """A test and its parameters."""

    test: TextTest
    parameters: Mapping[str, object]


class TextTests:
    """Makes tests, and keeps the last one for as long as nothing is written: a search asks for it again and again."""

    def __init__(self, connections: Connections, cache: CombinationCache) -> None:
        self._connections = connections
        self._cache = cache
        self._kept: tuple[object, Tested] | None = None

    async def of(self, event_filter: EventFilter) -> Tested:
        """The test for a filter's conditions on texts, payloads and patterns of ids."""
        ids = (event_filter.entity_ids, event_filter.trace_ids)
        key = (self._cache.edition, event_filter.texts, event_filter.payload, ids)
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, await self._tested(event_filter))
        return self._kept[1]

    async def _tested(self, event_filter: EventFilter) -> Tested:
        dialect = self._connections.dialect
        parameters = text_parameters(dialect, event_filter)
        words = len(test_of(event_filter).words)
        combinations = self._combinations_holding(event_filter.texts.included) if words else frozenset[int]()
        if combinations:
            parameters["text_mask"] = mask(combinations)
        actors: Actors = "none"
        ((last,),) = await self._connections.rows(select_last_actor()) if words else [(None,)]
        if last is not None and last > MOST_ACTORS:
            actors = "joined"
        elif last is not None:
            rows = await self._connections.rows(select_actors_holding(dialect, words), parameters)
            if rows:
                actors, parameters["text_actors"] = "masked", mask(frozenset(number for (number,) in rows))
        return Tested(test_of(event_filter, masked=bool(combinations), actors=actors), parameters)

    def _combinations_holding(self, words: tuple[str, ...]) -> frozenset[int]:
        """The combinations with a name in which one of the words occurs."""
        names = ((number, FoldedTexts(names_of(*parts))) for number, parts in self._cache.combinations.items())
        return frozenset(number for number, texts in names if any(map(texts.hold, words)))
