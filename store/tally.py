"""How many events match, and where the n-th of them is: from the rollup where that helps, else along an index."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .combination_cache import CombinationCache
from .conditions import Plan, place_parameters
from .connections import Connections
from .count_statements import (
    LEFT,
    RIGHT,
    ladder_parameters,
    select_buckets,
    select_counts_by_index,
    select_counts_by_ladder,
    select_finer_buckets,
)
from .event_filter import EventFilter
from .search import Search
from .statements import select_ends, select_nth_key
from .time_keys import BEGINNING, END, LEVELS, SLOT_BITS, ladder

FEW_EVENTS = 100_000
"""Up to so many events a set of combinations is counted on its index."""

FEW_TO_WALK = 2_000
MOST_KEPT = 8


class Nth(NamedTuple):
    """The key of the wanted event, or None when there are fewer, and whether there are events at all."""

    key: int | None
    exists: bool


class _Piece(NamedTuple):
    """A span of microseconds with so many matching `events`. `level` is None for a rest beside the buckets."""

    since: int
    until: int
    level: int | None
    events: int


class Tally:
    """Counts events by combination. Counts of whole ranges are kept for as long as nothing is written."""

    def __init__(self, connections: Connections, cache: CombinationCache) -> None:
        self._connections = connections
        self._cache = cache
        self._kept: dict[object, Mapping[int, int]] = {}
        self._written = -1

    async def by_combination(self, event_filter: EventFilter, search: Search) -> Mapping[int, int]:
        """How many events each combination has, with every condition of a filter but those on combinations."""
        if self._written != self._cache.written:
            self._kept.clear()
            self._written = self._cache.written
        key = (search.since, search.until, event_filter.entity_ids, event_filter.trace_ids, event_filter.actors)
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            parameters = search.parameters
            if search.present is not None:
                numbers = self._connections.dialect.references(sorted(search.present))
                parameters = {**parameters, "combination_ref_included": numbers}
            lifted = search._replace(parameters=parameters)
            self._kept[key] = await self._counts(lifted, search.since, search.until)
        return self._kept[key]

    async def count(self, event_filter: EventFilter, search: Search) -> int:
        """How many events match. The cache must be fresh."""
        if self._is_small(search):
            return _total(await self._counts(search, search.since, search.until), search)
        return _total(await self.by_combination(event_filter, search), search)

    async def newer(self, search: Search, since: int, event_id: bytes | None) -> int:
        """How many are newer than an event, or where it is gone, not earlier than `since` microseconds."""
        return _total(await self._counts(search, since, search.until, event_id), search)

    async def nth(self, search: Search, ordinal: int) -> Nth:
        """The event with `ordinal` matching events newer than it."""
        if search.by_id or search.plan.excluded:
            return await self._bisect(search, ordinal)
        masked = search.combinations is not None
        found = ladder(search.since, search.until)
        places = place_parameters("low", search.since) | place_parameters("high", search.until)
        rows = await self._connections.rows(
            select_buckets(self._connections.dialect, masked),
            {**_mask_of(search), **ladder_parameters(found), **places},
        )
        pieces = [_piece(search, found.left_until, found.right_since, row) for row in rows]
        exists = any(piece.events for piece in pieces)
        while piece := _holding(pieces, ordinal):
            ordinal -= sum(other.events for other in pieces if other.since > piece.since)
            if not piece.level:  # the finest buckets, and the rests on both sides
                return await self._walk(search, Plan(masked=masked), piece.since, piece.until, ordinal)
            level, width = piece.level - 1, LEVELS[piece.level - 1]
            finer = await self._connections.rows(
                select_finer_buckets(self._connections.dialect, masked),
                {**_mask_of(search), "level": level, "first": piece.since // width, "beyond": piece.until // width},
            )
            pieces = [_Piece(bucket * width, (bucket + 1) * width, level, count) for bucket, count in finer]
        return Nth(None, exists)

    def _is_small(self, search: Search) -> bool:
        """Whether the events are few and of few combinations, so that their index is the shortest way to count them."""
        if search.by_id or search.plan.excluded or search.combinations is None:
            return False
        return sum(self._cache.counts[number] for number in search.combinations) < FEW_EVENTS

    async def _counts(self, search: Search, since: int, until: int, event_id: bytes | None = None) -> Mapping[int, int]:
        places = place_parameters("low", since, event_id) | place_parameters("high", until)
        dialect = self._connections.dialect
        if (since, until) == (BEGINNING, END) and not (search.by_id or search.plan.excluded):
            return self._cache.counts
        if search.by_id or self._is_small(search):
            statement = select_counts_by_index(dialect, search.plan._replace(masked=False))
        else:
            statement = select_counts_by_ladder(dialect, search.plan.excluded)
            places |= ladder_parameters(ladder(since, until))
        rows = await self._connections.rows(statement, {**search.parameters, **places})
        return {number: count for number, count in rows if count}

    async def _bisect(self, search: Search, ordinal: int) -> Nth:
        """Halve the time until few enough events are left to be read one by one."""
        ((oldest, newest),) = await self._connections.rows(select_ends())
        if oldest is None:
            return Nth(None, exists=False)
        since, until = max(search.since, (oldest >> SLOT_BITS) - 1), min(search.until, (newest >> SLOT_BITS) + 1)
        left = _total(await self._counts(search, since, until), search)
        if ordinal >= left:
            return Nth(None, bool(left))
        while left > FEW_TO_WALK and until - since > 1:
            middle = (since + until) // 2
            newer = _total(await self._counts(search, middle, until), search)
            if ordinal < newer:
                since, left = middle, newer
            else:
                until, left, ordinal = middle, left - newer, ordinal - newer
        return await self._walk(search, search.plan, since, until, ordinal)

    async def _walk(self, search: Search, plan: Plan, since: int, until: int, ordinal: int) -> Nth:
        places = place_parameters("low", since) | place_parameters("high", until)
        parameters = {**search.parameters, **places, "limit": ordinal + 1}
        ((key, count),) = await self._connections.rows(select_nth_key(self._connections.dialect, plan), parameters)
        return Nth(key if count > ordinal else None, bool(count))


def _total(counts: Mapping[int, int], search: Search) -> int:
    wanted = search.combinations
    return sum(count for number, count in counts.items() if wanted is None or number in wanted)


def _mask_of(search: Search) -> Mapping[str, object]:
    return {} if search.combinations is None else {"mask": search.parameters["mask"]}


def _piece(search: Search, left_until: int, right_since: int, row: Sequence[int]) -> _Piece:
    level, bucket, count, _failures = row
    if level == LEFT:
        return _Piece(search.since, left_until, None, count)
    if level == RIGHT:
        return _Piece(right_since, search.until, None, count)
    return _Piece(bucket * LEVELS[level], (bucket + 1) * LEVELS[level], level, count)


def _holding(pieces: Sequence[_Piece], ordinal: int) -> _Piece | None:
    """The piece in which the event with `ordinal` events newer than it lies."""
    for piece in sorted(pieces, reverse=True):
        if ordinal < piece.events:
            return piece
        ordinal -= piece.events
    return None
