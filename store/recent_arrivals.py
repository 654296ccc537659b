"""The newest arrivals of a log, noted apart for those who follow it: without reading it, they find what came in.

The table `meta` says what is not noted any more (`forgotten`: the newest batch of which nothing is) and how many events
were noted since something was last forgotten (`noted`). Neither row is there before it is needed.
"""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Insert,
    Select,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    literal_column,
    not_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from .dialect import Dialect
from .expressions import limited
from .meta_numbers import batch_number
from .schema import arrival, event, meta

KEPT = 100_000
"""So many of the newest arrivals are kept at least, and of the oldest of their batches all."""

NOTED, FORGOTTEN = "noted", "forgotten"

SELECT_FORGOTTEN = select(meta.c.value).where(meta.c.name == FORGOTTEN)
"""The newest batch of which nothing is noted any more. Without a row everything is that was ever stored."""

_SELECT_NOTED = select(meta.c.value).where(meta.c.name == NOTED)
_SET = text("INSERT INTO meta VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value")

_newest = limited(select(arrival.c.batch).order_by(arrival.c.batch.desc()), ":kept").subquery()
_SELECT_OLDEST_KEPT = select(func.min(_newest.c.batch))
# From the last one on: Postgres keeps what was deleted for a while, and would go through it each time.
_DELETE = delete(arrival).where(
    arrival.c.batch > bindparam("forgotten", type_=BigInteger), arrival.c.batch < bindparam("oldest", type_=BigInteger)
)


async def note_arrivals(connection: AsyncConnection, dialect: Dialect, batch: int, keys: Sequence[int]) -> None:
    """Note the events of a batch by their keys, and forget the oldest batches where that has become worth it."""
    await connection.execute(_insert(dialect), {"number": batch, "keys": dialect.references(keys)})
    await _forget_oldest(connection, len(keys))


async def _forget_oldest(connection: AsyncConnection, noted: int) -> None:
    # How many have come together stands in the log, as a writer may be opened anew for every batch.
    noted += batch_number((await connection.execute(_SELECT_NOTED)).scalar() or "0")
    if noted > KEPT // 4:
        noted = 0
        oldest = (await connection.execute(_SELECT_OLDEST_KEPT, {"kept": KEPT})).scalar_one()
        forgotten = batch_number((await connection.execute(SELECT_FORGOTTEN)).scalar() or "0")
        if (await connection.execute(_DELETE, {"forgotten": forgotten, "oldest": oldest})).rowcount:
            await connection.execute(_SET, {"name": FORGOTTEN, "value": str(oldest - 1)})
    await connection.execute(_SET, {"name": NOTED, "value": str(noted)})


async def note_all_arrivals(connection: AsyncConnection) -> None:
    """Note anew what came in since something was last forgotten."""
    await connection.execute(delete(arrival))
    found = select(event.c.batch, event.c.time_key).where(_is_remembered())
    await connection.execute(insert(arrival).from_select([arrival.c.batch, arrival.c.time_key], found))


@lru_cache(maxsize=1)
def count_missing_arrivals() -> Select[int]:
    """How many events are not noted that should be."""
    is_noted = exists(select(arrival.c.batch).where(_is_arrival()))
    return select(func.count()).select_from(event).where(_is_remembered(), not_(is_noted))


@lru_cache(maxsize=1)
def count_stray_arrivals() -> Select[int]:
    """How many arrivals are noted of no event."""
    return select(func.count()).select_from(arrival).where(not_(exists(select(event.c.time_key).where(_is_arrival()))))


def _is_arrival() -> ColumnElement[bool]:
    return (arrival.c.time_key == event.c.time_key) & (arrival.c.batch == event.c.batch)


def _is_remembered() -> ColumnElement[bool]:
    forgotten = cast(SELECT_FORGOTTEN.scalar_subquery(), BigInteger)
    return event.c.batch > func.coalesce(forgotten, literal_column("0", BigInteger))


@lru_cache(maxsize=2)
def _insert(dialect: Dialect) -> Insert:
    # As rows of their own, the keys would take the driver three times as long.
    (key,) = (keys := dialect.numbers("keys")).c
    return insert(arrival).from_select(
        [arrival.c.batch, arrival.c.time_key], select(bindparam("number", type_=BigInteger), key).select_from(keys)
    )
