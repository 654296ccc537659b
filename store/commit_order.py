"""What came into a log, by the order of commits: the clock of an event may be late, its transaction never is."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from sqlalchemy import select

from .announcements import Announcements
from .arrival_statements import select_arrival_count, select_arrivals, select_batch_of_arrival
from .choice import ANY
from .combination_cache import CombinationCache
from .connections import Connections, Rows
from .event_filter import EventFilter
from .page import Arrivals
from .recent_arrivals import SELECT_FORGOTTEN
from .rows import COMBINATION_REF, event_of
from .schema import meta
from .search import Search, SearchPlanner

POLL_SECONDS = 0.1
"""How often a log is asked whether a batch came in. One row by its key is read, as cheap as `PRAGMA data_version`."""

HEARD_SECONDS = 0.5
"""The same where a batch is heard of when it comes in: a connection may be lost without a word."""

FAR_EVENTS = 5_000
"""So many matching events at least are read at once of those of which nothing is noted: that goes through the log."""

Found = TypeVar("Found")

_SELECT_WRITTEN = select(meta.c.value).where(meta.c.name == "written")


class CommitOrder:
    """Asks which batches there are, and for their events."""

    def __init__(self, connections: Connections, cache: CombinationCache, planner: SearchPlanner) -> None:
        self._connections = connections
        self._cache = cache
        self._planner = planner
        self._announcements = Announcements(connections.address)

    async def newest_batch(self, other_than: int | None, seconds: float) -> int:
        """The number of the newest batch, as soon as it is `other_than` that one, or else after so many seconds."""
        deadline = time.monotonic() + seconds
        awaited = None
        while True:
            upcoming = self._announcements.next
            if self._cache.may_be_of_another_log:
                await self._cache.refresh(at_once=True)
            written = await self._connections.rows(_SELECT_WRITTEN)
            if self._cache.may_be_of_another_log:
                continue
            ((value,),) = written
            left = deadline - time.monotonic()
            if int(value) != other_than:
                if awaited is not None and not awaited.is_set():
                    self._announcements.missed()
                return int(value)
            if left <= 0:
                return int(value)
            pause = HEARD_SECONDS if self._announcements.are_heard else POLL_SECONDS
            awaited = upcoming
            await self._announcements.wait(awaited, min(pause, left))

    async def close(self) -> None:
        """Hear of no batch any more."""
        await self._announcements.close()

    async def arrivals(self, event_filter: EventFilter, after: int, enough: int) -> Arrivals:
        """The matching events of the batches behind `after`, or of the first of these that hold `enough` events.

        Of somebody who is so far behind that the whole log is read for it, more at once.
        """
        await self._cache.refresh(at_once=True)
        written = self._cache.written
        search = await self._planner.search(event_filter)
        if search is None:
            return Arrivals(newest=written)

        async def found(recent: bool) -> tuple[Rows, int]:
            return await self._arrived(search, after, written, enough if recent else max(enough, FAR_EVENTS), recent)

        rows, newest = await self._in_recent_or_all(after, found)
        await self._cache.misses(row[COMBINATION_REF] for row in rows)
        events = tuple(event_of(row, self._cache.combinations) for row in rows)
        if event_filter.has_text_conditions:
            tested = event_filter.with_choice("belongs_to", ANY)  # which no event can tell by itself
            # A payload may be long: it is looked through beside the event loop.
            events = await asyncio.to_thread(lambda: tuple(event for event in events if tested.matches(event)))
        return Arrivals(events=events, newest=newest)

    async def count_arrivals(self, event_filter: EventFilter, after: int, newest: int) -> int:
        """How many events of a filter without conditions on texts the batches behind `after` up to `newest` hold."""
        await self._cache.refresh(at_once=True)
        search = await self._planner.search(event_filter)
        if search is None:
            return 0

        async def found(recent: bool) -> int:
            statement = select_arrival_count(self._connections.dialect, search.plan_without_driver, recent)
            ((number,),) = await self._connections.rows(statement, _parameters(search, after, newest))
            return int(number)

        return await self._in_recent_or_all(after, found)

    async def _arrived(self, search: Search, after: int, newest: int, enough: int, recent: bool) -> tuple[Rows, int]:
        """The rows of the first batches behind `after` that hold `enough` events, and the last of these batches."""
        dialect, plan = self._connections.dialect, search.plan_without_driver
        parameters = _parameters(search, after, newest)
        batch_of_arrival = select_batch_of_arrival(dialect, plan, recent)
        ((number, full),) = await self._connections.rows(batch_of_arrival, {**parameters, "limit": enough})
        newest = min(newest, full) if number == enough else newest
        rows = await self._connections.rows(select_arrivals(dialect, plan, recent), {**parameters, "newest": newest})
        return rows, newest

    async def _in_recent_or_all(self, after: int, found: Callable[[bool], Awaitable[Found]]) -> Found:
        """What is found of the batches behind `after` among recent arrivals, else in the whole log."""
        recent = await found(True)
        # Only now: what a writer has forgotten by this moment may have been missing from any of the answers.
        forgotten = await self._connections.rows(SELECT_FORGOTTEN)
        return recent if all(int(value) <= after for (value,) in forgotten) else await found(False)


def _parameters(search: Search, after: int, newest: int) -> Mapping[str, object]:
    ends = {"since": search.since, "until": search.until}
    return {**search.parameters, **ends, "after": after, "newest": newest}
