"""Going through the rows of a foreign table in one direction, and reading those that may match."""

import time
from collections.abc import Sequence
from typing import Any

from ..event import Event
from ..page import Direction, Position
from .asking import Asking
from .fields import is_unsendable
from .mapped import ID, TIME, MappedTable
from .places import Places
from .search import Search
from .statements import Place, Span, select_farthest, select_rows

MOST_ROWS = 2_000
"""So many rows are held at a time."""

FIRST_WINDOW, LARGEST_WINDOW = 5_000, 160_000
CHEAP_SECONDS = 0.05
"""While a window takes no longer, the next one is twice as large."""


class Scan:
    """The events of a search from `start` on. `reached` is how far it came, None once there is nothing left.

    Where rows have to be found by going through the table, this is done in windows of so many rows, if an index has
    them in the order of time.
    """

    def __init__(
        self, mapped: MappedTable, asking: Asking, places: Places, search: Search, span: Span, start: Position
    ) -> None:
        self._mapped = mapped
        self._asking = asking
        self._places = places
        self._search = search
        self._span = span
        self._size = FIRST_WINDOW
        self._is_windowed = search.is_read and mapped.has_order
        self.reached: Position | None = start

    async def go_on(self, limit: int) -> Sequence[Event]:
        """Some of the next events, the nearest first, about as many as `limit` if they are quickly found."""
        return await (self._next_window() if self._is_windowed else self._next_rows(limit))

    async def _next_rows(self, limit: int) -> Sequence[Event]:
        most = min(limit, MOST_ROWS)
        rows = await self._asking.rows(select_rows(self._mapped, self._search.test.maybe, self._span, most))
        self._go_to(_last_place(self._mapped, rows) if len(rows) == most else None)
        return self._events(rows)

    async def _next_window(self) -> Sequence[Event]:
        started = time.monotonic()
        ends = await self._asking.rows(select_farthest(self._mapped, self._search.times.maybe, self._span, self._size))
        if not ends:
            self._go_to(None)
            return ()
        ((moment, row_id, number),) = ends
        end = Place(moment, row_id)
        within = self._span._replace(end=end)
        rows = await self._asking.rows(select_rows(self._mapped, self._search.test.maybe, within, MOST_ROWS))
        if len(rows) == MOST_ROWS:
            self._go_to(_last_place(self._mapped, rows))
        else:
            self._go_to(end if number == self._size else None)
        if time.monotonic() - started <= CHEAP_SECONDS:
            self._size = min(2 * self._size, LARGEST_WINDOW)
        return self._events(rows)

    def _go_to(self, place: Place | None) -> None:
        if place is None or self.reached is None:
            self.reached = None
            return
        self._span = self._span._replace(start=place, includes=False)
        self.reached = self._places.position(place, self.reached)

    def _events(self, rows: Sequence[Sequence[Any]]) -> Sequence[Event]:
        self._places.remember(rows)
        read = (self._mapped.read(row) for row in rows)
        events = [event for event in read if event is not None]
        if self._search.test.is_exact:
            return events
        return [event for event in events if self._search.event_filter.matches(event)]


def _last_place(mapped: MappedTable, rows: Sequence[Sequence[Any]]) -> Place | None:
    """The place of the last row that a database can be told of again."""
    for row in reversed(rows):
        if not any(isinstance(part, str) and is_unsendable(part) for part in (row[TIME], row[ID])):
            return Place(row[TIME], row[ID])
    return None


def opposite(direction: Direction) -> Direction:
    """The other direction."""
    return "newer" if direction == "older" else "older"
