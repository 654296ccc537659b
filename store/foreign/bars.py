"""The events of a foreign table over time, counted as far as time allows."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ..bars import moment_within, width_for
from ..event import Event
from ..event_filter import EventFilter, TimeRange
from ..page import Histogram, HistogramBar
from ..time_keys import microseconds
from ..vocabulary import EVENT_NAMES
from .mapped import MappedTable
from .search import SearchPlanner
from .tally import Group, Grouping, Tally


async def histogram(
    mapped: MappedTable,
    planner: SearchPlanner,
    tally: Tally,
    event_filter: EventFilter,
    span: tuple[datetime, datetime],
    most_bars: int,
) -> Histogram:
    """Bars over a span of time (UTC), both ends included. It begins with the filter, or else with the first event."""
    since, until = microseconds(span[0]), microseconds(span[1]) + 1
    width = width_for(since, until, max(2, most_bars))
    within = event_filter.with_time(TimeRange(since=event_filter.time.ends[0], until=span[1]))
    tallied = await tally.count(await planner.search(within), _grouping(mapped, width))
    counts: Counter[int] = Counter()
    failures: Counter[int] = Counter()
    for (bar, event_name), number in tallied.counts.items():
        counts[bar] += number
        failures[bar] += number if EVENT_NAMES.kind(event_name) == "failure" else 0
    return Histogram(
        width=timedelta(microseconds=width),
        bars=tuple(
            HistogramBar(
                since=moment_within(bar * width),
                until=moment_within((bar + 1) * width),
                count=counts[bar],
                failures=failures[bar],
            )
            for bar in range(since // width, -(-until // width))
        ),
        counted_since=None if tallied.exact else tallied.reached.occurred_at if tallied.reached else span[1],
    )


def _grouping(mapped: MappedTable, width: int) -> Grouping:
    bucket, name = mapped.times.bucket(width), mapped.fields["event_name"].text

    def of_row(values: Sequence[Any]) -> Group:
        return mapped.times.bar(values[0], width), values[1]

    def of_event(event: Event) -> Group:
        return microseconds(event.occurred_at) // width, event.event_name

    return Grouping(None if bucket is None or name is None else (bucket, name), of_row, of_event)
