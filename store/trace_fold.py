"""A list with each trace folded to its newest matching event: found page by page, without reading the whole log.

An event is shown if it is the newest of its trace that matches. Which one that is, the index of traces says, once for
each trace that is come by.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from .combination_cache import CombinationCache
from .conditions import Plan
from .connections import Connections
from .event_filter import EventFilter
from .page import Direction, EventPage, Position, TraceExtent
from .pages import Pages
from .parameters import place_parameters
from .references import NOTHING
from .remainder import Remainder
from .rows import COMBINATION_REF, event_of
from .search import Search, SearchPlanner
from .statements import select_page
from .stored_text import id_from_stored
from .text_search import SEARCH_SECONDS
from .time_keys import SLOT_BITS, moment_of
from .trace_statements import select_extents, select_newest_of_traces, select_place, select_traces

FIRST_EVENTS, MOST_EVENTS = 512, 8_192
"""So many events are looked at in a step: twice as many in the next one."""

MOST_REMEMBERED = 200_000
MOST_OF_TRACE = 1_000
"""Events of one trace that are counted."""


class TraceFold:
    """Answers for filters without conditions on texts. The cache of combinations must be fresh."""

    def __init__(self, connections: Connections, cache: CombinationCache, planner: SearchPlanner, pages: Pages) -> None:
        self._connections = connections
        self._cache = cache
        self._planner = planner
        self._pages = pages
        self._remainder = Remainder(connections, cache)
        self._asked: tuple[EventFilter, int] | None = None
        """The filter that was asked for last, and the edition of the cache."""
        self._newest: dict[int, int | None] = {}
        """The newest event of the traces that were come by, of that filter and edition."""

    async def page(self, event_filter: EventFilter, start: Position, direction: Direction, limit: int) -> EventPage:
        """Up to `limit` events strictly older or newer than `start`, or those of them that are found in time."""
        while True:
            page = await self._page(event_filter, start, direction, limit)
            if page is not None:
                return page

    async def extents(self, event_filter: EventFilter, trace_ids: Sequence[str]) -> Mapping[str, TraceExtent]:
        """How far the matching events of traces reach, for those that have any."""
        search = await self._planner.search(event_filter)
        if search is None:
            return {}
        numbers = await self._planner.lookup.references_of_traces(trace_ids)
        of_number = {number: trace_id for trace_id, number in numbers.items()}
        rows = await self._of_traces(search, select_extents, of_number, {"limit": MOST_OF_TRACE + 1})
        return {
            of_number[number]: TraceExtent(
                number=min(count, MOST_OF_TRACE),
                exact=count <= MOST_OF_TRACE,
                first=moment_of(first),
                last=moment_of(last),
            )
            for number, count, first, last in rows
            if count
        }

    async def _page(
        self, event_filter: EventFilter, start: Position, direction: Direction, limit: int
    ) -> EventPage | None:
        """A page, or None when the cache of combinations was behind."""
        newest = self._newest_known(event_filter)
        behind = await self._pages.any_behind(event_filter, start, direction)
        deadline, size = time.monotonic() + SEARCH_SECONDS, FIRST_EVENTS
        found: list[int] = []
        key: int | None = None
        is_whole = False
        while not is_whole and len(found) <= limit and (key is None or time.monotonic() < deadline):
            search = await self._planner.search(event_filter)
            rows = [] if search is None else await self._traces(search, start, direction, key, size)
            if search is not None:
                found += await self._newest_among(search, rows, newest)
            key = rows[-1][0] if rows else key
            is_whole, size = len(rows) < size, min(2 * size, MOST_EVENTS)
        chosen = self._connections.dialect.references(found[:limit])
        statement = select_page(self._connections.dialect, Plan(listed=True), "older", beyond=False)
        rows = await self._connections.rows(statement, {"keys": chosen})
        if await self._cache.misses(row[COMBINATION_REF] for row in rows):
            return None
        more = len(found) > limit or not is_whole
        older = direction == "older"
        return EventPage(
            events=tuple(event_of(row, self._cache.combinations) for row in rows),
            has_newer=behind if older else more,
            has_older=more if older else behind,
            searched_to=None if is_whole or len(found) > limit else await self._place(key),
        )

    async def _traces(
        self, search: Search, start: Position, direction: Direction, key: int | None, size: int
    ) -> Sequence[Sequence[Any]]:
        """The next keys with their traces, none where none are left."""
        places = search.places_left(self._planner.place_of(start), direction, key)
        if places is None:
            return []
        async with self._remainder.nearest(search.by_time, places, direction, size) as near:
            if near is None:
                return []
            statement = select_traces(self._connections.dialect, near.search.plan, direction)
            return await near.read(statement, {**near.search.parameters, **places, "limit": size})

    async def _newest_among(
        self, search: Search, rows: Sequence[Sequence[Any]], newest: dict[int, int | None]
    ) -> list[int]:
        """The keys of the events that are the newest of their trace, or have none. `newest` learns of the traces."""
        traces = {trace for _, trace in rows if trace != NOTHING}
        of_rows = {trace: newest[trace] for trace in traces if trace in newest}
        if unknown := dict.fromkeys(traces - of_rows.keys()):
            of_rows.update(await self._of_traces(search, select_newest_of_traces, unknown))
            if len(newest) > MOST_REMEMBERED:
                newest.clear()
            newest.update(of_rows)
        return [key for key, trace in rows if trace == NOTHING or of_rows[trace] == key]

    async def _of_traces(
        self, search: Search, select: Any, traces: Mapping[int, object], parameters: Mapping[str, object] | None = None
    ) -> Sequence[Any]:
        """What a statement says of each of the traces, by all of the filter's events."""
        dialect = self._connections.dialect
        places = place_parameters("low", search.since) | place_parameters("high", search.until)
        asked = {**search.parameters, **places, "traces": dialect.references(traces), **(parameters or {})}
        return await self._connections.rows(select(dialect, search.plan_without_driver), asked)

    async def _place(self, key: int | None) -> Position | None:
        for time_key, occurred_at, stored_id in await self._connections.rows(select_place(), {"key": key}):
            moment = moment_of(time_key >> SLOT_BITS if occurred_at is None else occurred_at)
            return Position(occurred_at=moment, id=id_from_stored(stored_id))
        return None

    def _newest_known(self, event_filter: EventFilter) -> dict[int, int | None]:
        """What is known of the traces by this filter: empty for another one, and after the log was read again.

        Never emptied for that: a page of the filter before may still be looking for its events with it.
        """
        asked = event_filter, self._cache.edition
        if self._asked != asked:
            self._asked, self._newest = asked, {}
        return self._newest
