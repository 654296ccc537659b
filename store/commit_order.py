"""What came into a log, by the order of commits: the clock of an event may be late, its transaction never is."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from .announcements import Announcements
from .arrival_statements import select_arrival_count, select_arrivals, select_batch_of_arrival
from .choice import ANY
from .combination_cache import CombinationCache
from .connections import Connections
from .distant_arrivals import ArrivalQuestion, DistantArrivals
from .event_filter import EventFilter
from .held_connection import Rows
from .meta_numbers import SELECT_WRITTEN, batch_number, batches_written
from .page import Arrivals
from .recent_arrivals import SELECT_FORGOTTEN
from .rows import COMBINATION_REF, event_of
from .search import SearchPlanner

POLL_SECONDS = 0.1
"""How often a log is asked whether a batch came in. One row by its key is read, as cheap as `PRAGMA data_version`."""

HEARD_SECONDS = 0.5
"""The same where a batch is heard of when it comes in: a connection may be lost without a word."""

Found = TypeVar("Found")


class CommitOrder:
    """Asks which batches there are, and for their events."""

    def __init__(self, connections: Connections, cache: CombinationCache, planner: SearchPlanner) -> None:
        self._connections = connections
        self._cache = cache
        self._planner = planner
        self._distant = DistantArrivals(connections)
        self._announcements = Announcements(connections.address)

    async def newest_batch(self, other_than: int | None, seconds: float) -> int:
        """The number of the newest batch, as soon as it is `other_than` that one, or else after so many seconds."""
        deadline = time.monotonic() + seconds
        awaited = None
        while True:
            upcoming = self._announcements.next
            if self._cache.may_be_of_another_log:
                await self._cache.refresh(at_once=True)
            written = await self._connections.rows(SELECT_WRITTEN)
            if self._cache.may_be_of_another_log:
                continue
            number = batches_written(written)
            left = deadline - time.monotonic()
            if number != other_than:
                if awaited is not None and not awaited.is_set():
                    self._announcements.missed()
                return number
            if left <= 0:
                return number
            pause = HEARD_SECONDS if self._announcements.are_heard else POLL_SECONDS
            awaited = upcoming
            await self._announcements.wait(awaited, min(pause, left))

    async def close(self) -> None:
        """Hear of no batch any more."""
        await self._announcements.close()

    async def arrivals(self, event_filter: EventFilter, after: int, enough: int) -> Arrivals:
        """The matching events of the batches behind `after`, or of the first of these that hold `enough` events."""
        await self._cache.refresh(at_once=True)
        written = self._cache.written
        question = await self._question(event_filter, after, written)
        if question is None:
            return Arrivals(newest=written)
        if self._distant.holds(question):
            rows, newest = await self._distant.rows(question, enough)
        else:
            recent, distant = partial(self._recent, question, enough), partial(self._distant.rows, question, enough)
            rows, newest = await self._one_of(after, recent, distant)
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
        question = await self._question(event_filter, after, newest)
        if question is None:
            return 0
        return await self._one_of(after, partial(self._count, question, True), partial(self._count, question, False))

    async def _question(self, event_filter: EventFilter, after: int, newest: int) -> ArrivalQuestion | None:
        epoch, search = self._connections.epoch, await self._planner.search(event_filter)
        if search is None:
            return None
        named = {**search.parameters, "since": search.since, "until": search.until}
        return ArrivalQuestion((epoch, event_filter), search.plan_without_driver, named, after, newest)

    async def _recent(self, question: ArrivalQuestion, enough: int) -> tuple[Rows, int]:
        """The rows of the first recent batches that hold `enough` events, and the last of these batches.

        They count whether they match or not.
        """
        ends = {"after": question.after, "limit": enough}
        ((number, full),) = await self._connections.rows(select_batch_of_arrival(), ends)
        if number == enough:
            question = question._replace(newest=min(question.newest, full))
        statement = select_arrivals(self._connections.dialect, question.plan, True)
        return await self._connections.rows(statement, question.parameters), question.newest

    async def _count(self, question: ArrivalQuestion, recent: bool) -> int:
        statement = select_arrival_count(self._connections.dialect, question.plan, recent)
        ((number,),) = await self._connections.rows(statement, question.parameters)
        return int(number)

    async def _one_of(
        self, after: int, recent: Callable[[], Awaitable[Found]], distant: Callable[[], Awaitable[Found]]
    ) -> Found:
        """What is found of the batches behind `after` among recent arrivals, or else in the log."""
        found = await recent()
        # Only now: what a writer has forgotten by this moment may have been missing from any of the answers.
        forgotten = await self._connections.rows(SELECT_FORGOTTEN)
        return found if all(batch_number(value) <= after for (value,) in forgotten) else await distant()
