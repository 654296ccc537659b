"""The time that each statement has: its own, and not that of those before it."""

import asyncio
import sqlite3
from pathlib import Path

from sqlalchemy import func, literal, select

from store import DatabaseAddress
from store.connections import Connections
from store.foreign.asking import Asking

SECONDS = 1.0


async def test_waiting_for_a_connection_takes_none_of_the_time_of_a_statement(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    sqlite3.connect(path).close()
    numbers = select(literal(1).label("number")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < 10**9))
    asking = Asking(Connections(DatabaseAddress.parse(str(path)), most=1))
    try:
        long = asyncio.ensure_future(asking.rows(select(func.count()).select_from(numbers), 60))
        waiting = asyncio.ensure_future(asking.rows(select(literal(7)), SECONDS))
        ended, _ = await asyncio.wait({waiting, long}, timeout=1.5 * SECONDS)
        assert not ended
        long.cancel()
        assert [tuple(row) for row in await waiting] == [(7,)]
    finally:
        await asking.close()
