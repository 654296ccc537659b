"""Makes a log that an older version of this program wrote one of this version, a part of it at a time.

Each part is a transaction of its own, and the log's table `meta` says how far the last one came: whoever is stopped
goes on there the next time. Until the last transaction the log has its old version and can be read as before.

Version 5 of the schema knows the home of each event, version 4 counts more than version 3, which has one column more
than version 2.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Executable,
    Index,
    MetaData,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from .bulk_insert import insert_rows
from .connections import Connections
from .dialect import Dialect
from .dictionaries import References
from .log_version import VERSION
from .rebuild import rebuild
from .references import reference
from .schema import event, event_detail, meta, metadata, rehashed, rollup
from .slices import FIRST_KEY, in_slice, next_slice
from .stored_text import from_stored
from .transaction import transaction

TRANSACTION_EVENTS = 20_000
"""So many events find their homes in one transaction."""

Tell = Callable[[int], None]

_REACHED = "homes_before"
"""The row of `meta` that is there while a log is brought to this version: events below this key have their homes."""

_new_home = Table(
    "new_home",
    MetaData(),
    Column("time_key", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
)
"""The homes of some events that have a parent. Made anew for each part: a plan that is kept is for another size."""

_SET_HOME = (
    update(event)
    .where(in_slice(event.c.time_key))
    .values(
        home_ref=func.coalesce(
            select(_new_home.c.ref).where(_new_home.c.time_key == event.c.time_key).scalar_subquery(),
            event.c.entity_ref,
        )
    )
)
_SELECT_PARENTS = select(event_detail.c.time_key, event_detail.c.parent_entity_id).where(
    in_slice(event_detail.c.time_key), event_detail.c.parent_entity_id.is_not(None)
)
_SET_META = update(meta).where(meta.c.name == bindparam("row")).values(value=bindparam("to"))


async def upgrade(connections: Connections, tell: Tell) -> None:
    """Make a log of schema version 2 to 4 one of this version. `tell` hears how many events have found their home.

    Raises a StoreError when the log cannot be written; what was done by then is kept, and not done again.
    """
    homes = _Homes(connections.dialect)
    events = 0
    is_done = False
    while not is_done:
        async with transaction(connections) as connection:
            version, reached = await _state(connection)
            if version == VERSION:  # somebody else did it meanwhile
                return
            if reached is None:
                await _begin(connection, connections.dialect, version)
            elif (part := await next_slice(connection, reached, TRANSACTION_EVENTS)) is not None:
                events += await homes.find(connection, {"low": part.low, "high": part.high})
                await connection.execute(_SET_META, {"row": _REACHED, "to": str(part.high)})
            else:
                await _end(connection)
                is_done = True
        tell(events)


async def _state(connection: AsyncConnection) -> tuple[int, int | None]:
    """The version of the log, and the key before which homes are known, None if this has not begun."""
    values = {name: value for name, value in await connection.execute(select(meta.c.name, meta.c.value))}
    reached = values.get(_REACHED)
    return int(values["version"]), None if reached is None else int(reached)


async def _begin(connection: AsyncConnection, dialect: Dialect, version: int) -> None:
    """Add what the tables lack, as long as no event of theirs was changed.

    Of an index that is made after a change, Postgres may make no use before that transaction has ended.
    """
    await connection.run_sync(metadata.create_all)
    if version == 2:
        # What is there came before every batch that somebody could have seen.
        await connection.exec_driver_sql("ALTER TABLE event ADD COLUMN batch BIGINT NOT NULL DEFAULT 0")
        await _create_index(connection, dialect, "event_batch")
    await connection.exec_driver_sql("ALTER TABLE event ADD COLUMN home_ref BIGINT NOT NULL DEFAULT 0")
    await _create_index(connection, dialect, "event_home")
    await connection.execute(insert(meta), {"name": _REACHED, "value": str(FIRST_KEY)})


async def _create_index(connection: AsyncConnection, dialect: Dialect, name: str) -> None:
    def is_for(index: Index) -> bool:
        """Whether an index is the one that a database needs: SQLite adds the key of the table by itself."""
        return name == "event_batch" or ("time_key" in index.columns) == (dialect.name == "postgresql")

    (made,) = (index for index in event.indexes if index.name == name and is_for(index))
    await connection.run_sync(made.create)


async def _end(connection: AsyncConnection) -> None:
    """Count what this version counts, and let the log be of this version."""
    await connection.run_sync(rollup.drop)
    await connection.run_sync(rollup.create)
    await rebuild(connection)
    await connection.execute(_SET_META, {"row": "version", "to": str(VERSION)})
    await connection.execute(delete(meta).where(meta.c.name == _REACHED))


class _Homes:
    """Lets every event be at home where its parent is, or where it has none, at its entity."""

    def __init__(self, dialect: Dialect) -> None:
        self._entities = References("entity", dialect, reference)

    async def find(self, connection: AsyncConnection, keys: dict[str, int]) -> int:
        """Find the homes of the events of a slice, and say how many these are."""

        async def read(statement: Executable, parameters: dict[str, object]) -> Sequence[Any]:
            return (await connection.execute(statement, parameters)).all()

        parents = [(key, from_stored(text)) for key, text in await connection.execute(_SELECT_PARENTS, keys)]
        await self._entities.load(read)
        numbers = await self._entities.learn({parent for _, parent in parents}, read, {})
        await insert_rows(connection, rehashed, self._entities.new_rehashed)
        await connection.run_sync(_new_home.create)
        await insert_rows(connection, _new_home, [(key, numbers[parent]) for key, parent in parents])
        changed = await connection.execute(_SET_HOME, keys)
        await connection.run_sync(_new_home.drop)
        return int(changed.rowcount)
