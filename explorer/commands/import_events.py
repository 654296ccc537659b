"""`activity import`: the events of a JSON Lines file into a log, with a progress bar and a report."""

import asyncio
import gc
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from store import StoreError, WriteReport

from ..visible import visible
from .database import database_address
from .import_reading import ReadBatch, Reading, read_batches
from .import_report import Tally
from .progress import Show, progress
from .stopping import Stop
from .words import complain, write


def import_events(file_name: str, database: str) -> int:
    """Add the events of a file (`-`: standard input) to a database, print the report, and give the exit code.

    Raises StoreError when the database cannot be written; what was stored until then is told first.
    """
    reading, tally, stop = Reading(file_name), Tally(), Stop()
    try:
        with stop, progress(reading.label, reading.size or None) as show, _no_collections():
            asyncio.run(_import(read_batches(reading), database, tally, show))
    except KeyboardInterrupt:
        write(f"{tally.report()}\n")
        complain(f"Interrupted. {_so_far(tally)}")
        return stop.exit_code
    except StoreError:
        if tally.written:
            complain(_so_far(tally))
        raise
    if tally.problem:
        complain(f"{visible(file_name)} cannot be read: {tally.problem}")
        if tally.read:
            complain(_so_far(tally))
        return 1
    write(f"{tally.report()}\n")
    return 1 if tally.read and not tally.written else 0


async def _import(batches: Iterator[ReadBatch], database: str, tally: Tally, show: Show) -> None:
    from store import open_writer

    async with await open_writer(await database_address(database)) as writer:
        while batch := _next(batches):
            tally.read_batch(batch)
            if batch.events:
                await _finished(writer.write(batch.events), tally)
            show(batch.bytes_read, tally.written)
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


def _next(batches: Iterator[ReadBatch]) -> ReadBatch | None:
    """The next batch, if any, read so that Ctrl-C ends the reading at once.

    asyncio holds an interrupt back until the next await, which a read from standard input may never reach. While a
    batch is being written that is just right: the batch is finished.
    """
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return next(batches, None)
    finally:
        signal.signal(signal.SIGINT, handler)


def _so_far(tally: Tally) -> str:
    """What is certain: a batch may have been stored whose report did not come any more."""
    return (
        f"At least {tally.written:,} of its events are in the log. "
        "Running the same import again adds only what is missing."
    )
