"""From when to when a histogram reaches where its filter leaves that open: over what matches, no further than now."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from .event_filter import EventFilter, TimeRange
from .page import LAST_MOMENT, NEWEST, OLDEST, Direction, EventPage, Position

LEAST = timedelta(minutes=1)
"""Around a single event there are bars of seconds, and not of microseconds."""

Asked = Callable[[EventFilter, Position, Direction, int], Awaitable[EventPage]]


async def span_of_bars(event_filter: EventFilter, now: datetime, page: Asked) -> tuple[datetime, datetime] | None:
    """The first and the last moment (UTC) of the bars of a settled filter; None where there is nothing to count.

    An open beginning is the oldest match that `page` has. Where the beginning is given, an open end is `now`: of the
    last 30 days those without events are seen, too. Else it is the newest match until `now`, lest one clock that runs
    ahead makes everything else one bar; or the newest of all when all are later.
    """
    since, until = event_filter.time.ends
    first = since or _moment(await page(event_filter, OLDEST, "newer", 1))
    if first is None:
        return None
    if until is not None:
        last: datetime | None = until
    elif first > now:
        last = _moment(await page(event_filter, NEWEST, "older", 1))
    elif since is not None:
        last = now
    else:
        last = _moment(await page(event_filter.with_time(TimeRange(since=None, until=now)), NEWEST, "older", 1))
    if last is None or first > last:
        return None
    return (first, last) if since is not None else _widened(first, last, until or now)


def _moment(page: EventPage) -> datetime | None:
    return page.events[0].occurred_at if page.events else None


def _widened(first: datetime, last: datetime, end: datetime) -> tuple[datetime, datetime]:
    """What is shorter than LEAST, with a half of it more on either side, but nothing behind `end` unless `last` is."""
    if last - first >= LEAST:
        return first, last
    begin = first - min(LEAST / 2, first - OLDEST.occurred_at)
    return begin, max(last, min(last + min(LEAST / 2, LAST_MOMENT - last), end))
