"""`activity import`: the events of a JSON Lines file into a log, with a progress bar and a report."""

import asyncio
import gc
import gzip
import io
import os
import signal
import zlib
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from store import Event, EventMistake, StoreError, WriteReport, formats

from ..visible import visible
from .database import database_address
from .import_report import Tally
from .progress import Show, progress
from .stopping import Stop
from .words import complain, write

BATCH_EVENTS = 10_000
STANDARD_INPUT = "-"
GZIP_START = b"\x1f\x8b"


def import_events(file_name: str, database: str) -> int:
    """Add the events of a file (`-`: standard input) to a database, print the report, and give the exit code.

    Raises StoreError when the database cannot be written; what was stored until then is told first.
    """
    tally, stop = Tally(), Stop()
    try:
        with stop, _opened(file_name) as raw, _progress(raw, file_name) as show, _no_collections():

            def written() -> None:
                show(raw.tell() if raw.seekable() else 0, tally.written)

            asyncio.run(_import(_lines_of(raw), database, tally, written))
    except KeyboardInterrupt:
        write(f"{tally.report()}\n")
        complain(f"Interrupted. {_so_far(tally)}")
        return stop.exit_code
    except StoreError:
        if tally.written:
            complain(_so_far(tally))
        raise
    except (OSError, EOFError, zlib.error) as problem:
        complain(f"{visible(file_name)} cannot be read: {_reason(problem)}.")
        if tally.read:
            complain(_so_far(tally))
        return 1
    write(f"{tally.report()}\n")
    return 1 if tally.read and not tally.written else 0


async def _import(file: BinaryIO, database: str, tally: Tally, written: Callable[[], None]) -> None:
    from store import open_writer

    batches = _batches(formats.read_events(file), tally)
    async with await open_writer(await database_address(database)) as writer:
        while batch := _next(batches):
            await _finished(writer.write(batch), tally)
            written()
            gc.collect()


async def _finished(writing: Coroutine[Any, Any, WriteReport], tally: Tally) -> None:
    """Wait for a batch, which an interruption does not stop, and count it in any case."""
    task = asyncio.ensure_future(writing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if task.exception() is None:
            tally.add(task.result())
        raise
    tally.add(task.result())


@contextmanager
def _no_collections() -> Iterator[None]:
    """Look for reference cycles after each batch only: events hold none, and looking all the time costs a third."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _next(batches: Iterator[list[Event]]) -> list[Event] | None:
    """The next batch, if any, read so that Ctrl-C ends the reading at once.

    asyncio holds an interrupt back until the next await, which a read from standard input may never reach. While a
    batch is being written that is just right: the batch is finished.
    """
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return next(batches, None)
    finally:
        signal.signal(signal.SIGINT, handler)


def _batches(lines: Iterator[tuple[int, Event | EventMistake]], tally: Tally) -> Iterator[list[Event]]:
    """The events in batches; the mistakes go to the tally."""
    batch: list[Event] = []
    for number, event in lines:
        if isinstance(event, EventMistake):
            tally.reject(number, event)
            continue
        batch.append(event)
        if len(batch) == BATCH_EVENTS:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def _opened(file_name: str) -> Iterator[BinaryIO]:
    if file_name == STANDARD_INPUT:
        # A reader of its own over descriptor 0: that of sys.stdin may be in use elsewhere when the process ends.
        with open(0, "rb", closefd=False) as file:
            yield file
    else:
        with Path(file_name).open("rb") as file:
            yield file


def _lines_of(raw: BinaryIO) -> BinaryIO:
    """The file itself, or what it holds when it is compressed with gzip."""
    if isinstance(raw, io.BufferedReader) and raw.peek(2)[:2] == GZIP_START:
        return io.BufferedReader(gzip.GzipFile(fileobj=raw))
    return raw


def _progress(raw: BinaryIO, file_name: str) -> AbstractContextManager[Show]:
    """How much of the file is read, of a compressed one too; of a pipe nobody knows how much there is."""
    return progress(file_name, os.fstat(raw.fileno()).st_size or None)


def _so_far(tally: Tally) -> str:
    """What is certain: a batch may have been stored whose report did not come any more."""
    return (
        f"At least {tally.written:,} of its events are in the log. "
        "Running the same import again adds only what is missing."
    )


def _reason(problem: OSError | EOFError | zlib.error) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return "its compressed data are damaged or end too early"
