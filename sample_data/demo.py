"""The sample database that the first start opens: the story, ending now, in the user's cache folder.

One file for each day (UTC). The story is moved by whole days so that its last day is today, and of today only what lies
not after now is stored; a later start on the same day adds what has happened since. So the last quarter of an hour is
never empty, a publication at 09:00 stays at 09:00, and an event keeps its id: its link opens it tomorrow too.
"""

import asyncio
import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from platformdirs import user_cache_path

from store import DatabaseAddress, DatabaseDamaged, Event, SchemaProblem, StoreError

from .fixed_set import FILE, fixed_events

if TYPE_CHECKING:
    from store import EventWriter

KEPT_DAYS = 2
"""How long the file of an earlier day is left alone: an explorer may still have it open."""


async def demo_database(now: datetime) -> DatabaseAddress:
    """The address of the sample database as of `now`, which has a time zone; built where it is not there yet.

    Where the cache folder cannot be written, a folder of this process's own serves, which is removed at its end.
    Raises OSError or StoreError when that fails too.
    """
    try:
        return await _database_in(user_cache_path("activity-explorer"), now.astimezone(UTC))
    except (OSError, StoreError):
        private = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="activity-explorer-"))
        atexit.register(shutil.rmtree, private, ignore_errors=True)
        return await _database_in(private, now.astimezone(UTC))


async def _database_in(folder: Path, now: datetime) -> DatabaseAddress:
    """The sample database in a folder, brought up to `now` (UTC)."""
    path = await asyncio.to_thread(_prepared, folder, now.date())
    if await asyncio.to_thread(path.exists):
        try:
            await _write(path, await asyncio.to_thread(_events_until, now, only_last=True))
        except (SchemaProblem, DatabaseDamaged):
            await asyncio.to_thread(_remove, path)
        else:
            return DatabaseAddress.parse(str(path))
    unfinished = folder / f"{path.stem}-{uuid4().hex}.building"
    try:
        await _write(unfinished, await asyncio.to_thread(_events_until, now))
        await asyncio.to_thread(_publish, unfinished, path)
    finally:
        await asyncio.to_thread(_remove, unfinished)
    return DatabaseAddress.parse(str(path))


def _events_until(now: datetime, only_last: bool = False) -> list[Event]:
    return [event for event in fixed_events(now.date(), only_last=only_last) if event.occurred_at <= now]


async def _write(path: Path, events: Sequence[Event]) -> None:
    """Store events in a database, which is made if it is not there."""
    open_writer = await asyncio.to_thread(_writing)
    async with await open_writer(DatabaseAddress.parse(str(path))) as writer:
        if events:
            await writer.write(events)


def _writing() -> Callable[[DatabaseAddress], Awaitable["EventWriter"]]:
    """How to open a writer. It takes a while to load, which is why it is loaded in a thread."""
    from store import open_writer

    return open_writer


def _prepared(folder: Path, today: date) -> Path:
    """The path of today's file, in a folder that is there and holds no old ones."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    oldest = f"sample-{(today - timedelta(days=KEPT_DAYS)).isoformat()}"
    for file in folder.glob("sample-*"):
        if file.name < oldest:
            file.unlink(missing_ok=True)
    fingerprint = hashlib.sha256(FILE.read_bytes()).hexdigest()[:8]
    return folder / f"sample-{today.isoformat()}-{fingerprint}.sqlite"


def _publish(unfinished: Path, path: Path) -> None:
    """Give a finished file its name. Where another start was first, that one's file stays, which may be open by now."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
