"""The first answers of a log in an SQLite file, without the database layer: that takes longer to load than to ask.

What is asked at every start has ready texts (`ready_texts`). Everything else waits until the whole repository is there.
"""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .address import DatabaseAddress
from .event import Event
from .event_filter import EventFilter
from .log_version import APPLICATION, MOVED_FROM, VERSION
from .page import NEWEST, Arrivals, Count, Direction, EventPage, Facets, Histogram, Position, TraceExtent
from .parameters import json_spans, ladder_parameters, place_parameters
from .references import Reference, reference
from .repository import EventRepository
from .rows import combination_of, event_of
from .sqlite_file import LogFile, fetch_all, open_sqlite
from .time_keys import ladder, span_of

if TYPE_CHECKING:
    from aiosqlite import Connection

MOST_LOOKED_THROUGH = 128
"""So many of the newest rows are looked through for a place among them: no more payloads than a page of rows has."""

READY_TEXTS = Path(__file__).with_name("ready_texts.json")

Opening = Callable[[], Coroutine[Any, Any, EventRepository]]


class EarlyRepository:
    """An EventRepository that answers for the newest rows and the count of a time range by itself.

    `open_whole` opens the one that answers everything. It is called when that is first needed, and has the last word:
    it answers too where an answer from here is not certain, and says what is wrong with a log.
    """

    def __init__(self, connection: "Connection", file: LogFile, open_whole: Opening) -> None:
        self._connection = connection
        self._file = file
        self._open_whole = open_whole
        self._opening: asyncio.Task[EventRepository] | None = None
        self._is_closed = False

    async def page(self, event_filter: EventFilter, start: Position, direction: Direction, limit: int) -> EventPage:
        if self._is_early and (start, direction) == (NEWEST, "older") and _has_times_only(event_filter):
            page = await self._newest_page(event_filter, limit)
            if page is not None:
                return page
        return await (await self._whole()).page(event_filter, start, direction, limit)

    async def count(self, event_filter: EventFilter, after: Count | None = None) -> Count:
        if self._is_early and _has_times_only(event_filter):
            count = await self._count(event_filter)
            if count is not None:
                return count
        return await (await self._whole()).count(event_filter, after)

    async def page_at(self, event_filter: EventFilter, ordinal: int, limit: int) -> EventPage:
        if self._is_early and ordinal + limit <= MOST_LOOKED_THROUGH and _has_times_only(event_filter):
            page = await self._newest_page(event_filter, ordinal + limit)
            if page is not None and len(page.events) > ordinal:
                return EventPage(events=page.events[ordinal:], has_newer=ordinal > 0, has_older=page.has_older)
        return await (await self._whole()).page_at(event_filter, ordinal, limit)

    @property
    def folds_traces(self) -> bool:
        return True

    @property
    def misses_no_commit(self) -> bool:
        return True

    async def folded_page(
        self, event_filter: EventFilter, start: Position, direction: Direction, limit: int
    ) -> EventPage:
        return await (await self._whole()).folded_page(event_filter, start, direction, limit)

    async def trace_extents(self, event_filter: EventFilter, trace_ids: Sequence[str]) -> Mapping[str, TraceExtent]:
        return await (await self._whole()).trace_extents(event_filter, trace_ids)

    async def ordinal(self, event_filter: EventFilter, position: Position) -> int:
        if self._is_early and position.id is not None and _has_times_only(event_filter):
            page = await self._newest_page(event_filter, MOST_LOOKED_THROUGH)
            for ordinal, event in enumerate(page.events if page is not None else ()):
                if event.id == position.id:
                    return ordinal
        return await (await self._whole()).ordinal(event_filter, position)

    async def facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        return await (await self._whole()).facets(event_filter, lifts=lifts)

    async def actor_facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        return await (await self._whole()).actor_facets(event_filter, lifts=lifts)

    async def histogram(self, event_filter: EventFilter, now: datetime, most_bars: int) -> Histogram:
        return await (await self._whole()).histogram(event_filter, now, most_bars)

    async def newest_batch(self, other_than: int | None = None, seconds: float = 0.0) -> int:
        return await (await self._whole()).newest_batch(other_than, seconds)

    async def arrivals(self, event_filter: EventFilter, after: int, enough: int) -> Arrivals:
        return await (await self._whole()).arrivals(event_filter, after, enough)

    async def count_arrivals(self, event_filter: EventFilter, after: int, newest: int) -> int:
        return await (await self._whole()).count_arrivals(event_filter, after, newest)

    def needs_reading(self, event_filter: EventFilter) -> bool:
        return event_filter.has_text_conditions

    async def remarks(self, event_filter: EventFilter) -> Sequence[str]:
        return ()

    async def event(self, event_id: str) -> Event | None:
        return await (await self._whole()).event(event_id)

    async def close(self) -> None:
        await self._let_go()
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait({self._opening})
            if not _has_failed(self._opening):
                await self._opening.result().close()

    @property
    def _is_early(self) -> bool:
        """Whether the whole repository is not there yet, and the file is the one that was opened."""
        is_alone = self._opening is None or not self._opening.done() or _has_failed(self._opening)
        return is_alone and self._file.now() == "same"

    async def _newest_page(self, event_filter: EventFilter, limit: int) -> EventPage | None:
        first, beyond = span_of(*event_filter.time.ends)
        places = place_parameters("low", first) | place_parameters("high", beyond)
        try:
            known = await self._rows("combinations")
            rows = await self._rows("newest_page", {**places, "limit": limit + 1})
            combinations = {number: combination_of(parts) for number, *parts, _count in known}
            events = tuple(event_of(row, combinations) for row in rows[:limit])
        except (sqlite3.Error, ValueError, KeyError):  # ValueError: it is closed; KeyError: a batch came in between
            return None
        return EventPage(events=events, has_older=len(rows) > limit)

    async def _count(self, event_filter: EventFilter) -> Count | None:
        first, beyond = span_of(*event_filter.time.ends)
        if first >= beyond:
            return Count(number=0)
        places = place_parameters("low", first) | place_parameters("high", beyond)
        try:
            rows = await self._rows("count", places | ladder_parameters(ladder(first, beyond), json_spans))
        except (sqlite3.Error, ValueError):
            return None
        return Count(number=sum(number for _combination, number in rows))

    async def _rows(self, name: str, parameters: Mapping[str, object] | None = None) -> Sequence[Sequence[Any]]:
        return await fetch_all(self._connection, _ready_texts()[name], parameters or {})

    async def _whole(self) -> EventRepository:
        if self._opening is None or (self._opening.done() and _has_failed(self._opening)):
            if self._file.now() != "same":
                await self._let_go()
            self._opening = asyncio.create_task(self._open_whole())
            self._opening.add_done_callback(_has_failed)  # seen, also when nobody waits any more
        whole = await asyncio.shield(self._opening)
        await self._let_go()
        return whole

    async def _let_go(self) -> None:
        """Close the connection. A file that was changed under open ones is read aright once all of them are closed."""
        if not self._is_closed:
            self._is_closed = True
            await self._connection.close()


