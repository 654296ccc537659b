"""Makes anew from the events what is counted, what they are found by, what belongs to what, and what came in lately."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import BigInteger, bindparam, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .actor_check import ActorCheck
from .bookkeeping import mend_notes
from .bulk_insert import insert_rows
from .cells import rollup_rows
from .descent import note_all
from .dialect import Dialect
from .findings import Kind
from .owners import add_all_owners
from .recent_arrivals import note_all_arrivals
from .recount import recounted
from .reference_repair import mend_references
from .references import Reference
from .schema import combination, rollup
from .transaction import count_transaction

_SET_COUNT = (
    update(combination)
    .where(combination.c.combination_ref == bindparam("number", type_=BigInteger))
    .values(count=bindparam("events", type_=BigInteger))
)


async def rebuild(
    connection: AsyncConnection, dialect: Dialect, make_reference: Reference, wrong: Collection[Kind]
) -> None:
    """Replace every count, inside a writer's transaction that somebody else begins and ends.

    Those who have many events by now own cells afterwards. Before that, references, words and notes are mended, where
    these kinds are among those that are `wrong`.
    """
    if "note" in wrong:
        await mend_notes(connection)
    if "reference" in wrong:
        await mend_references(connection, dialect, make_reference)
    if "word" in wrong:
        await ActorCheck(connection, dialect, make_reference).mend()
    await count_transaction(connection)
    await note_all_arrivals(connection)
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
