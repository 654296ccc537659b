"""A list, and reading it page by page: what is found so far where it has to be searched for, and how far that came."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store import Direction, Event, EventFilter, EventPage, EventRepository, Position


class Listed(NamedTuple):
    """A list: a settled filter of a log called `database_name`."""

    repository: EventRepository
    settled: EventFilter
    database_name: str

    @property
    def is_searched(self) -> bool:
        """Whether its events have to be read for, so that it has no numbered rows."""
        return self.repository.needs_reading(self.settled)


class Search:
    """One way through a list."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self.reached: datetime | None = None
        """How far (UTC) it has come. None before the first answer, and when nothing is left to search for."""

    async def pages(self, start: Position, direction: Direction, limit: int) -> AsyncIterator[EventPage]:
        """The page from `start` on; of a search first what is found of it, again and again, up to the whole.

        Newer rows come only as a whole. Raises StoreError when the log cannot be read.
        """
        repository, settled, _ = self._listed
        is_older = direction == "older"
        found: tuple[Event, ...] = ()
        while True:
            page = await repository.page(settled, start, direction, limit - len(found))
            found = (*found, *page.events) if is_older else (*page.events, *found)
            searched_to = None if len(found) >= limit else page.searched_to
            self.reached = searched_to.occurred_at if searched_to else None
            if is_older or searched_to is None:
                yield page.model_copy(update={"events": found})
            if searched_to is None:
                return
            start = searched_to


class Searching:
    """The search of a list that goes on, if there is one: rows are on their way that no other list may replace."""

    def __init__(self) -> None:
        self._search: Search | None = None

    @contextmanager
    def through(self, listed: Listed) -> Iterator[Search]:
        """A search, told of as the one that goes on; one that is given up for it may end later than it begins."""
        search = self._search = Search(listed)
        try:
            yield search
        finally:
            if self._search is search:
                self._search = None

    @property
    def is_going_on(self) -> bool:
        return self._search is not None

    @property
    def reached(self) -> datetime | None:
        """How far back (UTC) it has come."""
        return self._search.reached if self._search else None

    def give_up(self) -> None:
        """What goes on is no longer wanted."""
        self._search = None
