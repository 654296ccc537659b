"""Everything a filter means, page after page, of which only one is held."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from store import NEWEST, OLDEST, Position

if TYPE_CHECKING:
    from store import Direction, EventFilter, EventPage, EventRepository

FIRST_EVENTS, MOST_EVENTS = 100, 2_000
MOST_CHARACTERS = 8_000_000
"""About so much payload a page may hold: where events are large, it has fewer of them."""


async def pages(
    repository: EventRepository, event_filter: EventFilter, direction: Direction, limit: int | None = None
) -> AsyncGenerator[EventPage, None]:
    """The events of a settled filter from one end to the other: to the older side, or to the newer one.

    With a `limit` at most so many, on both ways the newest ones. A page of an unfinished search holds what was found
    until then, perhaps nothing. Within a page the newest event comes first, whichever the direction.
    """
    older = direction == "older"
    position = NEWEST if older else OLDEST if limit is None else await _before_newest(repository, event_filter, limit)
    left, size = limit, FIRST_EVENTS
    while left is None or left > 0:
        page = await repository.page(event_filter, position, direction, size if left is None else min(left, size))
        if page.events or page.searched_to is not None:
            yield page
        if page.searched_to is not None:
            position = page.searched_to
        elif page.events and (page.has_older if older else page.has_newer):
            position = Position.of(page.events[-1 if older else 0])
        else:
            return
        left = None if left is None else left - len(page.events)
        size = _next_size(page, size)


async def _before_newest(repository: EventRepository, event_filter: EventFilter, limit: int) -> Position:
    """The place than which `limit` matching events are newer."""
    beyond = await repository.page_at(event_filter, limit, 1)
    return Position.of(beyond.events[0]) if beyond.events else OLDEST


def _next_size(page: EventPage, size: int) -> int:
    characters = sum(len(event.payload or "") + len(event.request or "") for event in page.events)
    if characters > MOST_CHARACTERS:
        return max(1, size * MOST_CHARACTERS // characters)
    return min(MOST_EVENTS, 2 * size) if 2 * characters < MOST_CHARACTERS else size
