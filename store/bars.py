"""Matching events over time: how wide the bars of a histogram are, and what is counted for each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime, timedelta
from typing import NamedTuple

from .combination_cache import mask
from .connections import Connections, ReadRows
from .count_statements import (
    FAILURE,
    LEFT,
    RIGHT,
    select_bars,
    select_bars_at_once,
    select_buckets,
    select_whether_any_within,
)
from .page import Histogram, HistogramBar
from .parameters import ladder_parameters, place_parameters
from .parts import Part
from .search import Search
from .statements import select_keys_at
from .time_keys import FIRST, HOUR, LAST, LEVELS, SLOTS, ladder, moment_of

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * HOUR
WIDTHS: tuple[int, ...] = (
    *(1, 10, 100, 1_000, 10_000, 100_000),
    *(SECOND * number for number in (1, 2, 5, 10, 15, 30)),
    *(MINUTE * number for number in (1, 2, 5, 10, 15, 30)),
    *(HOUR * number for number in (1, 2, 4, 8, 12)),
    *(DAY << doublings for doublings in range(23)),
)
"""Microseconds a bar may be wide; two of the widest hold the calendar. From an hour on a bar is one, two or three whole
buckets of some level."""

LEAST_BARS = 2
MOST_LOOKED_UP = 1_000
"""Up to so many buckets are looked up one by one, which needs no sorting. There may be more in the whole calendar."""


class Counted(NamedTuple):
    """Events of a bar, and how many of these tell of a failure."""

    events: int = 0
    failures: int = 0

    def plus(self, events: int, failures: int) -> "Counted":
        return Counted(self.events + events, self.failures + failures)


class Bars:
    """Counts events by bars of time, from the rollup where the bars are whole buckets of it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def histogram(self, search: Search, failures: bytes, since: int, until: int, most_bars: int) -> Histogram:
        """Bars over the microseconds from `since` to just before `until`; `failures` is a mask of combinations."""
        width = width_for(since, until, max(most_bars, LEAST_BARS))
        async with self.reading(search, width) as read:
            counted = await self.counted(read, search, since, until, width, failures)
        return Histogram(
            width=timedelta(microseconds=width),
            bars=tuple(
                HistogramBar(
                    since=moment_within(bar * width),
                    until=moment_within((bar + 1) * width),
                    count=counted[bar].events,
                    failures=counted[bar].failures,
                )
                for bar in range(since // width, -(-until // width))
            ),
        )

    def reading(self, search: Search, width: int) -> AbstractAsyncContextManager[ReadRows]:
        """How to read bars of that width: what is taken away must be of the moment of what it is taken from."""
        parts = search.parts(masked=True)
        several = len(parts) > 1 or any(self._is_read_once(part, width) for part in parts)
        return self._connections.at_one_moment() if several else nullcontext(self._connections.rows)

    def _is_read_once(self, part: Part, width: int) -> bool:
        """Whether all events of a part are read at once and put into bars, not those of one bar after another."""
        is_alone = part.plan.driver is None and not self._connections.dialect.reads_spans_apart
        return not _is_in_rollup(part, width) and (part.plan.many or is_alone)

    async def counted(
        self, read: ReadRows, search: Search, since: int, until: int, width: int, failures: bytes | None = None
    ) -> Mapping[int, Counted]:
        """What each bar of `width` holds of a span, by its number from 1970; failures only where they are given."""
        since, until = max(since, search.since), min(until, search.until)
        counted: defaultdict[int, Counted] = defaultdict(Counted)
        if since >= until:
            return counted
        parameters = {**search.parameters, "failures": failures or mask(())}
        for part in search.parts(masked=True):
            if _is_in_rollup(part, width):
                found = await self._from_rollup(read, part, parameters, since, until, width, failures is not None)
            else:
                found = await self._one_by_one(read, part, parameters, since, until, width)
            for bar, events, failed in found:
                counted[bar] = counted[bar].plus(part.sign * events, part.sign * failed)
        return counted

    async def _from_rollup(
        self,
        read: ReadRows,
        part: Part,
        parameters: Mapping[str, object],
        since: int,
        until: int,
        width: int,
        failing: bool,
    ) -> Sequence[tuple[int, int, int]]:
        coarsest = max(level for level, bucket_width in enumerate(LEVELS) if width % bucket_width == 0)
        cut, dialect = ladder(since, until, coarsest), self._connections.dialect
        places = place_parameters("low", since) | place_parameters("high", until)
        one_by_one = sum(piece.beyond - piece.first for piece in cut.pieces) <= MOST_LOOKED_UP
        places |= ladder_parameters(cut, dialect.span_list, one_by_one=one_by_one)
        rows = await read(select_buckets(dialect, part, failing, one_by_one), {**parameters, **places})
        starts = {LEFT: since, RIGHT: cut.right_since}
        return [
            (
                (starts[level] if level in starts else bucket * LEVELS[level]) // width,
                weighed % FAILURE,
                weighed // FAILURE,
            )
            for level, bucket, weighed in rows
        ]

    async def _one_by_one(
        self, read: ReadRows, part: Part, parameters: Mapping[str, object], since: int, until: int, width: int
    ) -> Sequence[tuple[int, int, int]]:
        dialect = self._connections.dialect
        edges = [since, *range((since // width + 1) * width, until, width), until]
        if self._is_read_once(part, width):
            return await self._at_once(read, part, parameters, edges, width)
        rows = await read(select_bars(dialect, part), {**parameters, "times": dialect.references(edges)})
        return [(time // width, weighed % FAILURE, weighed // FAILURE) for time, weighed in rows]

    async def _at_once(
        self, read: ReadRows, part: Part, parameters: Mapping[str, object], edges: Sequence[int], width: int
    ) -> Sequence[tuple[int, int, int]]:
        dialect, first = self._connections.dialect, edges[0] // width
        rows = await read(select_keys_at(dialect), {"times": dialect.references(edges)})
        keys = {time: key for time, key in rows}
        run_on = dialect.span_list((0, edge * SLOTS, keys[edge]) for edge in edges[1:])
        ((runs_on,),) = await read(select_whether_any_within(dialect), {"spans": run_on})
        places = place_parameters("low", edges[0]) | place_parameters("high", edges[-1])
        rows = await read(
            select_bars_at_once(dialect, part, bool(runs_on)),
            {**parameters, **places, "base": first * width, "width": width},
        )
        return [(first + bar, weighed % FAILURE, weighed // FAILURE) for bar, weighed in rows]


def _is_in_rollup(part: Part, width: int) -> bool:
    """Whether bars of that width are whole buckets of the rollup, in which the part is counted."""
    return part.by_rollup and width >= HOUR


def width_for(since: int, until: int, most_bars: int) -> int:
    """The least width with which bars at whole multiples of it reach over that span in at most `most_bars`."""
    return next((width for width in WIDTHS if -(-until // width) - since // width <= most_bars), WIDTHS[-1])


def moment_within(number: int) -> datetime:
    """A moment for every edge of a bar: one beyond the calendar becomes its first or last."""
    return moment_of(max(FIRST, min(number, LAST)))
