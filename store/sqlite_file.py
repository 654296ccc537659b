"""How the file of an SQLite database is opened and read, and what is wrong with its path: SQLite does not tell."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import AccessDenied, DatabaseNotFound

if TYPE_CHECKING:
    from aiosqlite import Connection

PATIENCE_SECONDS = 0.01
"""How long an interrupted statement may take to end before it is told again: perhaps it had not begun yet."""


def sqlite_mode(path: Path, shown: str, *, writes: bool) -> str:
    """The mode of an SQLite URI. Raises what is wrong with the path, which SQLite's own messages do not tell apart."""
    try:
        if path.is_dir():
            raise DatabaseNotFound(f"{shown} is a folder.", "Give the path of a file in it.")
        if not path.parent.is_dir():
            raise DatabaseNotFound(f"{shown} lies in no folder that exists.", "Check the path, or make the folder.")
        if writes:
            return "mode=rwc"
        if not path.exists():
            raise DatabaseNotFound(f"There is no file {shown}.", "Check the path.")
        # Opened and closed again it would lose the locks that other connections of this process have on it: that is how
        # POSIX has it. A writer that ends would then take the log of its changes away from under them.
        if not os.access(path, os.R_OK):
            raise PermissionError
    except PermissionError as error:
        raise AccessDenied(f"{shown} may not be read.", "Check the permissions of the file and its folder.") from error
    except OSError as error:
        raise DatabaseNotFound(f"{shown} cannot be opened.", "Check the path.") from error
    # Beside a file that is being written lie two more, which a reader needs and makes if it can. Where it cannot, and
    # none are there, nobody writes.
    finished = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    return "immutable=1&mode=ro" if finished else "mode=ro"


async def open_sqlite(*arguments: Any, **options: Any) -> Connection:
    """An aiosqlite connection, as SQLAlchemy would make it. When it cannot be opened, its thread has ended, too.

    Else the thread would report its end to an event loop that may be closed by then, and print a traceback.
    """
    from aiosqlite import connect

    connection = connect(*arguments, **options)
    connection._thread.daemon = True
    try:
        return await connection
    except BaseException:
        await asyncio.to_thread(connection._thread.join)
        raise


async def fetch_all(connection: Connection, sql: str, values: Any) -> Sequence[Sequence[Any]]:
    """Every row of a SELECT. When the awaiting task is cancelled, the statement has ended before this returns."""
    try:
        return list(await connection.execute_fetchall(sql, values))
    except asyncio.CancelledError:  # the thread of the connection works on when nobody waits any more
        await _interrupt(connection)
        raise


async def _interrupt(connection: Connection) -> None:
    """Stop what a connection is doing and wait until it does nothing, however often we are cancelled."""
    idle = asyncio.ensure_future(connection.execute_fetchall("SELECT 1"))
    while not idle.done():
        try:
            await connection.interrupt()
            await asyncio.wait({idle}, timeout=PATIENCE_SECONDS)
        except asyncio.CancelledError:
            continue
    idle.exception()  # seen: this may have been interrupted itself
