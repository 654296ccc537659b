"""The answers to filters with conditions on texts and payloads, for which events must be read."""

import time
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from .combination_cache import CombinationCache
from .connections import Connections
from .event import Event
from .event_filter import EventFilter
from .page import NEWEST, Count, Direction, EventPage, Position
from .pages import Pages
from .search import SearchPlanner
from .text_scan import TextScan
from .text_tests import TextTests

SEARCH_SECONDS = 0.2
"""After so long a search answers with what it has found. A window that has begun is read to its end."""


class Tallied(NamedTuple):
    """Matching events by combination: of all of them if `exact`, else of the newest ones."""

    counts: Mapping[int, int]
    exact: bool


class TextSearch:
    """Reads the events that a filter's other conditions leave. The cache of combinations must be fresh."""

    def __init__(self, connections: Connections, cache: CombinationCache, planner: SearchPlanner, pages: Pages) -> None:
        self._connections = connections
        self._cache = cache
        self._planner = planner
        self._pages = pages
        self._tests = TextTests(connections, cache)

    async def page(self, event_filter: EventFilter, start: Position, direction: Direction, limit: int) -> EventPage:
        """Up to `limit` events strictly older or newer than `start`, or those of them that are found in time.

        Whether there are more behind `start` is not searched: it is answered without texts and payloads.
        """
        behind = await self._pages.any_behind(event_filter, start, direction)
        scan, deadline = self._scan(event_filter, start, direction), time.monotonic() + SEARCH_SECONDS
        found: list[Event] = []
        while len(found) <= limit and _may_go_on(scan, start, deadline):
            found.extend(await scan.go_on())
        searched_to = None if len(found) > limit else scan.reached
        more, found = len(found) > limit or scan.reached is not None, found[:limit]
        if direction == "older":
            return EventPage(events=tuple(found), has_newer=behind, has_older=more, searched_to=searched_to)
        return EventPage(events=tuple(reversed(found)), has_newer=more, has_older=behind, searched_to=searched_to)

    async def page_at(self, event_filter: EventFilter, ordinal: int, limit: int) -> EventPage:
        """Up to `limit` events from the one with `ordinal` matching events newer than it, however long it takes."""
        scan = self._scan(event_filter, NEWEST, "older")
        passed, found = 0, list[Event]()
        while scan.reached is not None and len(found) <= limit:
            events = await scan.go_on()
            found.extend(events[max(0, ordinal - passed) :])
            passed += len(events)
        has_newer = ordinal > 0 and passed > 0
        return EventPage(events=tuple(found[:limit]), has_newer=has_newer, has_older=len(found) > limit)

    async def ordinal(self, event_filter: EventFilter, position: Position) -> int:
        """How many matching events are newer than `position`, however long it takes."""
        scan, newer = self._scan(event_filter, position, "newer"), 0
        while scan.reached is not None:
            newer += len(await scan.go_on())
        return newer

    async def count(self, event_filter: EventFilter, after: Count | None) -> Count:
        """How many events match, or how many are found in time, together with those of `after`."""
        after = after or Count(number=0, exact=False, searched_to=NEWEST)
        start, number = after.searched_to, after.number
        if start is None:
            return after
        scan, deadline = self._scan(event_filter, start, "older"), time.monotonic() + SEARCH_SECONDS
        while _may_go_on(scan, start, deadline):
            number += len(await scan.go_on())
        return Count(number=number, exact=scan.reached is None, searched_to=scan.reached)

    async def by_combination(self, event_filter: EventFilter) -> Tallied:
        """How many events of each combination match, or are found in time."""
        scan, deadline = self._scan(event_filter, NEWEST, "older"), time.monotonic() + SEARCH_SECONDS
        counts: Counter[tuple[str | None, ...]] = Counter()
        while _may_go_on(scan, NEWEST, deadline):
            counts.update(map(_combination, await scan.go_on()))
        numbers: Mapping[tuple[str | None, ...], int] = {
            tuple(parts): number for number, parts in self._cache.combinations.items()
        }
        return Tallied({numbers[parts]: count for parts, count in counts.items()}, exact=scan.reached is None)

    def _scan(self, event_filter: EventFilter, start: Position, direction: Direction) -> TextScan:
        return TextScan(self._connections, self._cache, self._planner, self._tests, event_filter, start, direction)


def _may_go_on(scan: TextScan, start: Position, deadline: float) -> bool:
    """Whether something is left and there is time, or nothing was read at all: every answer leads further."""
    return scan.reached is not None and (scan.reached == start or time.monotonic() < deadline)


def _combination(event: Event) -> tuple[str | None, ...]:
    entity_type = None if event.entity is None else event.entity.type
    actor_type = None if event.actor is None else event.actor.type
    return event.event_name, entity_type, actor_type, event.environment
