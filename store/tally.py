"""How many events match, and where the n-th of them is: from the rollup where that helps, else along an index."""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from .bars import Bars, width_for
from .combination_cache import CombinationCache
from .connections import Connections
from .count_statements import select_counts
from .event_filter import EventFilter
from .parameters import ladder_parameters, place_parameters
from .parts import Part
from .references import StoredId
from .search import Search
from .statements import select_first_and_last_time, select_nth_key
from .time_keys import BEGINNING, END, HOUR, LEVELS, ladder

FEW_EVENTS = 100_000
"""Up to so many events a set of combinations is counted on its index."""

FEW_TO_WALK = 5_000
"""Up to so many events the wanted one is looked for one by one; ten times as many in the order of time."""

BARS_OF_A_STEP = 32
MOST_KEPT = 8


class Nth(NamedTuple):
    """The key of the wanted event, or None when there are fewer, and whether there are events at all."""

    key: int | None
    exists: bool


class _Bar(NamedTuple):
    """Where a wanted event lies in time, and how many others there are newer; None for that when it is not there.

    `events` is how many it holds, at most; `exists` says whether there are any at all.
    """

    since: int
    until: int
    events: float
    ordinal: int | None
    exists: bool


class Tally:
    """Counts events by combination. Counts of whole ranges are kept for as long as nothing is written."""

    def __init__(self, connections: Connections, cache: CombinationCache, bars: Bars) -> None:
        self._connections = connections
        self._bars = bars
        self._cache = cache
        self._kept: dict[object, Mapping[int, int]] = {}
        self._edition = -1
        self._kept_ends: tuple[int, tuple[int, int] | None] = (-1, None)

    async def by_combination(self, event_filter: EventFilter, search: Search) -> Mapping[int, int]:
        """How many events each combination has, with every condition of a filter but those on combinations."""
        if self._edition != self._cache.edition:
            # Never emptied: a count of before may still be on its way, and must not be kept as one of now.
            self._kept, self._edition = {}, self._cache.edition
        kept = self._kept
        named = (event_filter.entity_ids, event_filter.trace_ids, event_filter.actors, event_filter.belongs_to)
        key = (search.since, search.until, *named)
        if key not in kept:
            if len(kept) >= MOST_KEPT:
                kept.pop(next(iter(kept)))
            parameters = search.parameters
            if search.present is not None:
                numbers = self._connections.dialect.references(sorted(search.present))
                parameters = {**parameters, "combination_ref_included": numbers}
            lifted = search._replace(parameters=parameters)
            kept[key] = await self._counts(lifted, search.since, search.until)
        return kept[key]

    async def count(self, event_filter: EventFilter, search: Search) -> int:
        """How many events match. The cache must be fresh."""
        if self._is_small(search):
            return _total(await self._counts(search, search.since, search.until), search)
        return _total(await self.by_combination(event_filter, search), search)

    async def newer(self, search: Search, since: int, event_id: StoredId | None) -> int:
        """How many are newer than an event, or where it is gone, not earlier than `since` microseconds."""
        return _total(await self._counts(search, since, search.until, event_id), search)

    async def nth(self, search: Search, ordinal: int) -> Nth:
        """The event with `ordinal` matching events newer than it."""
        bar = _Bar(search.since, search.until, self._cache.total, ordinal, exists=True)
        if self._cache.total > FEW_TO_WALK:
            bar = await self._bar_of(search, ordinal, in_order=not search.by_id)
        if bar.ordinal is None:
            return Nth(None, bar.exists)
        in_order = not search.by_id and (search.dense or bar.events > FEW_TO_WALK)
        plan = search.plan_without_driver if in_order else search.plan
        places = place_parameters("low", bar.since) | place_parameters("high", bar.until)
        parameters = {**search.parameters, **places, "limit": bar.ordinal + 1}
        ((key, count),) = await self._connections.rows(select_nth_key(self._connections.dialect, plan), parameters)
        return Nth(key if count > bar.ordinal else None, bool(count))

    async def since_of_newest(self, search: Search, events: int) -> int:
        """A microsecond since which there are the newest `events` matching ones, and few others.

        Where there are not as many, or the rollup does not tell, it is the first one of the search.
        """
        if self._cache.total <= FEW_TO_WALK or not search.is_in_rollup:
            return search.since
        bar = await self._bar_of(search, events - 1)
        return search.since if bar.ordinal is None else bar.since

    async def _bar_of(self, search: Search, ordinal: int, *, in_order: bool = False) -> _Bar:
        """Where to look for the event with `ordinal` matching events newer than it, one by one.

        With `in_order` that can be done in the order of time, which passes over all that lies between, too: then it
        is no more than an hour, unless it has few events and an index leads to them.
        """
        ends = await self._ends()
        if ends is None:
            return _Bar(0, 0, 0, None, exists=False)
        since, until = max(search.since, ends[0]), min(search.until, ends[1] + 1)
        few = 0 if in_order and (search.plan.driver is None or search.dense) else FEW_TO_WALK
        few_of_an_hour = 10 * FEW_TO_WALK if in_order else FEW_TO_WALK
        exists, left = False, inf
        async with self._bars.reading(search, NARROWEST_STEP) as read:
            while until - since > 1 and left > (few_of_an_hour if until - since <= HOUR else few):
                # The bar that holds it, and in that one again: few steps, and every event is counted about once.
                width = _width_of_step(since, until)
                counted = await self._bars.counted(read, search, since, until, width)
                exists = exists or any(bar.events for bar in counted.values())
                newer = 0
                for bar in sorted(counted, reverse=True):
                    left = counted[bar].events
                    if newer + left > ordinal:
                        break
                    newer += left
                else:
                    return _Bar(since, until, 0, None, exists)
                ordinal -= newer
                since, until = max(since, bar * width), min(until, (bar + 1) * width)
        return _Bar(since, until, left, ordinal, exists)

    async def _ends(self) -> tuple[int, int] | None:
        """When the oldest and the newest event occurred, in microseconds; None in an empty log."""
        edition = self._cache.edition
        if self._kept_ends[0] != edition:
            ((oldest, newest),) = await self._connections.rows(select_first_and_last_time())
            self._kept_ends = edition, (None if oldest is None else (oldest, newest))
        return self._kept_ends[1]

    def _is_small(self, search: Search) -> bool:
        """Whether the events are few and of few combinations, so that their index is the shortest way to count them."""
        if search.by_id or search.plan.excluded or search.combinations is None:
            return False
        return sum(self._cache.counts[number] for number in search.combinations) < FEW_EVENTS

    async def _counts(
        self, search: Search, since: int, until: int, event_id: StoredId | None = None
    ) -> Mapping[int, int]:
        places = place_parameters("low", since, event_id) | place_parameters("high", until)
        if (since, until) == (BEGINNING, END) and not (search.by_id or search.plan.excluded):
            return self._cache.counts
        parts = (Part(search.plan),) if self._is_small(search) else search.parts(masked=False)
        places |= ladder_parameters(ladder(since, until), self._connections.dialect.span_list)
        statement = select_counts(self._connections.dialect, parts)
        rows = await self._connections.rows(statement, {**search.parameters, **places})
        return {number: count for number, count in rows if count}


NARROWEST_STEP = 1
"""Microseconds: so narrow are the last steps at the least, and all of them are read as of one moment."""


def _width_of_step(since: int, until: int) -> int:
    """How wide the bars are in which an event is looked for: where it can be, one bucket of a level each."""
    if until - since <= HOUR:
        return width_for(since, until, BARS_OF_A_STEP)
    fitting = (width for width in LEVELS if -(-until // width) - since // width <= BARS_OF_A_STEP)
    return next(fitting, width_for(since, until, BARS_OF_A_STEP))


def _total(counts: Mapping[int, int], search: Search) -> int:
    wanted = search.combinations
    return sum(count for number, count in counts.items() if wanted is None or number in wanted)
