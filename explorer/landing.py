"""Where to land in a log: the rows to show first around an event, and the filter under which a linked event is seen."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store import Event, EventFilter, EventPage, EventRepository, Position

    from .link import EventLink

MOST_AT_ONE_MOMENT = 1_000
"""So many events of one microsecond are looked through for one of them."""


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
    """The filter to show, the position to highlight in it (None: the newest event), whether the event exists.

    And in which environment it happened, if in any.
    """

    event_filter: EventFilter
    position: Position | None
    found: bool
    environment: str | None = None


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


async def is_listed(repository: EventRepository, settled: EventFilter, event: Event) -> bool:
    """Whether a list holds an event of the log: what belongs to something over several levels, only the log knows."""
    from store import Choice, EventFilter, Position

    if not settled.belongs_to:
        return settled.matches(event)
    if not settled.with_choice("belongs_to", Choice()).matches(event):
        return False
    belonging = EventFilter(
        time=settled.time, belongs_to=settled.belongs_to, event_names=Choice(included=(event.event_name,))
    )
    return await is_at(repository, belonging, Position.of(event))


async def is_at(repository: EventRepository, settled: EventFilter, position: Position) -> bool:
    """Whether a list has the event of a position there. Only what happened at its moment is read."""
    from store import NEWEST, TimeRange

    at = position.occurred_at
    if not settled.time.matches(at):
        return False
    moment = settled.with_time(TimeRange(since=at, until=at))
    page = await repository.page(moment, NEWEST, "older", MOST_AT_ONE_MOMENT)
    return any(event.id == position.id for event in page.events)


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
        if await is_listed(repository, each.settled(now), event):
            return Landing(each, Position.of(event), found=True, environment=event.environment)
    return Landing(EventFilter(time=everything), Position.of(event), found=True, environment=event.environment)