async def open_repository(address: DatabaseAddress, make_reference: Reference = reference) -> EventRepository:
    """A repository on a log. It can read and never write, which the database itself enforces.

    Raises a DatabaseProblem when it cannot be opened, a SchemaProblem when its tables are not those of this version.
    `make_reference` is there for tests.
    """

    async def open_whole() -> EventRepository:
        open_sql_repository = await asyncio.to_thread(_database_layer)
        return await open_sql_repository(address, make_reference)

    if address.path is not None:
        file = LogFile(address.path, address.shown)
        connection = await _log_in(file)
        if connection is not None:
            return EarlyRepository(connection, file, open_whole)
    return await open_whole()


def _database_layer() -> Callable[[DatabaseAddress, Reference], Awaitable[EventRepository]]:
    """How to open the whole repository. It takes a while to load, which is why it is loaded in a thread."""
    from .sql_repository import open_sql_repository

    return open_sql_repository


async def _log_in(file: LogFile) -> "Connection | None":
    """A connection to the log in a file, None when that is no log of this version. Raises what is wrong with the path.

    What else it is, the whole repository says.
    """
    uri = file.uri()
    try:
        connection = await open_sqlite(uri, uri=True, isolation_level=None)
    except sqlite3.Error:
        return None
    is_ours = False
    try:
        await fetch_all(connection, "PRAGMA query_only=1", ())
        values = {name: value for name, value in await fetch_all(connection, _ready_texts()["meta"], ())}
        is_ours = (values.get("application"), values.get("version")) == (APPLICATION, str(VERSION))
        is_ours = is_ours and MOVED_FROM not in values
    except sqlite3.Error:
        return None
    finally:
        if not is_ours:
            await connection.close()
    return connection if is_ours else None


def _has_times_only(event_filter: EventFilter) -> bool:
    return EventFilter(time=event_filter.time) == event_filter


def _has_failed(opening: "asyncio.Task[EventRepository]") -> bool:
    return opening.cancelled() or opening.exception() is not None


@lru_cache(maxsize=1)
def _ready_texts() -> Mapping[str, str]:
    return {name: "\n".join(lines) for name, lines in json.loads(READY_TEXTS.read_bytes()).items()}
