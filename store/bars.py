"""Matching events over time: how wide the bars of a histogram are, and what is counted for each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from .conditions import Plan, place_parameters
from .connections import Connections
from .count_statements import FAILURE, LEFT, RIGHT, ladder_parameters, select_bars, select_buckets
from .page import Histogram, HistogramBar
from .search import Search
from .statements import select_first_and_last_time, select_keys_at
from .time_keys import FIRST, HOUR, LAST, LEVELS, ladder, microseconds, moment_of

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


class Bars:
    """Counts events by bars of time, from the rollup where the bars are whole buckets of it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def span(self, since: datetime | None, until: datetime | None, now: datetime) -> tuple[int, int] | None:
        """The microseconds that a histogram reaches over, the end not included; None when there is no event.

        An open beginning is the oldest event. An open end is `now`, lest one clock that runs ahead makes everything
        else one bar; or the newest event when all are later.
        """
        first = None if since is None else microseconds(since)
        last = microseconds(now if until is None else until)
        if first is None or (until is None and first > last):
            ((oldest, newest),) = await self._connections.rows(select_first_and_last_time())
            if oldest is None:
                return None
            first = oldest if first is None else first
            if until is None and first > last:
                last = newest
        return first, last + 1

    async def histogram(self, search: Search, failures: bytes, since: int, until: int, most_bars: int) -> Histogram:
        """Bars over the microseconds from `since` to just before `until`; `failures` is a mask of combinations."""
        width = width_for(since, until, max(most_bars, LEAST_BARS))
        first = since // width
        counts: Counter[int] = Counter()
        failed: Counter[int] = Counter()
        for bar, count, failure_count in await self._counted(search, failures, since, until, width):
            counts[bar - first] += count
            failed[bar - first] += failure_count
        places = range(-(-until // width) - first)
        return Histogram(
            width=timedelta(microseconds=width),
            bars=tuple(
                HistogramBar(
                    since=_moment((first + place) * width),
                    until=_moment((first + place + 1) * width),
                    count=counts[place],
                    failures=failed[place],
                )
                for place in places
            ),
        )

    async def _counted(
        self, search: Search, failures: bytes, since: int, until: int, width: int
    ) -> Sequence[tuple[int, int, int]]:
        """Bar (counted from 1970), events and failures; of one bar there may be several."""
        since, until = max(since, search.since), min(until, search.until)
        if since >= until:
            return []
        parameters = {**search.parameters, "failures": failures}
        plan = search.plan
        if search.by_id or width < HOUR:
            if not search.by_id:
                plan = Plan(excluded=plan.excluded, masked=search.combinations is not None)
            return await self._one_by_one(plan, "included", parameters, since, until, width)
        found = list(await self._from_rollup(search, parameters, since, until, width))
        for number, column in enumerate(plan.excluded):
            # An event with two excluded references must be taken away once.
            excluded = Plan(column, excluded=plan.excluded[:number], masked=search.combinations is not None)
            taken = await self._one_by_one(excluded, "excluded", parameters, since, until, width)
            found += [(bar, -count, -failure_count) for bar, count, failure_count in taken]
        return found

    async def _from_rollup(
        self, search: Search, parameters: dict[str, object], since: int, until: int, width: int
    ) -> Iterable[tuple[int, int, int]]:
        coarsest = max(level for level, bucket_width in enumerate(LEVELS) if width % bucket_width == 0)
        pieces = ladder(since, until, coarsest)
        places = place_parameters("low", since) | place_parameters("high", until) | ladder_parameters(pieces)
        statement = select_buckets(self._connections.dialect, search.combinations is not None, failing=True)
        rows = await self._connections.rows(statement, {**parameters, **places})
        starts = {LEFT: since, RIGHT: pieces.right_since}
        return [
            ((starts[level] if level in starts else bucket * LEVELS[level]) // width, count, failure_count)
            for level, bucket, count, failure_count in rows
        ]

    async def _one_by_one(
        self, plan: Plan, side: str, parameters: dict[str, object], since: int, until: int, width: int
    ) -> Sequence[tuple[int, int, int]]:
        dialect = self._connections.dialect
        edges = [since, *range((since // width + 1) * width, until, width), until]
        rows = await self._connections.rows(select_keys_at(dialect), {"times": dialect.references(edges)})
        keys = {time: key for time, key in rows}
        spans = [(since // width, keys[since], keys[until]) for since, until in pairwise(edges)]
        rows = await self._connections.rows(
            select_bars(dialect, plan, side),
            {**parameters, "spans": dialect.span_list(span for span in spans if span[1] < span[2])},
        )
        return [(bar, weighed % FAILURE, weighed // FAILURE) for bar, weighed in rows]


def width_for(since: int, until: int, most_bars: int) -> int:
    """The least width with which bars at whole multiples of it reach over that span in at most `most_bars`."""
    return next((width for width in WIDTHS if -(-until // width) - since // width <= most_bars), WIDTHS[-1])


def _moment(number: int) -> datetime:
    """A moment for every edge of a bar: one beyond the calendar becomes its first or last."""
    return moment_of(max(FIRST, min(number, LAST)))
