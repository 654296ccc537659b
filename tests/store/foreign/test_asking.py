"""The time that each statement has: its own, and not that of those before it."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import CTE, func, literal, select

from store import DatabaseAddress, QuestionTooLong
from store.connections import Connections
from store.foreign.asking import Asking, Clock

SECONDS = 1.0


def endless() -> CTE:
    numbers = select(literal(1).label("number")).cte(recursive=True)
    return numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < 10**9))


async def test_waiting_for_a_connection_takes_none_of_the_time_of_a_statement(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    sqlite3.connect(path).close()
    asking = Asking(Connections(DatabaseAddress.parse(str(path)), most=1))
    try:
        long = asyncio.ensure_future(asking.rows(select(func.count()).select_from(endless()), 60))
        clock = Clock(SECONDS)
        waiting = asyncio.ensure_future(asking.rows(select(literal(7)), clock=clock))
        ended, _ = await asyncio.wait({waiting, long}, timeout=1.5 * SECONDS)
        assert not ended
        long.cancel()
        assert [tuple(row) for row in await waiting] == [(7,)]
        assert clock.seconds < SECONDS
    finally:
        await asking.close()


async def test_a_clock_ends_the_statement_that_takes_more_than_it_has_left(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    sqlite3.connect(path).close()
    asking = Asking(Connections(DatabaseAddress.parse(str(path))))
    try:
        with pytest.raises(QuestionTooLong):
            await asking.rows(select(func.count()).select_from(endless()), clock=Clock(0.01))
    finally:
        await asking.close()
