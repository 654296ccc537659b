"""Reading through a log for texts and payload values: window after window of keys, from one end towards the other."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from .choice import ANY
from .combination_cache import CombinationCache
from .connections import Connections
from .event import Event
from .event_filter import EventFilter
from .held_connection import Rows
from .page import Direction, Position
from .parameters import place_parameters
from .rows import COMBINATION_REF, event_of
from .search import Search, SearchPlanner
from .stored_text import id_from_stored
from .text_statements import select_candidates, select_window
from .text_tests import TextTests
from .time_keys import LAST_KEY, SLOT_BITS, moment_of

FIRST_WINDOW = 2_000
LARGEST_WINDOW = 64_000
CHEAP_SECONDS = 0.05
"""While a window takes no longer, the next one is twice as large."""

MOST_ROWS = 1_000
"""So many events are held at a time."""


class Window(NamedTuple):
    """The keys `first` to `last`, how many of them are read, and the place of the one that is read last."""

    first: int
    last: int
    size: int
    farthest: Position


class TextScan:
    """One way through the events of a filter in one direction, from `start` to the end of its time.

    `reached` is the place up to which they are read, None once there is nothing left. The filter must be settled.
    """

    def __init__(
        self,
        connections: Connections,
        cache: CombinationCache,
        planner: SearchPlanner,
        tests: TextTests,
        event_filter: EventFilter,
        start: Position,
        direction: Direction,
    ) -> None:
        self._connections = connections
        self._cache = cache
        self._planner = planner
        self._tests = tests
        self._filter = event_filter
        self._tested = event_filter.with_choice("belongs_to", ANY)
        """Without what the search has seen to and no event can tell by itself."""
        self._start = start
        self._direction = direction
        self._key: int | None = None
        self._size = FIRST_WINDOW
        self.reached: Position | None = start

    async def go_on(self) -> Sequence[Event]:
        """The matching events of the next window, nearest first, at most MOST_ROWS."""
        started = time.monotonic()
        await self._cache.refresh()
        while True:
            search = await self._planner.search(self._filter)
            search = search and search.by_time
            window = None if search is None else await self._window(search)
            if search is None or window is None:
                self.reached = None
                return ()
            rows = await self._candidates(search, window)
            if rows is not None:
                break
        events = [event_of(row, self._cache.combinations) for row in rows]
        if len(rows) == MOST_ROWS:
            self._key, self.reached = rows[-1][0], Position.of(events[-1])
        else:
            self._key = window.first if self._direction == "older" else window.last
            self.reached = window.farthest if window.size == self._size else None
        if time.monotonic() - started <= CHEAP_SECONDS:
            self._size = min(2 * self._size, LARGEST_WINDOW)
        return [event for event in events if self._tested.matches(event)]

    async def _window(self, search: Search) -> Window | None:
        """The next window, None where no event is left."""
        places = search.places_left(self._planner.place_of(self._start), self._direction, self._key)
        if places is None:
            return None
        statement = select_window(self._connections.dialect, search.plan, self._direction)
        rows = await self._connections.rows(statement, {**search.parameters, **places, "limit": self._size})
        for first, last, count, occurred_at, stored_id in rows:
            key = first if self._direction == "older" else last
            moment = moment_of(key >> SLOT_BITS if occurred_at is None else occurred_at)
            farthest = Position(occurred_at=moment, id=id_from_stored(stored_id))
            return Window(first, last, count, farthest)
        return None

    async def _candidates(self, search: Search, window: Window) -> Rows | None:
        """Rows of the events of a window that may match. None when the cache of combinations was behind."""
        test, parameters = await self._tests.of(self._filter)
        statement = select_candidates(self._connections.dialect, search.plan, self._direction, test)
        places = place_parameters("low", search.since, time_key=window.first)
        places |= place_parameters("high", search.until, time_key=window.last + 1)
        # The keys say where a window ends. Its size would cut off its end where an event has come in since.
        span = {"first": window.first, "last": window.last, "limit": LAST_KEY, "most": MOST_ROWS}
        rows = await self._connections.rows(statement, {**search.parameters, **parameters, **places, **span})
        return None if await self._cache.misses(row[COMBINATION_REF] for row in rows) else rows
