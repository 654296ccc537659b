"""Makes all that is derived anew from the events: the rollup, the counts of combinations, what belongs to what."""

from collections import Counter

from sqlalchemy import BigInteger, bindparam, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .bulk_insert import insert_rows
from .cells import rollup_rows
from .descent import note_all
from .owners import add_all_owners
from .recount import recounted
from .schema import combination, rollup
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
    await note_all(connection)
