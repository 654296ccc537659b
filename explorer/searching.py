"""A list, and reading it page by page: what is found so far where it has to be searched for, and how far that came."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store import Direction, Event, EventFilter, EventPage, EventRepository, Position

    from .widgets.loaded_rows import LoadedRows


class Listed(NamedTuple):
    """A list: a filter of a log called `database_name`, as chosen and settled. With `folds`, each trace is one row."""

    repository: EventRepository
    chosen: EventFilter
    settled: EventFilter
    database_name: str
    folds: bool = False

    @property
    def is_searched(self) -> bool:
        """Whether rows have to be read for: they have no numbers, and how many there are is known when all are read."""
        return self.folds or self.repository.needs_reading(self.settled)

    def ends_before(self, now: datetime) -> bool:
        """Whether the list ends before `now` (aware): what happens then is not in it."""
        until = self.settled.time.ends[1]
        return until is not None and until < now

    @property
    def can_fold(self) -> bool:
        """Whether traces can be folded: not where events are searched for, and not a trace that is asked for."""
        is_found = self.repository.folds_traces and not self.repository.needs_reading(self.settled)
        return is_found and not self.settled.trace_ids.included


class Searched(NamedTuple):
    """How far back (UTC) a search that is not over has come, None at its beginning; and whether it goes on or rests."""

    reached: datetime | None
    goes_on: bool


class Search:
    """One way through a list."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self.reached: datetime | None = None
        """How far (UTC) it has come. None before the first answer, and when nothing is left to search for."""
        self.is_over = False
        """Whether nothing is left to search for."""
        self.goes_on_at: Position | None = None
        """Where it goes on. None before the first answer, and when nothing is left to search for."""

    async def pages(self, start: Position, direction: Direction, limit: int) -> AsyncIterator[EventPage]:
        """The page from `start` on; of a search first what is found of it, again and again, up to the whole.

        A page with `searched_to` is not the whole yet. Newer rows come only as a whole. Raises StoreError when the log
        cannot be read.
        """
        repository, settled = self._listed.repository, self._listed.settled
        ask = repository.folded_page if self._listed.folds else repository.page
        is_older = direction == "older"
        found: tuple[Event, ...] = ()
        while True:
            page = await ask(settled, start, direction, limit - len(found))
            found = (*found, *page.events) if is_older else (*page.events, *found)
            searched_to = None if len(found) >= limit else page.searched_to
            self.reached, self.is_over = searched_to.occurred_at if searched_to else None, searched_to is None
            self.goes_on_at = searched_to
            if is_older or searched_to is None:
                yield page.replaced(events=found, searched_to=searched_to)
            if searched_to is None:
                return
            start = searched_to

    async def whole_page(self, start: Position, limit: int) -> EventPage:
        """The rows older than `start` once they are all found."""
        return [page async for page in self.pages(start, "older", limit)][-1]

    async def page_at(self, ordinal: int, limit: int) -> EventPage:
        """The rows from the one with `ordinal` rows newer than it, read for from the newest on."""
        from store import NEWEST

        page = await self.whole_page(NEWEST, ordinal + limit)
        return page.replaced(events=page.events[ordinal:], has_newer=ordinal > 0)


class Searching:
    """The search of a list that goes on, if there is one: rows are on their way that no other list may replace."""

    def __init__(self) -> None:
        self._search: Search | None = None
        self.given_up: Search | None = None
        """The last one, if it was given up and not taken up again."""

    @contextmanager
    def through(self, listed: Listed) -> Iterator[Search]:
        """A search, told of as the one that goes on; one that is given up for it may end later than it begins."""
        search = self._search = Search(listed)
        self.given_up = None
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

    def place(self, listed: Listed | None, asked: Listed | None, rows: LoadedRows) -> Searched | None:
        """How far the search of a list has come that is not over; between two pages it has come to its last row.

        On the way to the end it goes on between two pages, too. None where another list is `asked` for.
        """
        is_on_the_way = rows.end_is_wanted and not rows.end_is_known
        goes_on = is_on_the_way or (self._search is not None and not self._search.is_over)
        if listed is None or listed is not asked or not listed.is_searched or (rows.end_is_known and not goes_on):
            return None
        last = rows.row(rows.found.number - 1)
        rests_at = self.given_up.reached if self.given_up else None
        reached = self.reached or ((rests_at or last.occurred_at) if last else None)
        return Searched(reached, goes_on=goes_on) if goes_on or reached else None

    def forget(self) -> None:
        """Another list is asked for: what goes on may end later, and what was given up is not taken up again."""
        self.given_up = self._search = None

    def give_up(self) -> None:
        """What goes on is no longer wanted."""
        self.given_up, self._search = self._search, None
