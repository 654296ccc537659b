"""`activity prune`: delete the events of a log that are older than a time, after asking."""

import sys
from datetime import UTC, datetime

from store import DatabaseAddress, EventFilter, StoreError, TimeMistake, TimeRange, parse_bound

from ..display import events_text, time_text
from ..time_spans import MICROSECOND
from ..visible import visible
from .database import own_address
from .interruptible import run
from .progress import progress
from .stopping import Stop
from .words import KEEPS_ITS_SIZE, complain, write


def prune(before_text: str, database: str, *, is_confirmed: bool) -> int:
    """Say what is about to be deleted, ask, delete it, and give the exit code.

    Raises TimeMistake for a text that is no time, another StoreError when the database cannot be written.
    """
    before = _absolute(before_text, datetime.now(UTC))
    if not is_confirmed and not _has_terminal():
        complain("Nobody can be asked here whether events may be deleted.\nTo delete them all the same, add --yes.")
        return 2
    address = run(own_address, database)
    older = run(_count, address, before)
    place = f"{visible(address.shown)} before {time_text(before, UTC)} UTC"
    if not older:
        write(f"Nothing to delete: there are no events of {place}.\n")
        return 0
    complain(f"To be deleted for good: {events_text(older)} of {place}.")
    if not is_confirmed and not _agreed():
        complain("Nothing was deleted.")
        return 1
    return _prune(address, before, older)


def _prune(address: DatabaseAddress, before: datetime, older: int) -> int:
    from store import prune_log

    deleted, stop = 0, Stop()
    with stop:
        try:
            with progress("Deleting", older) as show:

                def tell(so_far: int) -> None:
                    nonlocal deleted
                    deleted = so_far
                    show(so_far, so_far)

                run(prune_log, address, before, tell)
        except KeyboardInterrupt:
            complain(f"Interrupted. {_so_far(deleted)}")
            return stop.exit_code
        except StoreError:
            complain(_so_far(deleted))
            raise
    write(f"Deleted: {events_text(deleted)}.\n")
    if address.is_sqlite:
        complain(KEEPS_ITS_SIZE)
    return 0


async def _count(address: DatabaseAddress, before: datetime) -> int:
    from store import open_repository

    repository = await open_repository(address)
    try:
        if before == datetime.min.replace(tzinfo=UTC):
            return 0
        older = EventFilter(time=TimeRange(since=None, until=before - MICROSECOND))
        return (await repository.count(older)).number
    finally:
        await repository.close()


def _absolute(text: str, now: datetime) -> datetime:
    moment = parse_bound(text, now)
    if moment is None:
        raise TimeMistake("Everything cannot be older than a time.", "To delete a whole log, delete its database.")
    if isinstance(moment, datetime):
        return moment
    settled, _ = TimeRange(since=moment).settled(now).ends
    assert settled is not None
    return settled


def _agreed() -> bool:
    sys.stderr.write("Delete them? Type yes: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() == "yes"


def _has_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _so_far(deleted: int) -> str:
    return f"Deleted so far: {events_text(deleted)}; every count is exact. The same command goes on from there."
