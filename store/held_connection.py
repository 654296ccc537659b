"""One open connection that is held between two uses: what it reads, and whether it can be used again."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

from .finished import AGAIN_SECONDS, stopped
from .sqlite_file import fetch_all

Rows = Sequence[Sequence[Any]]


@dataclass
class HeldConnection:
    """A connection of an epoch, and the driver's own one below it. It `is_new` until it is given back."""

    connection: AsyncConnection
    driver: Any
    epoch: int
    is_new: bool = True
    is_outdated: bool = False

    @property
    def is_usable(self) -> bool:
        gone = self.connection.invalidated or self.connection.closed or getattr(self.driver, "closed", False)
        return not (gone or self.is_outdated)

    async def rows(self, sql: str, values: Any) -> Rows:
        """What a SELECT finds, by the driver itself: all that SQLAlchemy does around it takes longer than most run."""
        if hasattr(self.driver, "execute_fetchall"):  # aiosqlite
            return await fetch_all(self.driver, sql, values)
        # Both stop the server by themselves. Cancelled a second time, they would leave that and their connection.
        return await stopped(self._rows_of_server(sql, values), self._stop_again if self._is_psycopg else None)

    async def roll_back(self, seconds: float | None) -> None:
        """Leave the transaction that may be open, within so many `seconds` where a number is given."""
        if self.is_usable:
            with suppress(exc.SQLAlchemyError, TimeoutError):  # there may be nothing to undo, or nobody to ask
                async with asyncio.timeout(seconds):
                    await self.connection.exec_driver_sql("ROLLBACK")

    async def close(self, *, is_lost: bool) -> None:
        """Close it; nothing is said to the other end of one that `is_lost`: who is gone cannot be told good-bye."""
        if is_lost and not self.connection.closed:
            await self.connection.invalidate()
        await self.connection.close()

    @property
    def _is_psycopg(self) -> bool:
        return hasattr(self.driver, "cancel_safe")

    async def _stop_again(self) -> None:
        """Tell the server to stop once more: psycopg says so once, which is lost on one that has not begun yet."""
        with suppress(Exception):  # whatever went wrong, it is said again
            await self.driver.cancel_safe(timeout=AGAIN_SECONDS)

    async def _rows_of_server(self, sql: str, values: Any) -> Rows:
        rows: Rows
        if self._is_psycopg:
            rows = await (await self.driver.execute(sql, values)).fetchall()
        else:  # asyncpg; after it was stopped SQLAlchemy connects anew
            rows = (await self.connection.exec_driver_sql(sql, values)).all()
        return rows
