"""`activity query` and `activity count`: ask a log and print the answer, without loading Textual."""

import errno
import io
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from typing import NamedTuple, TextIO

from store import EventFilter, EventRepository, Position, StoreError, parse_filter

from ..display import time_text
from ..settings import Settings, load_settings
from .database import complain_of_remarks, masking_name, open_log
from .help_texts import TERMINAL_LIMIT
from .interruptible import run
from .passing_line import PassingLine
from .why_nothing import complain_of_nothing
from .words import STANDARD_OUTPUT, write


class Wanted(NamedTuple):
    """What to write of the matching events, in the words of the command line; None is what was not said."""

    format_name: str | None
    limit: int | None
    columns: str | None
    output: str | None
    replace: bool


def query(filter_text: str, database: str | None, wanted: Wanted) -> int:
    """Print the matching events or write them to a file, and give the exit code.

    Raises StoreError, and OSError when the output cannot be written.
    """
    now = datetime.now(UTC)
    event_filter = parse_filter(filter_text).settled(now)
    settings = load_settings(os.environ)
    if wanted.output not in (None, STANDARD_OUTPUT):
        from .export import export

        return export(event_filter, now, database, settings, wanted)
    run(_print_events, event_filter, now, database, settings, wanted)
    return 0


def count(filter_text: str, database: str | None) -> int:
    """Print the exact number of matching events. Raises StoreError, and OSError when it cannot be written."""
    event_filter = parse_filter(filter_text).settled(datetime.now(UTC))
    write(f"{run(_count, event_filter, database)}\n")
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
    event_filter: EventFilter, now: datetime, database: str | None, settings: Settings, wanted: Wanted
) -> None:
    """The newest first, as one reads; to an output that was asked for, the oldest first, as files have them."""
    from ..export.pages import pages
    from .export import about
    from .rows import printed_document

    output = utf8_output()
    width = shutil.get_terminal_size().columns if output.isatty() else None
    format_name = wanted.format_name or "table"
    limit = wanted.limit
    if limit is None and format_name == "table" and width is not None:
        limit = TERMINAL_LIMIT
    known = about(event_filter, now, wanted, format_name, masking_name(database, settings))
    document = printed_document(known, settings.link_template, width, wanted.columns)
    older = wanted.output is None
    count, head = 0, document.begin()
    async with opened_repository(database, settings) as repository:
        with PassingLine() as line:
            async with aclosing(pages(repository, event_filter, "older" if older else "newer", limit)) as found:
                async for page in found:
                    print_bytes(output, head)  # not before it is known that there is an answer
                    head = b""
                    if page.events:
                        count += len(page.events)
                        line.clear()
                        print_bytes(output, document.write(page.events if older else page.events[::-1]))
                    if page.searched_to is not None:
                        output.flush()  # what is found shows before the search goes on
                        line.show(_searched_back_to(page.searched_to))
        print_bytes(output, head + document.end(count))
        if not count:
            output.flush()  # the header comes before what is said about it
            await complain_of_nothing(repository, event_filter)
        await complain_of_remarks(repository, event_filter)


def print_bytes(output: TextIO, data: bytes) -> None:
    """Bytes of a document to an output of text, which a terminal may have in another encoding."""
    if output.isatty():
        output.write(data.decode())
    else:
        output.flush()
        output.buffer.write(data)


async def _count(event_filter: EventFilter, database: str | None) -> int:
    async with opened_repository(database) as repository:
        counted = await repository.count(event_filter)
        with PassingLine() as line:
            while counted.searched_to is not None:
                line.show(_searched_back_to(counted.searched_to))
                counted = await repository.count(event_filter, counted)
        if counted.exact and not counted.number:
            await complain_of_nothing(repository, event_filter)
        await complain_of_remarks(repository, event_filter)
    if not counted.exact:
        raise StoreError(f"The events could not be counted to the last one: there are at least {counted.number}.")
    return counted.number


def _searched_back_to(position: Position) -> str:
    return f"Searched back to {time_text(position.occurred_at, UTC)} UTC"


@asynccontextmanager
async def opened_repository(database: str | None, settings: Settings | None = None) -> AsyncIterator[EventRepository]:
    """The log, open; the database layer is loaded only now, when the filter is known to be without mistakes."""
    repository = await open_log(database, settings or load_settings(os.environ))
    try:
        yield repository
    finally:
        await repository.close()
