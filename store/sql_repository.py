"""The questions of the explorer, answered from a database: plans searches, runs statements, turns rows into values."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from .actor_facets import MOST_COUNTED, actor_facets, actors_left_out, all_actors
from .address import DatabaseAddress
from .bars import Bars
from .combination_cache import FIELDS, CombinationCache
from .commit_order import CommitOrder
from .connections import Connections
from .count_statements import select_actor_counts
from .driver_errors import STATEMENT_SECONDS
from .event import Event
from .event_filter import EventFilter
from .histogram_span import span_of_bars
from .page import Arrivals, Count, Direction, EventPage, Facet, Facets, Histogram, Position, TraceExtent
from .pages import Pages
from .parameters import place_parameters
from .references import Reference, reference
from .remainder import Remainder
from .rows import COMBINATION_REF, event_of
from .search import SearchPlanner
from .statements import select_event
from .tally import Tally
from .text_search import TextSearch
from .time_keys import microseconds
from .trace_fold import TraceFold
from .versions import check_schema

MOST_ANEW = 2
"""So many times more a question is answered while others write."""

Answer = TypeVar("Answer")


class SqlEventRepository:
    """An EventRepository on SQLite or Postgres. It holds a few connections, and no transaction between questions."""

    def __init__(self, connections: Connections, make_reference: Reference = reference) -> None:
        self._connections = connections
        self._cache = CombinationCache(connections)
        self._planner = SearchPlanner(connections, self._cache, make_reference)
        self._bars = Bars(connections)
        self._tally = Tally(connections, self._cache, self._bars)
        self._remainder = Remainder(connections, self._cache)
        self._pages = Pages(connections, self._cache, self._planner, self._tally)
        self._texts = TextSearch(connections, self._cache, self._planner, self._pages)
        self._traces = TraceFold(connections, self._cache, self._planner, self._pages)
        self._commits = CommitOrder(connections, self._cache, self._planner)

    async def page(self, event_filter: EventFilter, start: Position, direction: Direction, limit: int) -> EventPage:
        """Up to `limit` matching events strictly older or newer than `start`, the nearest ones, newest first."""
        at_once = event_filter.has_text_conditions or self._planner.is_new(event_filter)
        await self._cache.refresh(at_once=at_once)
        if event_filter.has_text_conditions:
            return await self._texts.page(event_filter, start, direction, limit)
        return await self._pages.page(event_filter, start, direction, limit)

    async def page_at(self, event_filter: EventFilter, ordinal: int, limit: int) -> EventPage:
        """Up to `limit` matching events from the one with `ordinal` matching events newer than it (0: the newest)."""
        await self._cache.refresh(at_once=True)
        if event_filter.has_text_conditions:
            return await self._texts.page_at(event_filter, ordinal, limit)
        return await self._of_one_state(event_filter, partial(self._pages.page_at, event_filter, ordinal, limit))

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
        return await self._of_one_state(event_filter, partial(self._ordinal, event_filter, position))

    async def count(self, event_filter: EventFilter, after: Count | None = None) -> Count:
        """How many events match. `after` is an unfinished count of the same filter, which goes on from there."""
        await self._cache.refresh(at_once=True)
        if event_filter.has_text_conditions:
            return await self._texts.count(event_filter, after)
        return Count(number=await self._of_one_state(event_filter, partial(self._count, event_filter)))

    async def facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        """The values that matching events take in the fields that have few, with counts."""
        await self._cache.refresh(at_once=True)
        return await self._of_one_state(event_filter, partial(self._facets, event_filter, lifts))

    async def actor_facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        """The actors of matching events, as facets of the field `actors`, counted among the newest events only."""
        if event_filter.has_text_conditions:
            return actors_left_out()
        await self._cache.refresh(at_once=True)
        return await (all_actors(event_filter, self._actors) if lifts else self._actors(event_filter))

    async def histogram(self, event_filter: EventFilter, now: datetime, most_bars: int) -> Histogram:
        """Matching events over time, in at most `most_bars` bars (at least 2), up to `now` where the filter is open."""
        if event_filter.has_text_conditions:
            return Histogram()
        await self._cache.refresh(at_once=True)
        return await self._of_one_state(event_filter, partial(self._histogram, event_filter, now, most_bars))

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

    async def _count(self, event_filter: EventFilter) -> int:
        search = await self._planner.search(event_filter)
        return 0 if search is None else await self._tally.count(event_filter, search)

    async def _ordinal(self, event_filter: EventFilter, position: Position) -> int:
        search = await self._planner.search(event_filter)
        if search is None:
            return 0
        place, event_id = self._planner.place_of(position)
        if place < search.since:
            return await self._tally.count(event_filter, search)
        return 0 if place >= search.until else await self._tally.newer(search, place + 1, event_id)

    async def _facets(self, event_filter: EventFilter, lifts: bool) -> Facets:
        lifted = event_filter.replaced(**{field: EventFilter().choice(field) for field in FIELDS})
        counts: Mapping[int, int] = {}
        exact = True
        if event_filter.has_text_conditions:
            counts, exact = await self._texts.by_combination(lifted)
        elif search := await self._planner.search(lifted):
            counts = await self._tally.by_combination(lifted, search)
            await self._cache.misses(counts)
        wanted = {field: self._cache.matching(event_filter, field if lifts else None) for field in FIELDS}
        return Facets(
            fields={field: _facets_of(place, counts, self._cache, wanted[field]) for place, field in enumerate(FIELDS)},
            at_least=frozenset(() if exact else FIELDS),
        )

    async def _actors(self, event_filter: EventFilter) -> Facets:
        search = await self._planner.search(event_filter)
        if search is None:
            return actor_facets([])
        # Else as many events of each of its combinations would be found first.
        since = await self._tally.since_of_newest(search, MOST_COUNTED + 1)
        places = place_parameters("low", since) | place_parameters("high", search.until)
        async with self._remainder.nearest(search, places, "older", MOST_COUNTED + 1) as near:
            if near is None:
                return actor_facets([])
            statement = select_actor_counts(self._connections.dialect, near.search.plan)
            parameters = {**near.search.parameters, **places, "limit": MOST_COUNTED + 1}
            return actor_facets(await near.read(statement, parameters))

    async def _histogram(self, event_filter: EventFilter, now: datetime, most_bars: int) -> Histogram:
        span = await span_of_bars(event_filter, now, self._pages.page)
        search = await self._planner.search(event_filter)
        if search is None or span is None:
            return Histogram()
        first, last = span
        since, beyond = microseconds(first), microseconds(last) + 1
        histogram = await self._bars.histogram(search, self._cache.failures, since, beyond, most_bars)
        counted = microseconds(max(last, now)) + 1
        later = await self._tally.newer(search, counted, None) if counted < search.until else 0
        return histogram.replaced(later=later)

    async def _of_one_state(self, event_filter: EventFilter, answer: Callable[[], Awaitable[Answer]]) -> Answer:
        """What is answered by the cache, which must be fresh: anew if a batch came in and something is taken away.

        Of which combinations that can be was looked up before it is counted.
        """
        edition = self._cache.edition
        found = await answer()
        for _ in range(MOST_ANEW if event_filter.refuses_references else 0):
            await self._cache.refresh(at_once=True)
            if self._cache.edition == edition:
                break
            edition = self._cache.edition
            found = await answer()
        return found


def _facets_of(
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
