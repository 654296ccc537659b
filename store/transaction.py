"""Transactions: a writer's, whole or not at all and of one writer at a time, and one that sees a single moment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import exc, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .connections import Connections
from .meta_numbers import IS_WRITTEN, SELECT_WRITTEN, batch_number
from .schema import meta


@asynccontextmanager
async def transaction(connections: Connections) -> AsyncIterator[AsyncConnection]:
    """A connection on which no other writer writes meanwhile. What the block did is kept, or undone when it raises."""
    async with connections.one(*connections.dialect.orders.begin) as connection:
        try:
            yield connection
            for order in connections.dialect.orders.commit:
                await connection.exec_driver_sql(order)
        except BaseException:
            with suppress(exc.SQLAlchemyError):  # there may be nothing to undo, or nobody to ask
                await connection.exec_driver_sql("ROLLBACK")
            raise


@asynccontextmanager
async def snapshot(connections: Connections) -> AsyncIterator[AsyncConnection]:
    """A connection that sees the log as it is at one moment, and on which nothing is written."""
    async with connections.one(connections.dialect.orders.begin_snapshot) as connection:
        try:
            yield connection
        finally:
            with suppress(exc.SQLAlchemyError):
                await connection.exec_driver_sql("ROLLBACK")


async def count_transaction(connection: AsyncConnection) -> int:
    """Count one transaction more, by which readers and other writers notice it. Returns how many came before."""
    number = batch_number((await connection.execute(SELECT_WRITTEN)).scalar())
    await connection.execute(update(meta).where(IS_WRITTEN).values(value=str(number + 1)))
    return number
