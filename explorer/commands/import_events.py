"""`activity import`: the events of files of any known format into a log, with a progress bar and a report."""

import asyncio
import os
from collections.abc import Coroutine, Iterator
from typing import Any

from store import StoreError, WriteReport

from ..settings import load_settings
from ..visible import visible
from .ahead import ahead
from .collecting import collect, seldom_collected
from .database import mask_of_events, own_address
from .import_dry_run import dry_run
from .import_options import ImportOptions
from .import_reading import ReadBatch, Rejection, read_batches
from .import_rejects import Reject, rejects_file
from .import_report import json_report, report
from .import_tally import Tally
from .interruptible import at_once, run
from .progress import Show, progress
from .stopping import Stop
from .words import complain, write


def import_events(options: ImportOptions) -> int:
    """Add the events of files to a database, print the report, and give the exit code.

    Raises StoreError when the database cannot be written; what was stored until then is told first.
    """
    if options.dry_run:
        mask = mask_of_events(options.database, load_settings(os.environ))
        return dry_run(options.reading, mask, as_json=options.as_json)
    told = json_report if options.as_json else report
    reading, tally, stop = options.reading, Tally(), Stop()
    with stop:  # also while it is told what was stored
        try:
            with (
                seldom_collected(),
                ahead(read_batches(reading)) as batches,
                rejects_file(options.rejects, reading) as reject,
                progress(reading.label, reading.size or None) as show,
            ):
                run(_import, _Batches(batches, tally, reject), options.database, tally, show)
        except KeyboardInterrupt:
            write(f"{told(tally)}\n")
            complain(f"Interrupted. {_so_far(tally)}")
            return stop.exit_code
        except StoreError:
            if tally.written:
                complain(_so_far(tally))
            raise
    if tally.read or options.as_json or not tally.failures:
        write(f"{told(tally)}\n")
    for file in tally.failures:
        complain(f"{visible(file.name)}: {visible(file.problem)}")
    if tally.failures and tally.read:
        complain(_so_far(tally))
    is_nothing = not tally.written and (tally.read or any(file.problem for file in tally.files))
    return 1 if tally.failures or is_nothing or (options.strict and tally.rejected) else 0


async def _import(batches: "_Batches", database: str | None, tally: Tally, show: Show) -> None:
    from store import open_writer

    batch = batches.next()
    if batch is None and tally.failures:
        return  # and no database is made for a file name that was mistyped
    async with await open_writer(await own_address(database)) as writer:
        while batch is not None:
            await _finished(writer.write(batch.events), tally, batch)
            show(batch.bytes_read, tally.written)
            collect()
            batch = batches.next()


async def _finished(writing: Coroutine[Any, Any, WriteReport], tally: Tally, batch: ReadBatch) -> None:
    """Wait for a batch, which an interruption does not stop, and count it in any case."""
    task = asyncio.ensure_future(writing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if task.exception() is None:
            tally.add(task.result(), batch)
        raise
    tally.add(task.result(), batch)


class _Batches:
    """The batches that hold events; what else they tell is counted, and rejected records are written down."""

    def __init__(self, batches: Iterator[ReadBatch], tally: Tally, reject: Reject) -> None:
        self._batches = batches
        self._tally = tally
        self._reject = reject

    def next(self) -> ReadBatch | None:
        """The next one, if any, read so that Ctrl-C ends the reading at once.

        An interruption cancels at the next await, which a read from standard input may never reach. While a batch is
        being written that is just right: the batch is finished.
        """
        with at_once():
            return next((batch for batch in self._batches if self._note(batch)), None)

    def _note(self, batch: ReadBatch) -> bool:
        """Whether the batch has events."""
        for told in batch.told:
            self._tally.tell(told)
            if isinstance(told, Rejection):
                self._reject(told)
        return batch.events.given > 0


def _so_far(tally: Tally) -> str:
    """What is certain: a batch may have been stored whose report did not come any more."""
    return (
        f"At least {tally.written:,} events of this import are in the log. "
        "Running the same import again adds only what is missing."
    )
