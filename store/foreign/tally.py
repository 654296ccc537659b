"""Counting the rows of a foreign table: all at once where that is quick, else window by window until time is up."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement

from ..errors import QuestionTooLong
from ..event import Event
from ..page import NEWEST, Position
from .asking import Asking, Clock
from .mapped import ID, TIME, MappedTable
from .places import Places
from .search import Search
from .statements import Place, Span, is_odd, select_counts, select_farthest, select_rows
from .tested import UNKNOWN, Test

WHOLE_SECONDS = 4.0
"""How long it is tried to count everything in one statement: SQLite counts a million rows by their values in three."""

UNORDERED_SECONDS = 8.0
"""The same for a table that no index has in the order of time: there are no windows to count by instead."""

WINDOWS_SECONDS = 0.7
"""After so long a count by windows answers with what it has found. A window that has begun is counted to its end."""

FIRST_WINDOW, LARGEST_WINDOW = 20_000, 640_000
CHEAP_SECONDS, DEAR_SECONDS = 0.25, 1.0
"""After a window that took no longer the next one is twice as large, after one that took as long half as large."""

ROWS_AT_ONCE, UNORDERED_ROWS_AT_ONCE = 2_000, 20_000
"""So many rows are held at a time; more where no index has them in order, and each time the whole table is sorted."""

ROWS_IN_A_ROW = 500
"""So many are read before others are let on with their work."""

Group = tuple[Any, ...]


class Grouping(NamedTuple):
    """What events are counted by. Without `columns` only reading tells.

    `of_row` makes a group of what the columns hold, `of_event` of an event.
    """

    columns: Sequence[ColumnElement[Any]] | None
    of_row: Callable[[Sequence[Any]], Group]
    of_event: Callable[[Event], Group]


ALL = Grouping((), lambda values: (), lambda event: ())


class Tallied(NamedTuple):
    """Events by group: of all if `exact`, else of those from the newest to `reached`, from where it can go on."""

    counts: Counter[Group]
    exact: bool
    reached: Position | None = None


class Tally:
    """Counts events."""

    def __init__(self, mapped: MappedTable, asking: Asking, places: Places) -> None:
        self._mapped = mapped
        self._asking = asking
        self._places = places
        self._windows = dict.fromkeys((True, False), FIRST_WINDOW)
        """How many rows are counted at a time, where the database does it alone and where some have to be read."""

    async def count(self, search: Search, grouping: Grouping, after: Position | None = None) -> Tallied:
        """All events of a search, or as many as are found in time, those older than `after` if that is given."""
        has_order, patience = self._mapped.has_order, WINDOWS_SECONDS
        if has_order and after is None and grouping.columns is None and not search.event_filter.has_text_conditions:
            patience += WHOLE_SECONDS  # every row is read, of which nothing would be left after that time
        elif after is None and not (has_order and search.event_filter.has_text_conditions):
            most = WHOLE_SECONDS if has_order else UNORDERED_SECONDS
            with suppress(QuestionTooLong):
                return Tallied(await self.within(search, grouping, search.span("older"), Clock(most)), exact=True)
        if not has_order:
            return Tallied(Counter(), exact=False)
        return await self._by_windows(search, grouping, after, patience)

    async def within(
        self, search: Search, grouping: Grouping, span: Span, clock: Clock | None = None
    ) -> Counter[Group]:
        """All events of a span. Raises QuestionTooLong when the clock has no time left."""
        counts: Counter[Group] = Counter()
        test, odd = search.test, inf
        if grouping.columns is None or search.event_filter.has_text_conditions:
            test = Test(test.maybe, UNKNOWN.sure)
        else:
            odd = 0
            statement = select_counts(self._mapped, test, span, grouping.columns)
            for *values, number, sure in await self._asking.rows(statement, clock=clock):
                if sure:  # NULL for none at all
                    counts[grouping.of_row(values)] += int(sure)
                odd += number - int(sure or 0)
        if odd:
            counts += await self._odd(search._replace(test=test), grouping, span, odd, clock)
        return counts

    async def _by_windows(self, search: Search, grouping: Grouping, after: Position | None, patience: float) -> Tallied:
        counts: Counter[Group] = Counter()
        reached = after or NEWEST
        start = None if after is None else await self._places.of(after)
        if after is not None and start is None:
            return Tallied(counts, exact=False)  # where to go on from is not known: nothing is counted twice
        clock, is_counted = Clock(), grouping.columns is not None and search.test.is_exact
        while reached in (after, NEWEST) or clock.seconds < patience:
            began, size = clock.seconds, self._windows[is_counted]
            span = search.span("older", start)
            ends = await self._asking.rows(select_farthest(self._mapped, search.times.maybe, span, size), clock=clock)
            if not ends:
                return Tallied(counts, exact=True)
            ((moment, row_id, number),) = ends
            end = Place(moment, row_id)
            counts += await self.within(search, grouping, span._replace(end=end), clock)
            if number < size:
                return Tallied(counts, exact=True)
            start, reached = end, self._places.position(end, reached)
            self._windows[is_counted] = _next_window(size, clock.seconds - began)
        return Tallied(counts, exact=False, reached=reached)

    async def _odd(
        self, search: Search, grouping: Grouping, span: Span, odd: float, clock: Clock | None
    ) -> Counter[Group]:
        """The rows of a span that only reading tells of: so many, where that is known.

        They mostly lie at the ends of the filter's time, which are looked at first: all there is would have to be gone
        through to find those at the far one.
        """
        spans = self._ends(search, span) if odd < inf else ()
        if spans:
            counts: Counter[Group] = Counter()
            if sum([await self._read(search, grouping, each, odd, counts, clock) for each in spans]) == odd:
                return counts
        counts = Counter()
        await self._read(search, grouping, span, odd, counts, clock)
        return counts

    def _ends(self, search: Search, span: Span) -> Sequence[Span]:
        """The rows around the ends of the filter's time, none where these overlap."""
        around = [self._mapped.times.limits(moment, moment) for moment in search.event_filter.time.ends if moment]
        if len(around) == 2 and around[0].high >= around[1].low:
            return ()
        return [span._replace(limits=limits) for limits in around]

    async def _read(
        self,
        search: Search,
        grouping: Grouping,
        span: Span,
        odd: float,
        counts: Counter[Group],
        clock: Clock | None,
    ) -> int:
        """Count the rows of a span that only reading tells of, at most `odd`, and say how many these are."""
        limit, seen = ROWS_AT_ONCE if self._mapped.has_order else UNORDERED_ROWS_AT_ONCE, 0
        while seen < odd:  # without that, all that is left would be gone through to find no more of them
            rows = await self._asking.rows(select_rows(self._mapped, is_odd(search.test), span, limit), clock=clock)
            for place in range(0, len(rows), ROWS_IN_A_ROW):
                for row in rows[place : place + ROWS_IN_A_ROW]:
                    event = self._mapped.read(row)
                    if event is not None and search.event_filter.matches(event):
                        counts[grouping.of_event(event)] += 1
                await asyncio.sleep(0)
            seen += len(rows)
            if len(rows) < limit:
                break
            span = span._replace(start=Place(rows[-1][TIME], rows[-1][ID]), includes=False)
        return seen


def _next_window(size: int, seconds: float) -> int:
    """How large the next window is, after one that took so long."""
    if seconds > DEAR_SECONDS:
        return max(size // 2, min(size, FIRST_WINDOW))
    return min(2 * size, LARGEST_WINDOW) if seconds <= CHEAP_SECONDS else size
