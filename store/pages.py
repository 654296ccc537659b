"""Pages of matching events, from a place or from the n-th on: a window is tried where it is likely to be enough."""

from collections.abc import Mapping, Sequence
from typing import Any

from .combination_cache import CombinationCache
from .connections import Connections
from .event import Event
from .event_filter import EventFilter
from .page import NEWEST, OLDEST, Direction, EventPage, Position
from .parameters import place_parameters
from .remainder import Remainder
from .rows import COMBINATION_REF, event_of
from .search import Search, SearchPlanner
from .statements import select_any, select_page
from .tally import Tally


class Pages:
    """Answers for filters without conditions on texts. But for `page`, the cache of combinations must be fresh."""

    def __init__(self, connections: Connections, cache: CombinationCache, planner: SearchPlanner, tally: Tally) -> None:
        self._connections = connections
        self._cache = cache
        self._planner = planner
        self._tally = tally
        self._remainder = Remainder(connections, cache)

    async def page(self, event_filter: EventFilter, start: Position, direction: Direction, limit: int) -> EventPage:
        """Up to `limit` matching events strictly older or newer than `start`, the nearest ones, newest first."""
        while True:
            search = await self._planner.search(event_filter)
            if search is None:
                return EventPage()
            page = await self._page(search, start, direction, limit)
            if page is not None:
                return page

    async def page_at(self, event_filter: EventFilter, ordinal: int, limit: int) -> EventPage:
        """Up to `limit` matching events from the one with `ordinal` matching events newer than it (0: the newest)."""
        while True:
            search = await self._planner.search(event_filter)
            if search is None:
                return EventPage()
            places = place_parameters("high", search.until)
            if ordinal > 0:
                nth = await self._tally.nth(search, ordinal)
                if nth.key is None:
                    return EventPage(has_newer=nth.exists)
                places = place_parameters("high", search.until, time_key=nth.key + 1)
            places |= place_parameters("low", search.since)
            rows = await self._rows(search, places, "older", limit, beyond=False)
            if rows is not None:
                events = self._events(rows[:limit])
                return EventPage(events=events, has_newer=ordinal > 0, has_older=len(rows) > limit)

    async def any_behind(self, event_filter: EventFilter, start: Position, direction: Direction) -> bool:
        """Whether an event of the filter's other conditions lies at `start` or on the side that is not read."""
        search = await self._planner.search(event_filter)
        if search is None:
            return False
        place, event_id = self._planner.place_of(start)
        older = direction == "older"
        low, high = place_parameters("low", search.since), place_parameters("high", search.until)
        ends = ("low", "high")
        if search.since <= place < search.until:
            ends = ("high", "end") if older else ("end", "low")
            low = low if older else place_parameters("low", place + 1, event_id)
            high = place_parameters("high", place + 1, event_id) if older else high
            low |= place_parameters("end", search.until if older else search.since)
        elif older == (place >= search.until):
            return False
        return await self._any(search, {**low, **high}, *ends)

    async def _page(self, search: Search, start: Position, direction: Direction, limit: int) -> EventPage | None:
        """A page, or None when the cache of combinations was behind: then the search may be, too."""
        place, event_id = self._planner.place_of(start)
        older = direction == "older"
        low, high = place_parameters("low", search.since), place_parameters("high", search.until)
        end: Mapping[str, object] = {}
        if not search.since <= place < search.until:
            if older == (place < search.since):  # everything lies on the other side
                found = await self._any(search, {**low, **high}, "low", "high")
                return EventPage(has_newer=older and found, has_older=not older and found)
        elif older:
            high = place_parameters("high", place + 1, event_id)
            if start != NEWEST:  # than which nothing is newer: an outer page asks no more than a page at a row does
                end = place_parameters("end", search.until)
        else:
            low = place_parameters("low", place + 1, event_id)
            if start != OLDEST:
                end = place_parameters("end", search.since)
        places = {**low, **high, **end}
        rows = await self._rows(search, places, direction, limit, beyond=bool(end))
        if rows is None:
            return None
        events, more = self._events(rows[:limit] if older else rows[-limit:]), len(rows) > limit
        if rows:
            behind = bool(rows[0][-1])
        else:
            behind = bool(end) and await self._any(search, places, *(("high", "end") if older else ("end", "low")))
        return EventPage(events=events, has_newer=behind if older else more, has_older=more if older else behind)

    async def _rows(
        self, search: Search, places: Mapping[str, object], direction: Direction, limit: int, *, beyond: bool
    ) -> Sequence[Sequence[Any]] | None:
        """Rows of up to one event more than `limit`, which tells whether there are more.

        None when the cache of combinations was behind.
        """
        parameters = {**search.parameters, **places, "limit": limit + 1}
        dialect, plan = self._connections.dialect, search.plan
        rows: Sequence[Sequence[Any]] = ()
        if search.window:
            window = plan._replace(window=search.window)
            rows = await self._connections.rows(select_page(dialect, window, direction, beyond), parameters)
        if len(rows) <= limit or rows[0][-1] is None:
            if search.hidden_by is not None:
                rows = await self._remainder.rows(search, places, direction, limit + 1, beyond=beyond)
            else:
                rows = await self._connections.rows(select_page(dialect, plan, direction, beyond), parameters)
        return None if await self._cache.misses(row[COMBINATION_REF] for row in rows) else rows

    async def _any(self, search: Search, places: Mapping[str, object], low: str, high: str) -> bool:
        if search.hidden_by is not None:
            return await self._remainder.any(search, places, low, high)
        statement = select_any(self._connections.dialect, search.plan, low, high)
        ((found,),) = await self._connections.rows(statement, {**search.parameters, **places})
        return bool(found)

    def _events(self, rows: Sequence[Sequence[Any]]) -> tuple[Event, ...]:
        return tuple(event_of(row, self._cache.combinations) for row in rows)
