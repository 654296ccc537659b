"""The questions of the explorer, answered from a table that is not ours."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from ..actor_facets import MOST_COUNTED, actors_left_out, all_actors, facets_of_actors
from ..connections import Connections
from ..errors import MappingProblem
from ..event import Actor, Event
from ..event_filter import MICROSECOND, EventFilter
from ..histogram_span import span_of_bars
from ..page import (
    LAST_MOMENT,
    NEWEST,
    OLDEST,
    Arrivals,
    Count,
    Direction,
    EventPage,
    Facets,
    Histogram,
    Position,
    TraceExtent,
)
from .asking import Asking
from .bars import histogram
from .facets import facets
from .mapped import ID, MappedTable
from .places import Places
from .remarks import ONE_LEVEL, index_advice, missing_indexes, unmapped, unreadable
from .scan import Scan, opposite
from .search import Search, SearchPlanner, narrowed
from .statements import Place, select_arrived, select_farthest, select_newest_number
from .tally import ALL, Tally

SEARCH_SECONDS = 0.2
"""After so long a search answers with what it has found. A window that has begun is read to its end."""

LOOK_SECONDS = 0.25
"""How often a table is asked for its newest row while somebody waits for one."""

ROWS_AT_ONCE = 2_000


class ForeignRepository:
    """An EventRepository on a table of another program, which is only ever read.

    Its newest row takes the place of the newest batch: rows are new when their ids, whole numbers, are higher.
    """

    def __init__(self, mapped: MappedTable, connections: Connections) -> None:
        self._mapped = mapped
        self._asking = Asking(connections)
        self._places = Places(mapped, self._asking)
        self._planner = SearchPlanner(mapped, self._asking)
        self._tally = Tally(mapped, self._asking, self._places)
        self._unreadable: Sequence[str] | None = None

    async def page(self, event_filter: EventFilter, start: Position, direction: Direction, limit: int) -> EventPage:
        """Up to `limit` matching events strictly older or newer than `start`, the nearest ones, newest first."""
        is_older = direction == "older"
        behind = await self._any_behind(event_filter, start, direction)
        if start == (OLDEST if is_older else NEWEST):
            return EventPage(has_newer=is_older and behind, has_older=not is_older and behind)
        scan, is_read = await self._scan(event_filter, start, direction)
        deadline, found = time.monotonic() + SEARCH_SECONDS, list[Event]()
        while len(found) <= limit and scan.reached is not None:
            if is_read and scan.reached != start and time.monotonic() > deadline:
                break
            found.extend(await scan.go_on(limit + 1 - len(found)))
        searched_to = None if len(found) > limit else scan.reached
        more, found = len(found) > limit or scan.reached is not None, found[:limit]
        if is_older:
            return EventPage(events=tuple(found), has_newer=behind, has_older=more, searched_to=searched_to)
        return EventPage(events=tuple(reversed(found)), has_newer=more, has_older=behind, searched_to=searched_to)

    async def page_at(self, event_filter: EventFilter, ordinal: int, limit: int) -> EventPage:
        """Up to `limit` matching events from the one with `ordinal` matching events newer than it (0: the newest)."""
        scan, is_read = await self._scan(event_filter, NEWEST, "older")
        passed = 0
        if not is_read and ordinal > 0:
            place, passed = await self._nth(event_filter, ordinal)
            if place is None:
                return EventPage(has_newer=passed > 0)
            scan, _ = await self._scan(event_filter, NEWEST, "older", place)
        found: list[Event] = []
        while len(found) <= limit and scan.reached is not None:
            events = await scan.go_on(limit + 1)
            found.extend(events[max(0, ordinal - passed) :])
            passed += len(events)
        return EventPage(
            events=tuple(found[:limit]), has_newer=ordinal > 0 and passed > 0, has_older=len(found) > limit
        )

    @property
    def folds_traces(self) -> bool:
        """A table of another program seldom has an index of traces that goes on with times."""
        return False

    @property
    def misses_no_commit(self) -> bool:
        """Ids are given before a transaction commits: one that takes long brings lower ones than the newest."""
        return False

    async def folded_page(
        self, event_filter: EventFilter, start: Position, direction: Direction, limit: int
    ) -> EventPage:
        """Raises MappingProblem."""
        raise MappingProblem("The traces of a table of another program cannot be folded.")

    async def trace_extents(self, event_filter: EventFilter, trace_ids: Sequence[str]) -> Mapping[str, TraceExtent]:
        """Raises MappingProblem."""
        raise MappingProblem("The traces of a table of another program cannot be folded.")

    async def ordinal(self, event_filter: EventFilter, position: Position) -> int:
        """How many matching events are newer than `position`, however long it takes."""
        if position == NEWEST:
            return 0
        place, narrowed = await self._from(event_filter, position, "newer")
        search = await self._planner.search(narrowed)
        return (await self._tally.within(search, ALL, search.span("newer", place))).total()

    async def count(self, event_filter: EventFilter, after: Count | None = None) -> Count:
        """How many events match, or how many are found in time, together with those of `after`."""
        start, number = (None, 0) if after is None else (after.searched_to, after.number)
        if after is not None and start is None:
            return after
        search = await self._planner.search(event_filter)
        tallied = await self._tally.count(search, ALL, start)
        return Count(number=number + tallied.counts.total(), exact=tallied.exact, searched_to=tallied.reached)

    async def facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        """The values that matching events take in the fields that have few, with counts."""
        return await facets(self._mapped, self._planner, self._tally, event_filter, lifts=lifts)

    async def actor_facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        """The actors of matching events, as facets of the field `actors`, counted among the newest events only."""
        return await (all_actors(event_filter, self._actors) if lifts else self._actors(event_filter))

    async def _actors(self, event_filter: EventFilter) -> Facets:
        scan, is_read = await self._scan(event_filter, NEWEST, "older")
        if is_read:
            return actors_left_out()
        counts: Counter[Actor] = Counter()
        while counts.total() <= MOST_COUNTED and scan.reached is not None:
            events = await scan.go_on(MOST_COUNTED + 1 - counts.total())
            counts.update(event.actor or Actor() for event in events)
        return facets_of_actors(counts)

    async def histogram(self, event_filter: EventFilter, now: datetime, most_bars: int) -> Histogram:
        """Matching events over time, in at most `most_bars` bars (at least 2), up to `now` where the filter is open.

        An open end is that of the table: its matches may have to be searched for.
        """
        if event_filter.has_text_conditions:
            return Histogram()
        span = await span_of_bars(event_filter, now, self._page_of_time)
        if span is None:
            return Histogram()
        drawn = await histogram(self._mapped, self._planner, self._tally, event_filter, span, most_bars)
        end = max(span[1], now)
        if event_filter.time.until is not None or end == LAST_MOMENT:
            return drawn
        later = await self.count(narrowed(event_filter, since=end + MICROSECOND))
        return drawn.replaced(later=later.number, later_is_exact=later.exact)

    async def _page_of_time(
        self, event_filter: EventFilter, start: Position, direction: Direction, limit: int
    ) -> EventPage:
        """As `page`, whatever else than the time the filter says."""
        return await self.page(EventFilter(time=event_filter.time), start, direction, limit)

    async def newest_batch(self, other_than: int | None = None, seconds: float = 0.0) -> int:
        """The highest id, waited for up to so many `seconds` until it is `other_than` that. Raises MappingProblem."""
        column = self._mapped.table.columns[self._mapped.id_column]
        if column.kind != "integer" or not self._mapped.table.is_led_by(column.name):
            raise MappingProblem(
                "New rows of this table cannot be told from old ones: its id is no whole number with an index.",
                "Read it again with ctrl+r instead.",
            )
        deadline = time.monotonic() + seconds
        while True:
            ((newest,),) = await self._asking.rows(select_newest_number(self._mapped))
            number = newest if isinstance(newest, int) else 0
            if number != other_than or time.monotonic() >= deadline:
                return number
            await asyncio.sleep(LOOK_SECONDS)

    async def arrivals(self, event_filter: EventFilter, after: int, enough: int) -> Arrivals:
        """The matching events with higher ids than `after`, or those among the first `enough` of them."""
        rows = await self._asking.rows(select_arrived(self._mapped, after, None, enough))
        self._places.remember(rows)
        read = (self._mapped.read(row) for row in rows)
        events = tuple(event for event in read if event is not None and event_filter.matches(event))
        return Arrivals(events=events, newest=rows[-1][ID] if rows else after)

    async def count_arrivals(self, event_filter: EventFilter, after: int, newest: int) -> int:
        """How many matching events have higher ids than `after`, up to `newest`."""
        number = 0
        while after < newest:
            rows = await self._asking.rows(select_arrived(self._mapped, after, newest, ROWS_AT_ONCE))
            read = (self._mapped.read(row) for row in rows)
            number += sum(event is not None and event_filter.matches(event) for event in read)
            after = rows[-1][ID] if len(rows) == ROWS_AT_ONCE else newest
        return number

    async def event(self, event_id: str) -> Event | None:
        """The event with exactly this id, or None."""
        return await self._places.event(event_id)

    def needs_reading(self, event_filter: EventFilter) -> bool:
        """Whether rows are found by going through the table."""
        return self._planner.needs_reading(event_filter)

    async def remarks(self, event_filter: EventFilter) -> Sequence[str]:
        """What must be said beside the answers: rows that cannot be read, conditions that nothing fulfils or no index
        helps."""
        if self._unreadable is None:
            self._unreadable = await unreadable(self._mapped, self._asking)
        return [
            *self._unreadable,
            *unmapped(self._mapped, event_filter),
            *missing_indexes(self._mapped, event_filter),
            *([ONE_LEVEL] if event_filter.belongs_to else []),
        ]

    async def close(self) -> None:
        """Give back every connection. The repository cannot be used afterwards."""
        await self._asking.close()

    async def _scan(
        self, event_filter: EventFilter, start: Position, direction: Direction, place: Place | None = None
    ) -> tuple[Scan, bool]:
        """A way through the events on one side of a position, and whether it has to be searched for them."""
        narrowed = event_filter
        if place is None:
            place, narrowed = await self._from(event_filter, start, direction)
        search = await self._searched(narrowed)
        span = search.span(direction, place)
        return Scan(self._mapped, self._asking, self._places, search, span, start), search.is_read

    async def _searched(self, event_filter: EventFilter) -> Search:
        self._asking.advice = index_advice(self._mapped, event_filter)
        return await self._planner.search(event_filter)

    async def _from(
        self, event_filter: EventFilter, start: Position, direction: Direction
    ) -> tuple[Place | None, EventFilter]:
        """Where to begin: at a place, or with a filter that begins there, because no event stands there."""
        if start in (NEWEST, OLDEST):
            return None, event_filter
        place = await self._places.of(start)
        if place is not None:
            return place, event_filter
        if direction == "older":
            return None, narrowed(event_filter, until=start.occurred_at)
        if start.occurred_at == LAST_MOMENT:
            return None, narrowed(event_filter, until=OLDEST.occurred_at, since=LAST_MOMENT)
        return None, narrowed(event_filter, since=start.occurred_at + MICROSECOND)

    async def _any_behind(self, event_filter: EventFilter, start: Position, direction: Direction) -> bool:
        """Whether an event lies at `start` or on the side that is not read; where rows are searched for, any row."""
        if start == (NEWEST if direction == "older" else OLDEST):
            return False
        side = opposite(direction)
        place, narrowed = await self._from(event_filter, start, side)
        search = await self._planner.search(narrowed)
        if search.is_read:
            search = await self._planner.search(EventFilter(time=narrowed.time))
        span = search.span(side, place, includes=True)
        scan = Scan(self._mapped, self._asking, self._places, search, span, start)
        while scan.reached is not None:
            if await scan.go_on(1):
                return True
        return False

    async def _nth(self, event_filter: EventFilter, ordinal: int) -> tuple[Place | None, int]:
        """The place behind `ordinal` events, and how many these are; no place when there are not so many."""
        search = await self._searched(event_filter)
        place, passed = None, 0
        while passed < ordinal:
            wanted, span = ordinal - passed, search.span("older", place)
            ends = await self._asking.rows(select_farthest(self._mapped, search.test.maybe, span, wanted))
            if not ends:
                return None, passed
            ((moment, row_id, number),) = ends
            place = Place(moment, row_id)
            if search.test.is_exact:
                passed += number
            else:
                passed += (await self._tally.within(search, ALL, span._replace(end=place))).total()
            if number < wanted:
                return None, passed
        return place, passed
