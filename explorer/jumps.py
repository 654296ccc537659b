"""Where a jump in time leads: the event of the list to go to, found without reading what lies between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from .landing import rows_around
from .time_spans import last_before, next_after
from .widgets.loaded_rows import PAGE_SIZE

if TYPE_CHECKING:
    from store import Count, Direction, Event, EventFilter, EventRepository, TimeRange

    from .searching import Listed
    from .widgets.event_table import EventTable


async def go_to(table: EventTable, listed: Listed, event: Event, count: Count | None) -> bool:
    """Highlight an event of the list. False when it was in memory; True when rows were read anew, `count` or more.

    Rows in memory are numbered as they were read, and the log may have grown since.
    """
    from store import Position

    row, generation = table.rows.ordinal_of(event), table.generation
    if row is not None:
        table.go_to(row)
        return False
    rows = await rows_around(listed.repository, listed.settled, Position.of(event), PAGE_SIZE)
    if generation != table.generation:
        return False
    total = count.number if count and count.exact else None
    table.show_list(rows.first, rows.page, rows.cursor, table.size.height // 2, total)
    return True


async def event_at(repository: EventRepository, settled: EventFilter, moment: datetime) -> Event | None:
    """The event nearest to `moment` in time, the older one of two that are as near; None in an empty list."""
    from store import Position

    here = Position(occurred_at=moment)
    older = (await repository.page(settled, here, "older", 1)).events
    newer = (await repository.page(settled, here, "newer", 1)).events
    return min((*older, *newer), key=lambda event: abs(event.occurred_at - moment), default=None)


async def newest_before(repository: EventRepository, settled: EventFilter, moment: datetime) -> Event | None:
    """The newest event before `moment`, None when there is none."""
    from store import Position

    page = await repository.page(settled, Position(occurred_at=last_before(moment)), "older", 1)
    return page.events[0] if page.events else None


async def first_since(repository: EventRepository, settled: EventFilter, moment: datetime) -> datetime | None:
    """When the first event at or after `moment` occurred, None when there is none."""
    from store import Position

    newer = await repository.page(settled, Position(occurred_at=last_before(moment)), "newer", 1)
    return newer.events[0].occurred_at if newer.events else None


async def newest_in_neighbour(
    repository: EventRepository,
    settled: EventFilter,
    direction: Direction,
    span_of: Callable[[datetime], tuple[datetime, datetime]],
    here: Event,
) -> Event | None:
    """The newest event in the next span of time from `here` that has any, None when there is none.

    `span_of` says when the span that holds a moment begins and the next one does.
    """
    begin, end = span_of(here.occurred_at)
    if direction == "older":
        return await newest_before(repository, settled, begin)
    first = await first_since(repository, settled, max(end, next_after(here.occurred_at)))
    if first is None:
        return None
    return await newest_before(repository, settled, max(span_of(first)[1], next_after(first)))


async def widened(
    repository: EventRepository, event_filter: EventFilter, since: datetime, until: datetime, now: datetime
) -> TimeRange:
    """From `since` to just before `until`, an end being open where nothing that matches lies beyond it."""
    from store import NEWEST, OLDEST, TimeRange

    ever = event_filter.with_time(TimeRange(since=None))
    oldest = (await repository.page(ever, OLDEST, "newer", 1)).events
    newest = (await repository.page(ever, NEWEST, "older", 1)).events
    last = max(now, newest[0].occurred_at) if newest else now
    return TimeRange(
        since=since if oldest and since > oldest[0].occurred_at else None,
        until=last_before(until) if until <= last else None,
    )
