"""Makes everything that is counted anew from the events: the rollup and the counts of combinations.

Version 4 of the schema counts more than version 3, which has one column more than version 2: hardly anything else is
to do for a log of those.
"""

from collections import Counter

from sqlalchemy import BigInteger, bindparam, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .bulk_insert import insert_rows
from .cells import rollup_rows
from .log_version import VERSION
from .owners import add_all_owners
from .recount import recounted
from .schema import combination, event, meta, metadata, rollup
from .transaction import count_transaction

_SET_COUNT = (
    update(combination)
    .where(combination.c.combination_ref == bindparam("number", type_=BigInteger))
    .values(count=bindparam("events", type_=BigInteger))
)


async def rebuild(connection: AsyncConnection) -> None:
    """Replace every count, inside a writer's transaction that somebody else begins and ends.

    Those who have many events by now own cells afterwards.
    """
    await count_transaction(connection)
    await add_all_owners(connection)
    await connection.execute(delete(rollup))
    totals: Counter[int] = Counter()
    async for part in recounted(connection):
        totals.update(part.combinations)
        for level in part.levels:
            await insert_rows(connection, rollup, list(rollup_rows(level.level, level.cells)))
    await connection.execute(update(combination).values(count=0))
    if totals:
        counts = [{"number": number, "events": count} for number, count in sorted(totals.items())]
        await connection.execute(_SET_COUNT, counts)


async def upgrade(connection: AsyncConnection, version: int) -> None:
    """Make a log of schema version 2 or 3 one of this version, inside a writer's transaction of somebody else."""
    if version == 2:
        # What is there came before every batch that somebody could have seen.
        await connection.exec_driver_sql("ALTER TABLE event ADD COLUMN batch BIGINT NOT NULL DEFAULT 0")
        (of_batch,) = (index for index in event.indexes if index.name == "event_batch")
        await connection.run_sync(of_batch.create)
    await connection.run_sync(rollup.drop)
    await connection.run_sync(metadata.create_all)
    await rebuild(connection)
    await connection.execute(update(meta).where(meta.c.name == "version").values(value=str(VERSION)))
