"""Asking a database that is not ours: every statement has its time, and none is left running behind it."""

import asyncio
import time
from collections.abc import Mapping
from math import inf
from typing import Any

from ..compiled import Statement
from ..connections import Connections
from ..errors import QuestionTooLong
from ..held_connection import Rows
from ..sqlite_file import open_sqlite

STATEMENT_SECONDS = 10.0
"""How long one statement may take: the database has others to serve."""

ADVICE = "Narrow the time range, or filter by a column that has an index."


class Clock:
    """Tells the seconds since it was made, but for those in which a question waits for a connection.

    `left` are those that a question may still take, where there is a limit of `most`.
    """

    def __init__(self, most: float = inf) -> None:
        self._since = time.monotonic()
        self._most = most

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._since

    @property
    def left(self) -> float:
        return self._most - self.seconds

    def pass_over(self, seconds: float) -> None:
        self._since += seconds


class Asking:
    """Reads rows through a few connections, each statement in time. `advice` says what would make it quicker."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._places = asyncio.Semaphore(connections.most)
        """As many as there are connections: the time of a statement begins when one is free."""
        self.advice = ADVICE

    @property
    def shown(self) -> str:
        """The name of the database, without secrets."""
        return self._connections.address.shown

    async def rows(self, statement: Statement, seconds: float | None = None, clock: Clock | None = None) -> Rows:
        """Every row of a statement, or QuestionTooLong after so many seconds. Raises a StoreError, too.

        The seconds are those of the statement alone, and no more than a clock that is given has left.
        """
        limit = STATEMENT_SECONDS if seconds is None else seconds
        began = time.monotonic()
        try:
            async with self._places:
                if clock is not None:
                    clock.pass_over(time.monotonic() - began)
                    limit = min(limit, clock.left)
                async with asyncio.timeout(limit):
                    return await self._connections.rows(statement)
        except TimeoutError:
            raise QuestionTooLong(f"{self.shown} took longer than {limit:g} seconds.", self.advice) from None

    async def close(self) -> None:
        await self._connections.close()


async def open_leniently(*arguments: Any, **options: Mapping[str, Any]) -> Any:
    """A connection to an SQLite file, in which a text that is no UTF-8 does not spoil the row that it stands in."""
    connection = await open_sqlite(*arguments, **options)
    connection.text_factory = _text
    return connection


def _text(stored: bytes) -> str:
    return stored.decode(errors="surrogateescape")
