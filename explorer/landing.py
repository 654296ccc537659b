"""Where to land in a log: the rows to show first around an event, and the filter under which a linked event is seen."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store import EventFilter, EventPage, EventRepository, Position

    from .link import EventLink


class Place(NamedTuple):
    """Where the user was, to come back to."""

    event_filter: EventFilter
    position: Position | None
    screen_row: int


class FirstRows(NamedTuple):
    """A page that begins at the row `first`, and the row `cursor` to highlight."""

    first: int
    page: EventPage
    cursor: int


class Landing(NamedTuple):
    """The filter to show, the position to highlight in it (None: the newest event), and whether the event exists."""

    event_filter: EventFilter
    position: Position | None
    found: bool


async def rows_around(
    repository: EventRepository, settled: EventFilter, position: Position | None, page_size: int
) -> FirstRows:
    """The rows with the event at `position`, or the next older match where it does not match; else the newest rows."""
    from store import NEWEST

    cursor = 0 if position is None else await repository.ordinal(settled, position)
    if cursor:
        first = cursor - cursor % page_size
        page = await repository.page_at(settled, first, page_size)
        if not page.events and first:
            first -= page_size
            page = await repository.page_at(settled, first, page_size)
        if page.events:
            return FirstRows(first, page, min(cursor, first + len(page.events) - 1))
    return FirstRows(0, await repository.page(settled, NEWEST, "older", page_size), 0)


async def landing_of(repository: EventRepository, link: EventLink, now: datetime) -> Landing:
    """Where `link` leads at `now`: to the list it was copied from, or to the whole log where that list has moved on."""
    from store import EventFilter, Position, TimeRange

    everything = TimeRange(since=None)
    asked = link.event_filter or EventFilter()
    event = await repository.event(link.event_id)
    if event is None:
        nearest = Position(occurred_at=link.occurred_at) if link.occurred_at else None
        return Landing(EventFilter(time=everything), nearest, found=False)
    for each in (asked, asked.with_time(everything)):
        if each.settled(now).matches(event):
            return Landing(each, Position.of(event), found=True)
    return Landing(EventFilter(time=everything), Position.of(event), found=True)
