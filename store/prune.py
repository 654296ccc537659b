"""Deletes the oldest events, with everything that no other event needs, in transactions of bounded size.

Rows of `combination` stay, with a count of 0: their numbers have no gaps, and readers remember what each stands for.
Actors and texts of `rehashed` go with their last event, since they can name a person. The number of a deleted actor
must not come back for another one while a reader still believes it knows it, so that the highest one only becomes
blank.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import BigInteger, Delete, Select, Update, bindparam, delete, exists, func, not_, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from .address import DatabaseAddress
from .bulk_insert import insert_rows
from .cells import counts_of_combinations, every_level, rollup_rows
from .connections import Connections
from .descent import forget_pairs, pairs_of_slice
from .dialect import Dialect
from .dictionaries import COLUMNS, actor_of, word_refs
from .expressions import NOTHING as UNINDEXED
from .finished import finished
from .owners import blank_owners
from .references import NOTHING, Reference, reference
from .schema import actor, actor_word, arrival, combination, event, event_detail, rehashed, rollup
from .slices import FIRST_KEY, Slice, cells_of, in_slice, next_slice
from .statements import IdColumn
from .time_keys import LEVELS, microseconds
from .transaction import count_transaction, transaction
from .upkeep import open_for_upkeep

TRANSACTION_EVENTS = 10_000
"""About so many events go in one transaction: more only where one microsecond holds more."""


async def prune_log(
    address: DatabaseAddress,
    before: datetime,
    tell: Callable[[int], None] = lambda deleted: None,
    make_reference: Reference = reference,
) -> int:
    """Delete every event that occurred before a moment (with an offset), and return how many these were.

    After each transaction every count is exact, and `tell` hears how many events are deleted so far. When the awaiting
    task is cancelled the transaction is finished first, and another call goes on from there. Raises a StoreError when
    the database cannot be written. `make_reference` is there for tests.
    """
    until, deleted = microseconds(before), 0
    connections = await open_for_upkeep(address)

    async def delete_from(low: int) -> int | None:
        nonlocal deleted
        part, number = await _delete_slice(connections, low, until, make_reference)
        if part is None:
            return None
        deleted += number
        tell(deleted)
        return part.high

    try:
        low: int | None = FIRST_KEY
        while low is not None:
            behind = await finished(delete_from(low))
            # At the end it looks once more at the beginning, where events may have arrived late.
            low = behind if behind is not None or low == FIRST_KEY else FIRST_KEY
            if behind is not None:
                await asyncio.sleep(connections.dialect.orders.turn_seconds)
    finally:
        await connections.close()
    return deleted


async def _delete_slice(
    connections: Connections, low: int, until: int, make_reference: Reference
) -> tuple[Slice | None, int]:
    """Delete the slice from the key `low` on, if there is one, and say how many events were in it."""
    async with transaction(connections) as connection:
        part = await next_slice(connection, low, TRANSACTION_EVENTS, until=until)
        if part is None:
            return None, 0
        await count_transaction(connection)
        number = await _uncount(connection, part)
        keys = {"low": part.low, "high": part.high}
        gone = [row[0] for row in await connection.execute(_SELECT_ACTORS_OF_SLICE, keys)]
        pairs = await pairs_of_slice(connection, keys)
        texts = {row[0] for order in _SELECT_REHASHED_OF_SLICE for row in await connection.execute(order, keys)}
        await connection.execute(_DELETE_DETAILS, keys)
        await connection.execute(_DELETE_EVENTS, keys)
        await connection.execute(_DELETE_ARRIVALS, keys)
        await _delete_actors(connection, connections.dialect, gone, make_reference)
        await forget_pairs(connection, pairs)
        if texts:
            among = {"numbers": connections.dialect.references(sorted(texts))}
            for kind in COLUMNS:
                await connection.execute(_delete_rehashed(connections.dialect, kind), among)
        return part, number


async def _uncount(connection: AsyncConnection, part: Slice) -> int:
    """Take the events of a slice away from every count. Returns their number."""
    finest = await cells_of(connection, part)
    rows = [
        (owner_ref, level, bucket, combination_ref, -count)
        for level, cells in every_level(finest)
        for owner_ref, _, bucket, combination_ref, count in rollup_rows(level, cells)
    ]
    await insert_rows(connection, rollup, rows, added=True)
    ends = [
        {"in_level": level, "first": part.since // width, "last": (part.until - 1) // width, "owner": owner_ref}
        for owner_ref in sorted({owner_ref for owner_ref, _, _ in finest})
        for level, width in enumerate(LEVELS)
    ]
    await connection.execute(_DELETE_EMPTY_CELLS, ends)
    await blank_owners(connection)
    totals = counts_of_combinations(finest)
    less = [{"number": number, "less": count} for number, count in sorted(totals.items())]
    await connection.execute(_UNCOUNT_COMBINATION, less)
    return totals.total()


async def _delete_actors(
    connection: AsyncConnection, dialect: Dialect, numbers: list[int], make_reference: Reference
) -> None:
    """Delete those of the numbered actors that no event has any more."""
    among = {"numbers": dialect.references(numbers)}
    unneeded = _is_unneeded(dialect)
    rows = (await connection.execute(select(actor).where(unneeded), among)).all()
    if not rows:
        return
    words = [
        {"word": word, "number": number}
        for number, _identity, *stored in rows
        for word in sorted(word_refs(actor_of(stored), make_reference))
    ]
    if words:
        await connection.execute(_DELETE_WORD, words)
    await connection.execute(_blank_last(unneeded), among)
    await connection.execute(_delete_but_last(unneeded), among)


def _is_unneeded(dialect: Dialect) -> ColumnElement[bool]:
    of_actor = exists(select(event.c.time_key).where(event.c.actor_ref == actor.c.actor_ref))
    return dialect.one_of(actor.c.actor_ref, "numbers") & not_(of_actor)


def _last_actor() -> ColumnElement[int]:
    other = actor.alias("other")
    return select(func.max(other.c.actor_ref)).scalar_subquery()


def _blank_last(unneeded: ColumnElement[bool]) -> Update:
    parts = {column.name: null() for column in actor.c if column.nullable}
    return update(actor).where(unneeded, actor.c.actor_ref == _last_actor()).values(identity=NOTHING, **parts)


def _delete_but_last(unneeded: ColumnElement[bool]) -> Delete:
    return delete(actor).where(unneeded, actor.c.actor_ref < _last_actor())


def _delete_rehashed(dialect: Dialect, kind: str) -> Delete:
    unneeded = [
        not_(exists(select(event.c.time_key).where(event.c[column] == rehashed.c.ref))) for column in COLUMNS[kind]
    ]
    return delete(rehashed).where(rehashed.c.kind == kind, dialect.one_of(rehashed.c.ref, "numbers"), *unneeded)


def _select_rehashed_of_slice(kind: str, column: IdColumn) -> Select[int]:
    of_event = (rehashed.c.kind == kind) & (rehashed.c.ref == event.c[column] + UNINDEXED)
    return select(rehashed.c.ref).join_from(event, rehashed, of_event).where(in_slice(event.c.time_key)).distinct()


_SELECT_ACTORS_OF_SLICE: Select[int] = (
    select(event.c.actor_ref).where(in_slice(event.c.time_key), event.c.actor_ref != NOTHING).distinct()
)
_DELETE_EVENTS = delete(event).where(in_slice(event.c.time_key))
_DELETE_DETAILS = delete(event_detail).where(in_slice(event_detail.c.time_key))
_DELETE_ARRIVALS = delete(arrival).where(in_slice(arrival.c.time_key))
_DELETE_WORD = delete(actor_word).where(
    actor_word.c.word_ref == bindparam("word", type_=BigInteger),
    actor_word.c.actor_ref == bindparam("number", type_=BigInteger),
)
_SELECT_REHASHED_OF_SLICE = [
    _select_rehashed_of_slice(kind, column) for kind, columns in COLUMNS.items() for column in columns
]
_DELETE_EMPTY_CELLS = delete(rollup).where(
    rollup.c.owner_ref == bindparam("owner", type_=BigInteger),
    rollup.c.level == bindparam("in_level", type_=BigInteger),
    rollup.c.bucket >= bindparam("first", type_=BigInteger),
    rollup.c.bucket <= bindparam("last", type_=BigInteger),
    rollup.c.count == 0,
)
_UNCOUNT_COMBINATION = (
    update(combination)
    .where(combination.c.combination_ref == bindparam("number", type_=BigInteger))
    .values(count=combination.c.count - bindparam("less", type_=BigInteger))
)
