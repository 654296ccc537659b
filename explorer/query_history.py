"""The queries written for a log, remembered from one use of the app to the next in the user's folder for state."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from .state_folder import write_state

MOST_QUERIES = 200
MOST_BYTES = 4_000_000
"""A longer file is none of ours, or was written by somebody else."""


class QueryHistory:
    """Up to MOST_QUERIES queries, each once, the last one written last. Without a `file` they are soon forgotten.

    The file is the user's alone. One that cannot be read or written is done without: a history is worth no trouble.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.queries: Sequence[str] = ()
        self._file = file

    async def load(self) -> None:
        """Read what other uses of the app have added."""
        if self._file is not None:
            self.queries = await asyncio.to_thread(_read, self._file) or self.queries

    async def add(self, query: str) -> None:
        """Remember a query as the last one."""
        self.queries = _with_last(self.queries, query)
        if self._file is not None:
            await asyncio.to_thread(_add, self._file, query)


def history_file(database_name: str) -> Path:
    """Where the queries for a log lie. Its name, which must hold no secret, is not to be read from that."""
    from platformdirs import user_state_path

    name = blake2b(database_name.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return user_state_path("activity-explorer") / "queries" / f"{name}.jsonl"


def _with_last(queries: Sequence[str], query: str) -> Sequence[str]:
    return (*(each for each in queries if each != query), query)[-MOST_QUERIES:]


def _read(file: Path) -> Sequence[str]:
    """The queries in a file, without lines that are none; nothing where it cannot be read."""
    queries: list[str] = []
    with contextlib.suppress(OSError), file.open("rb") as opened:
        for line in opened.read(MOST_BYTES).splitlines():
            with contextlib.suppress(ValueError, RecursionError):
                query = json.loads(line)
                queries += [query] if isinstance(query, str) else []
    return tuple(queries[-MOST_QUERIES:])


def _add(file: Path, query: str) -> None:
    """Write the file anew and put it in place at once, so that nobody ever reads half of it."""
    lines = "".join(f"{json.dumps(each)}\n" for each in _with_last(_read(file), query))
    with contextlib.suppress(OSError):
        write_state(file, lines.encode())
