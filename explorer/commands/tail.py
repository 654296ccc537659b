"""`activity tail`: print matching events as they are stored, until somebody has seen enough."""

import asyncio
import os
import select
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import NamedTuple, TextIO

from store import EventFilter, EventRepository, StoreError, parse_filter

from ..export.about import About
from ..export.documents import Document
from ..settings import Settings, load_settings
from .database import complain_of_remarks, open_log
from .interruptible import run
from .mistakes import described
from .query import print_bytes, utf8_output
from .rows import printed_document
from .stopping import Stop
from .words import complain

BATCH_EVENTS = 1_000
"""About so many events are read at once."""

LOOK_SECONDS = 1.0
"""How long an idle log is waited for before the output and the file are looked at again."""

FIRST_WAIT_SECONDS, MOST_WAIT_SECONDS = 0.5, 30.0
"""How long to wait before a lost log is tried again: at first, and at the most, after doubling each time."""


class _Tail(NamedTuple):
    """What is printed of a log, and where."""

    event_filter: EventFilter
    database: str | None
    settings: Settings
    document: Document
    output: TextIO


def tail(filter_text: str, database: str | None, format_name: str) -> int:
    """Print events until interrupted, and give the exit code.

    Raises StoreError when the log cannot be opened, OSError (BrokenPipeError: the reader has seen enough) when the
    output cannot be written. A log that is lost later is waited for.
    """
    now = datetime.now(UTC)
    event_filter, settings, output = parse_filter(filter_text).settled(now), load_settings(os.environ), utf8_output()
    width = shutil.get_terminal_size().columns if output.isatty() else None
    about = About(event_filter, now, "table" if format_name == "text" else format_name)
    document = printed_document(about, settings.link_template, width)
    with Stop() as stop:
        try:
            run(_follow, _Tail(event_filter, database, settings, document, output))
        except KeyboardInterrupt:
            return stop.exit_code
    return 0


async def _follow(wanted: _Tail) -> None:
    """Print what is stored from now on. After a loss it goes on where it was, with what came in meanwhile."""
    seen: int | None = None
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            async with _opened(wanted) as repository:
                newest = await repository.newest_batch()
                if seen is None:
                    seen = newest
                    await complain_of_remarks(repository, wanted.event_filter)
                    if wanted.output.isatty():  # somebody looks at it, perhaps for long before the first event
                        complain("Events are printed as they are stored. Ctrl-C ends that.")
                elif newest < seen:
                    complain("Another log has taken its place, which is printed from its beginning.")
                    seen = 0
                else:
                    complain("The log answers again. What came in meanwhile follows.")
                wait = FIRST_WAIT_SECONDS
                while True:
                    seen = await _print_new(wanted, repository, seen)
        except StoreError as problem:
            if seen is None:
                raise
            if wait == FIRST_WAIT_SECONDS:
                complain(f"{described(problem)}\nTrying again until the log answers.")
            await asyncio.sleep(wait)
            _raise_if_unread(wanted.output)
            wait = min(MOST_WAIT_SECONDS, 2 * wait)


async def _print_new(wanted: _Tail, repository: EventRepository, seen: int) -> int:
    """Print what came in behind the batch `seen`, or wait a moment for it. Returns the batch that was seen last."""
    if await repository.newest_batch(other_than=seen, seconds=LOOK_SECONDS) == seen:
        _raise_if_unread(wanted.output)
        return seen
    arrivals = await repository.arrivals(wanted.event_filter, seen, BATCH_EVENTS)
    if arrivals.events:
        print_bytes(wanted.output, wanted.document.write(arrivals.events))
        wanted.output.flush()
    return arrivals.newest


@asynccontextmanager
async def _opened(wanted: _Tail) -> AsyncIterator[EventRepository]:
    repository = await open_log(wanted.database, wanted.settings)
    try:
        yield repository
    finally:
        await repository.close()


def _raise_if_unread(output: TextIO) -> None:
    """Raise BrokenPipeError when nobody reads the output any more, which writing alone would tell."""
    if not hasattr(select, "poll"):  # on Windows
        return
    poll = select.poll()
    poll.register(output, select.POLLERR)
    if any(flags & select.POLLERR for _, flags in poll.poll(0)):
        raise BrokenPipeError
