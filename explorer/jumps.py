"""Where a jump in time leads: the row of the list to go to, found without reading what lies between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from .time_spans import last_before, next_after

if TYPE_CHECKING:
    from store import Direction, EventFilter, EventRepository, TimeRange


async def row_at(repository: EventRepository, settled: EventFilter, moment: datetime) -> int | None:
    """The row nearest to `moment` in time, the older one of two that are as near; None in an empty list."""
    from store import Position

    here = Position(occurred_at=moment)
    older = await repository.page(settled, here, "older", 1)
    newer = await repository.page(settled, here, "newer", 1)
    if not older.events and not newer.events:
        return None
    row = await repository.ordinal(settled, here)
    if not older.events:
        return row - 1
    is_newer_nearer = newer.events and (newer.events[0].occurred_at - moment < moment - older.events[0].occurred_at)
    return row - 1 if is_newer_nearer else row


async def row_before(repository: EventRepository, settled: EventFilter, moment: datetime) -> int | None:
    """The row of the newest event before `moment`, None when there is none."""
    from store import Position

    before = Position(occurred_at=last_before(moment))
    if not (await repository.page(settled, before, "older", 1)).events:
        return None
    return await repository.ordinal(settled, before)


async def first_since(repository: EventRepository, settled: EventFilter, moment: datetime) -> datetime | None:
    """When the first event at or after `moment` occurred, None when there is none."""
    from store import Position

    newer = await repository.page(settled, Position(occurred_at=last_before(moment)), "newer", 1)
    return newer.events[0].occurred_at if newer.events else None


async def row_in_neighbour(
    repository: EventRepository,
    settled: EventFilter,
    moment: datetime,
    direction: Direction,
    span_of: Callable[[datetime], tuple[datetime, datetime]],
) -> int | None:
    """The row of the newest event in the next span of time that has any, None when there is none.

    `span_of` says when the span that holds a moment begins and the next one does.
    """
    begin, end = span_of(moment)
    if direction == "older":
        return await row_before(repository, settled, begin)
    first = await first_since(repository, settled, max(end, next_after(moment)))
    return None if first is None else await row_before(repository, settled, max(span_of(first)[1], next_after(first)))


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
