"""`activity query` and `activity count`: ask a log and print the answer, without loading Textual."""

import asyncio
import errno
import io
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TextIO

from store import NEWEST, EventFilter, EventPage, EventRepository, Position, StoreError, parse_filter

from .database import database_address
from .rows import row_format
from .search_progress import Progress
from .unknown_values import complain_of_unknown_values
from .words import TERMINAL_LIMIT, write

PAGE_EVENTS = 1_000


def query(filter_text: str, database: str | None, format_name: str, limit: int | None) -> int:
    """Print the matching events, newest first. Raises StoreError, and OSError when the output cannot be written."""
    event_filter = parse_filter(filter_text).settled(datetime.now(UTC))
    output = utf8_output()
    width = shutil.get_terminal_size().columns if output.isatty() else None
    if limit is None and format_name == "table" and width is not None:
        limit = TERMINAL_LIMIT
    asyncio.run(_print_events(output, event_filter, database, format_name, width, limit))
    return 0


def count(filter_text: str, database: str | None) -> int:
    """Print the exact number of matching events. Raises StoreError, and OSError when it cannot be written."""
    event_filter = parse_filter(filter_text).settled(datetime.now(UTC))
    write(f"{asyncio.run(_count(event_filter, database))}\n")
    return 0


def utf8_output() -> TextIO:
    """Standard output, made to write UTF-8 wherever it goes to a file or a pipe, and never to fail over a character."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    if isinstance(sys.stdout, io.TextIOWrapper):
        encoding = None if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace", newline="")
    return sys.stdout


async def _print_events(
    output: TextIO,
    event_filter: EventFilter,
    database: str | None,
    format_name: str,
    width: int | None,
    limit: int | None,
) -> None:
    header, row = row_format(format_name, width)
    async with opened_repository(database) as repository:
        output.write(header)
        is_empty = True
        with Progress() as progress:
            async for page in _pages(repository, event_filter, limit):
                if page.events:
                    is_empty = False
                    progress.clear()
                    output.write("".join(map(row, page.events)))
                if page.searched_to is not None:
                    output.flush()  # what is found shows before the search goes on
                    progress.show(page.searched_to)
        if is_empty:
            output.flush()  # the header comes before what is said about it
            await complain_of_unknown_values(repository, event_filter)


async def _count(event_filter: EventFilter, database: str | None) -> int:
    async with opened_repository(database) as repository:
        counted = await repository.count(event_filter)
        with Progress() as progress:
            while counted.searched_to is not None:
                progress.show(counted.searched_to)
                counted = await repository.count(event_filter, counted)
        if counted.exact and not counted.number:
            await complain_of_unknown_values(repository, event_filter)
    if not counted.exact:
        raise StoreError(f"The events could not be counted to the last one: there are at least {counted.number}.")
    return counted.number


@asynccontextmanager
async def opened_repository(database: str | None) -> AsyncIterator[EventRepository]:
    """The log, open; the database layer is loaded only now, when the filter is known to be without mistakes."""
    from store import open_repository

    repository = await open_repository(await database_address(database))
    try:
        yield repository
    finally:
        await repository.close()


async def _pages(repository: EventRepository, event_filter: EventFilter, limit: int | None) -> AsyncIterator[EventPage]:
    """The matching events, newest first, in pages of which only one is held; at most `limit` events, if any is set.

    A page of an unfinished search holds what was found until then, perhaps nothing.
    """
    position, left = NEWEST, limit
    while left is None or left > 0:
        most = PAGE_EVENTS if left is None else min(left, PAGE_EVENTS)
        page = await repository.page(event_filter, position, "older", most)
        if page.events or page.searched_to is not None:
            yield page
        if page.searched_to is not None:
            position = page.searched_to
        elif page.has_older and page.events:
            position = Position.of(page.events[-1])
        else:
            return
        left = None if left is None else left - len(page.events)
