"""Makes everything that is derived anew from the events: the rollup, the counts of combinations, what belongs to what.

Version 5 of the schema knows the home of each event, version 4 counts more than version 3, which has one column more
than version 2: little else is to do for a log of those.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Executable,
    Index,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from .bulk_insert import insert_rows
from .cells import rollup_rows
from .descent import note_all
from .dialect import Dialect
from .dictionaries import References
from .log_version import VERSION
from .owners import add_all_owners
from .recount import recounted
from .references import reference
from .schema import combination, event, event_detail, meta, metadata, rehashed, rollup
from .stored_text import from_stored
from .transaction import count_transaction

_SET_COUNT = (
    update(combination)
    .where(combination.c.combination_ref == bindparam("number", type_=BigInteger))
    .values(count=bindparam("events", type_=BigInteger))
)
_new_home = Table(
    "new_home",
    MetaData(),
    Column("text", Text, nullable=False),
    Column("ref", BigInteger, nullable=False),
    Index("new_home_text", "text", postgresql_using="hash"),
    prefixes=["TEMPORARY"],
)
"""What the ids of parents stand for, each once, while a log is brought to this version.

The text is no key: an index of Postgres that is no hash holds no long ones.
"""


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


async def upgrade(connection: AsyncConnection, dialect: Dialect, version: int) -> None:
    """Make a log of schema version 2 to 4 one of this version, inside a writer's transaction of somebody else."""
    if version == 2:
        # What is there came before every batch that somebody could have seen.
        await connection.exec_driver_sql("ALTER TABLE event ADD COLUMN batch BIGINT NOT NULL DEFAULT 0")
        (of_batch,) = (index for index in event.indexes if index.name == "event_batch")
        await connection.run_sync(of_batch.create)
    await connection.run_sync(rollup.drop)
    await connection.run_sync(metadata.create_all)
    await connection.exec_driver_sql("ALTER TABLE event ADD COLUMN home_ref BIGINT NOT NULL DEFAULT 0")
    await connection.execute(update(event).values(home_ref=event.c.entity_ref))
    (of_home,) = (index for index in event.indexes if index.name == "event_home" and _is_for(dialect, index))
    await connection.run_sync(of_home.create)
    await _find_homes(connection, dialect)
    await rebuild(connection)
    await connection.execute(update(meta).where(meta.c.name == "version").values(value=str(VERSION)))


def _is_for(dialect: Dialect, index: Index) -> bool:
    """Whether an index is the one that a database needs: SQLite adds the key of the table by itself."""
    return ("time_key" in index.columns) == (dialect.name == "postgresql")


async def _find_homes(connection: AsyncConnection, dialect: Dialect) -> None:
    """Let every event that has a parent be at home there."""

    async def read(statement: Executable, parameters: dict[str, object]) -> Sequence[Any]:
        return (await connection.execute(statement, parameters)).all()

    detail = event_detail.c
    parents = await read(select(detail.parent_entity_id).where(detail.parent_entity_id.is_not(None)).distinct(), {})
    entities = References("entity", dialect, reference)
    await entities.load(read)
    stored = {from_stored(parent): parent for (parent,) in parents}
    numbers = await entities.learn(stored, read)
    await insert_rows(connection, rehashed, entities.new_rehashed)
    await connection.run_sync(_new_home.create)
    await insert_rows(connection, _new_home, [(text, numbers[parent]) for parent, text in stored.items()])
    home = (
        select(_new_home.c.ref)
        .join(event_detail, detail.parent_entity_id == _new_home.c.text)
        .where(detail.time_key == event.c.time_key)
    )
    await connection.execute(update(event).where(exists(home)).values(home_ref=home.scalar_subquery()))
    await connection.run_sync(_new_home.drop)
