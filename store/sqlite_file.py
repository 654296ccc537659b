"""How the file of an SQLite database is opened and read, and what is wrong with its path: SQLite does not tell."""

from __future__ import annotations

import asyncio
import codecs
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import quote

from .errors import AccessDenied, DatabaseDamaged, DatabaseNotFound

if TYPE_CHECKING:
    from aiosqlite import Connection

PATIENCE_SECONDS = 0.01
"""How long an interrupted statement may take to end before it is told again: perhaps it had not begun yet."""

LOOKED_AT_BYTES = 512
_MAGIC = b"SQLite format 3\0"
_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class _Files(NamedTuple):
    """What tells the file of a log, and that of its latest changes, from others that come to bear their names.

    `written` says when the first was written to, and how long it is.
    """

    log: tuple[int, int]
    changes: tuple[int, int] | None
    written: tuple[int, int]


class LogFile:
    """The file under the path of a log. Who has it open goes on reading it when it is deleted or replaced."""

    def __init__(self, path: Path, shown: str, *, writes: bool = False) -> None:
        self._path = path
        self._shown = shown
        self._writes = writes
        self._opened: _Files | None = None
        self._is_immutable = False

    def uri(self) -> str:
        """How to open the file that is there, from then on the one that is open. Raises what is wrong with its path."""
        mode = _mode(self._path, self._shown, writes=self._writes)
        self._is_immutable = "immutable" in mode
        self._opened = self._opened or self._files()
        return f"file:{quote(os.fsencode(self._path))}?{mode}"

    def now(self) -> Literal["same", "renewed", "replaced", "missing"]:
        """What became of the file that is open: `renewed` is the same one that must be opened again."""
        found = self._files()
        if self._opened is None:  # or not made yet
            self._opened = found
        if self._opened is None:
            return "same"
        if found is None:
            return "missing"
        if found.log != self._opened.log:
            return "replaced"
        if self._is_immutable:  # such a connection looks at the file only once
            return "same" if found == self._opened else "renewed"
        if self._opened.changes is None:  # who reads first makes that file
            self._opened = found
        return "same" if found.changes == self._opened.changes else "renewed"

    def forget(self) -> None:
        """Nobody has it open any more."""
        self._opened = None

    def _files(self) -> _Files | None:
        log = _status(f"{self._path}")
        changes = _status(f"{self._path}-wal")
        return log and _Files(_identity(log), changes and _identity(changes), (log.st_mtime_ns, log.st_size))


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116  it is asked before every question
    except OSError:
        return None


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _mode(path: Path, shown: str, *, writes: bool) -> str:
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


def no_database(error: BaseException, path: Path, shown: str) -> DatabaseDamaged | None:
    """What to say where SQLite found no database in a file that is a text or packed: perhaps one with events.

    None for every other error, and for a file that is neither.
    """
    # No other file is opened: closing one again would lose the locks of this process on it.
    if getattr(error, "sqlite_errorname", "") != "SQLITE_NOTADB":
        return None
    try:
        with path.open("rb") as file:
            beginning = file.read(LOOKED_AT_BYTES)
    except OSError:
        return None
    packed = next((name for magic, name in _PACKED.items() if beginning.startswith(magic)), None)
    if packed is None and not _is_text(beginning):
        return None
    return DatabaseDamaged(
        f"{shown} is no database, but {f'packed with {packed}' if packed else 'a text'}.",
        "To explore the events of a file: activity view FILE. To keep them: activity import FILE --into DATABASE",
    )


def _is_text(beginning: bytes) -> bool:
    if beginning.startswith(_UTF_16):
        return True
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(beginning)
    except UnicodeDecodeError:
        return False
    return not beginning.startswith(_MAGIC) and all(sign.isprintable() or sign.isspace() for sign in text)


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
