"""The questions of the explorer, answered from a database: plans searches, runs statements, turns rows into values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .actor_facets import MOST_COUNTED, actor_facets, actors_left_out
from .address import DatabaseAddress
from .bars import Bars
from .choice import Choice
from .combination_cache import FIELDS, CombinationCache
from .commit_order import CommitOrder
from .connections import Connections
from .count_statements import select_actor_counts
from .driver_errors import STATEMENT_SECONDS
from .event import Event
from .event_filter import EventFilter
from .histogram_span import span_of_bars
from .page import NEWEST, Arrivals, Count, Direction, EventPage, Facet, Facets, Histogram, Position, TraceExtent
from .parameters import place_parameters
from .references import Reference, reference
from .remainder import Remainder
from .rows import COMBINATION_REF, event_of
from .search import Search, SearchPlanner
from .statements import select_any, select_event, select_page
from .tally import Tally
from .text_search import TextSearch
from .time_keys import microseconds
from .trace_fold import TraceFold
from .versions import check_schema


class SqlEventRepository:
    """An EventRepository on SQLite or Postgres. It holds a few connections, and no transaction between questions."""

    def __init__(self, connections: Connections, make_reference: Reference = reference) -> None:
        self._connections = connections
        self._cache = CombinationCache(connections)
        self._planner = SearchPlanner(connections, self._cache, make_reference)
        self._bars = Bars(connections)
        self._tally = Tally(connections, self._cache, self._bars)
        self._remainder = Remainder(connections, self._cache)
        self._texts = TextSearch(connections, self._cache, self._planner)
        self._traces = TraceFold(connections, self._cache, self._planner)
        self._commits = CommitOrder(connections, self._cache, self._planner)

    async def page(self, event_filter: EventFilter, start: Position, direction: Direction, limit: int) -> EventPage:
        """Up to `limit` matching events strictly older or newer than `start`, the nearest ones, newest first."""
        at_once = event_filter.has_text_conditions or self._planner.is_new(event_filter)
        await self._cache.refresh(at_once=at_once)
        if event_filter.has_text_conditions:
            return await self._texts.page(event_filter, start, direction, limit)
        while True:
            search = await self._planner.search(event_filter)
            if search is None:
                return EventPage()
            page = await self._page(search, start, direction, limit)
            if page is not None:
                return page

    async def page_at(self, event_filter: EventFilter, ordinal: int, limit: int) -> EventPage:
        """Up to `limit` matching events from the one with `ordinal` matching events newer than it (0: the newest)."""
        await self._cache.refresh(at_once=True)
        if event_filter.has_text_conditions:
            return await self._texts.page_at(event_filter, ordinal, limit)
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

    @property
    def folds_traces(self) -> bool:
        return True

    @property
    def misses_no_commit(self) -> bool:
        return True

    async def folded_page(
        self, event_filter: EventFilter, start: Position, direction: Direction, limit: int
    ) -> EventPage:
        """As `page`, of a list in which each trace is folded to its newest matching event."""
        await self._cache.refresh(at_once=True)
        return await self._traces.page(event_filter, start, direction, limit)

    async def trace_extents(self, event_filter: EventFilter, trace_ids: Sequence[str]) -> Mapping[str, TraceExtent]:
        """How many events of each of these traces match and when, up to the newest 1,000 of each; by the trace's id."""
        await self._cache.refresh(at_once=True)
        return await self._traces.extents(event_filter, trace_ids)

    async def ordinal(self, event_filter: EventFilter, position: Position) -> int:
        """How many matching events are newer than `position`. The position itself need not match."""
        await self._cache.refresh(at_once=True)
        if event_filter.has_text_conditions:
            return await self._texts.ordinal(event_filter, position)
        search = await self._planner.search(event_filter)
        if search is None:
            return 0
        place, event_id = self._planner.place_of(position)
        if place < search.since:
            return await self._tally.count(event_filter, search)
        return 0 if place >= search.until else await self._tally.newer(search, place + 1, event_id)

    async def count(self, event_filter: EventFilter, after: Count | None = None) -> Count:
        """How many events match. `after` is an unfinished count of the same filter, which goes on from there."""
        await self._cache.refresh(at_once=True)
        if event_filter.has_text_conditions:
            return await self._texts.count(event_filter, after)
        search = await self._planner.search(event_filter)
        return Count(number=0 if search is None else await self._tally.count(event_filter, search))

    async def facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        """The values that matching events take in the fields that have few, with counts."""
        await self._cache.refresh(at_once=True)
        lifted = event_filter.replaced(**{field: EventFilter().choice(field) for field in FIELDS})
        counts: Mapping[int, int] = {}
        exact = True
        if event_filter.has_text_conditions:
            counts, exact = await self._texts.by_combination(lifted)
        elif search := await self._planner.search(lifted):
            counts = await self._tally.by_combination(lifted, search)
            await self._cache.misses(counts)
        return Facets(
            fields={
                field: _facets(place, counts, self._cache, self._cache.matching(event_filter, field if lifts else None))
                for place, field in enumerate(FIELDS)
            },
            at_least=frozenset(() if exact else FIELDS),
        )

    async def actor_facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        """The actors of matching events, as facets of the field `actors`, counted among the newest events only."""
        if event_filter.has_text_conditions:
            return actors_left_out()
        await self._cache.refresh(at_once=True)
        lifted = event_filter.with_choice("actors", Choice()) if lifts else event_filter
        search = await self._planner.search(lifted)
        if search is None:
            return actor_facets([])
        # Else as many events of each of its combinations would be found first.
        since = await self._tally.since_of_newest(search, MOST_COUNTED + 1)
        places = place_parameters("low", since) | place_parameters("high", search.until)
        statement = select_actor_counts(self._connections.dialect, search.plan)
        parameters = {**search.parameters, **places, "limit": MOST_COUNTED + 1}
        return actor_facets(await self._connections.rows(statement, parameters))

    async def histogram(self, event_filter: EventFilter, now: datetime, most_bars: int) -> Histogram:
        """Matching events over time, in at most `most_bars` bars (at least 2), up to `now` where the filter is open."""
        if event_filter.has_text_conditions:
            return Histogram()
        await self._cache.refresh(at_once=True)
        span = await span_of_bars(event_filter, now, self.page)
        search = await self._planner.search(event_filter)
        if search is None or span is None:
            return Histogram()
        first, last = span
        since, beyond = microseconds(first), microseconds(last) + 1
        histogram = await self._bars.histogram(search, self._cache.failures, since, beyond, most_bars)
        counted = microseconds(max(last, now)) + 1
        later = await self._tally.newer(search, counted, None) if counted < search.until else 0
        return histogram.replaced(later=later)

    async def newest_batch(self, other_than: int | None = None, seconds: float = 0.0) -> int:
        """The number of the newest batch, waited for up to so many `seconds` until it is `other_than` that number."""
        return await self._commits.newest_batch(other_than, seconds)

    async def arrivals(self, event_filter: EventFilter, after: int, enough: int) -> Arrivals:
        """The matching events of the batches behind `after`, or of the first of these that hold `enough` events."""
        return await self._commits.arrivals(event_filter, after, enough)

    async def count_arrivals(self, event_filter: EventFilter, after: int, newest: int) -> int:
        """How many matching events the batches behind `after` up to `newest` brought, whatever their texts."""
        return await self._commits.count_arrivals(event_filter, after, newest)

    def needs_reading(self, event_filter: EventFilter) -> bool:
        """Whether only reading events can answer, since there is an index for everything else."""
        return event_filter.has_text_conditions

    async def remarks(self, event_filter: EventFilter) -> Sequence[str]:
        """Nothing: every answer is whole, or says itself that it is not."""
        return ()

    async def event(self, event_id: str) -> Event | None:
        """The event with exactly this id, or None."""
        await self._cache.refresh()
        ref, stored = self._planner.id_of(event_id)
        rows = await self._connections.rows(select_event(), {"id_ref": ref, "id": stored})
        await self._cache.misses(row[COMBINATION_REF] for row in rows)
        return event_of(rows[0], self._cache.combinations) if rows else None

    async def close(self) -> None:
        """Give back every connection. The repository cannot be used afterwards."""
        await self._commits.close()
        await self._connections.close()

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
            if start != NEWEST:  # than which nothing is newer: the first page asks no more than a page at a row does
                end = place_parameters("end", search.until)
        else:
            low, end = place_parameters("low", place + 1, event_id), place_parameters("end", search.since)
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
        if search.window:
            window = plan._replace(window=search.window)
            rows = await self._connections.rows(select_page(dialect, window, direction, beyond), parameters)
        if not search.window or len(rows) <= limit:
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


def _facets(
    place: int, counts: Mapping[int, int], cache: CombinationCache, wanted: frozenset[int] | None
) -> tuple[Facet, ...]:
    sums: Counter[str | None] = Counter()
    for number, count in counts.items():
        if wanted is None or number in wanted:
            sums[cache.combinations[number][place]] += count
    in_order = sorted(sums.items(), key=lambda item: (-item[1], item[0] is not None, item[0] or ""))
    return tuple(Facet(value=value, count=count) for value, count in in_order)


async def open_sql_repository(address: DatabaseAddress, make_reference: Reference = reference) -> SqlEventRepository:
    """A repository on a log. It can read and never write, which the database itself enforces.

    Raises a DatabaseProblem when it cannot be opened, a SchemaProblem when its tables are not those of this version.
    `make_reference` is there for tests.
    """
    connections = Connections(address, seconds=STATEMENT_SECONDS)
    try:
        await check_schema(connections)
    except BaseException:
        await connections.close()
        raise
    return SqlEventRepository(connections, make_reference)
