"""Counting the rows of a foreign table: all at once where that is quick, else window by window until time is up."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement

from ..errors import QuestionTooLong
from ..event import Event
from ..page import NEWEST, Position
from .asking import Asking
from .mapped import ID, TIME, MappedTable
from .places import Places
from .search import Search
from .statements import Place, Span, is_odd, select_counts, select_farthest, select_rows
from .tested import UNKNOWN, Test

WHOLE_SECONDS = 2.0
"""How long it is tried to count everything in one statement."""

UNORDERED_SECONDS = 8.0
"""The same for a table that no index has in the order of time: there are no windows to count by instead."""

WINDOWS_SECONDS = 0.7
"""After so long a count answers with what it has found. A window that has begun is counted to its end."""

FIRST_WINDOW, LARGEST_WINDOW = 20_000, 640_000
CHEAP_SECONDS = 0.1
ROWS_AT_ONCE, UNORDERED_ROWS_AT_ONCE = 2_000, 20_000
"""So many rows are held at a time; more where no index has them in order, and each time the whole table is sorted."""

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

    async def count(self, search: Search, grouping: Grouping, after: Position | None = None) -> Tallied:
        """All events of a search, or as many as are found in time, those older than `after` if that is given."""
        has_order = self._mapped.has_order
        if after is None and not (has_order and search.event_filter.has_text_conditions):
            try:
                async with asyncio.timeout(WHOLE_SECONDS if has_order else UNORDERED_SECONDS):
                    return Tallied(await self.within(search, grouping, search.span("older")), exact=True)
            except (TimeoutError, QuestionTooLong):
                pass
        if not has_order:
            return Tallied(Counter(), exact=False)
        return await self._by_windows(search, grouping, after)

    async def within(self, search: Search, grouping: Grouping, span: Span) -> Counter[Group]:
        """All events of a span, however long it takes."""
        counts: Counter[Group] = Counter()
        test, odd = search.test, 1
        if grouping.columns is None or search.event_filter.has_text_conditions:
            test = Test(test.maybe, UNKNOWN.sure)
        else:
            odd = 0
            for *values, number, sure in await self._asking.rows(
                select_counts(self._mapped, test, span, grouping.columns)
            ):
                if sure:  # NULL for none at all
                    counts[grouping.of_row(values)] += int(sure)
                odd += number - int(sure or 0)
        if odd:
            await self._read(search, test, grouping, span, counts)
        return counts

    async def _by_windows(self, search: Search, grouping: Grouping, after: Position | None) -> Tallied:
        counts: Counter[Group] = Counter()
        reached = after or NEWEST
        start = None if after is None else await self._places.of(after)
        if after is not None and start is None:
            return Tallied(counts, exact=False)  # where to go on from is not known: nothing is counted twice
        deadline, size = time.monotonic() + WINDOWS_SECONDS, FIRST_WINDOW
        while reached in (after, NEWEST) or time.monotonic() < deadline:
            started = time.monotonic()
            span = search.span("older", start)
            ends = await self._asking.rows(select_farthest(self._mapped, search.times.maybe, span, size))
            if not ends:
                return Tallied(counts, exact=True)
            ((moment, row_id, number),) = ends
            end = Place(moment, row_id)
            counts += await self.within(search, grouping, span._replace(end=end))
            if number < size:
                return Tallied(counts, exact=True)
            start, reached = end, self._places.position(end, reached)
            if time.monotonic() - started <= CHEAP_SECONDS:
                size = min(2 * size, LARGEST_WINDOW)
        return Tallied(counts, exact=False, reached=reached)

    async def _read(self, search: Search, test: Test, grouping: Grouping, span: Span, counts: Counter[Group]) -> None:
        """Count the rows of a span that only reading tells of."""
        most = ROWS_AT_ONCE if self._mapped.has_order else UNORDERED_ROWS_AT_ONCE
        while True:
            rows = await self._asking.rows(select_rows(self._mapped, is_odd(test), span, most))
            for row in rows:
                event = self._mapped.read(row)
                if event is not None and search.event_filter.matches(event):
                    counts[grouping.of_event(event)] += 1
            if len(rows) < most:
                return
            span = span._replace(start=Place(rows[-1][TIME], rows[-1][ID]), includes=False)
