"""The entities, actors and homes with so many events that the rollup counts theirs apart: they own cells of it.

The number of an owner never stands for another one later: a reader may still rely on it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import BigInteger, Select, bindparam, delete, exists, func, insert, not_, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .bulk_insert import insert_rows
from .cells import every_level, rollup_rows
from .dialect import Dialect
from .references import NOTHING, RESERVED
from .schema import event, owner, rollup
from .slices import finest_bucket
from .statements import select_whether_each_many

OWNER_EVENTS = 30_000
"""From so many events on an entity, actor or home owns cells. Fewer are counted soon enough along their index."""

LOOKED_AT_EVERY = 1_000
"""Of every so many-th event the entity, the actor and the home are looked at: one with many events is noticed soon."""

OwnerColumn = Literal["entity_ref", "actor_ref", "home_ref"]
UNOWNED: Mapping[OwnerColumn, Collection[int]] = {
    "entity_ref": RESERVED,
    "actor_ref": (NOTHING,),
    "home_ref": RESERVED,
}
"""References of no entity, actor or home that has a name."""
COLUMNS: Mapping[str, OwnerColumn] = {column.removesuffix("_ref"): column for column in UNOWNED}
"""The column of events for each kind of owner."""

Owners = Mapping[OwnerColumn, dict[int, int]]
"""For each column of events, the numbers of owners by what the column holds."""

_DELETE_CELLS = delete(rollup).where(rollup.c.owner_ref == bindparam("owner", type_=BigInteger))
_BLANK_WITHOUT_CELLS = (
    update(owner)
    .where(
        owner.c.ref.is_not(None), not_(exists(select(rollup.c.level).where(rollup.c.owner_ref == owner.c.owner_ref)))
    )
    .values(ref=null())
)


def owners_of(rows: Iterable[Sequence[Any]]) -> Owners:
    """The owners in rows of the table `owner`. One of no kind owns nothing: who it was for is counted without cells."""
    owners: Owners = {column: {} for column in UNOWNED}
    for number, kind, ref in rows:
        if ref is not None and kind in COLUMNS:
            owners[COLUMNS[kind]][ref] = number
    return owners


def looked_at(refs: Sequence[int | None], number: int) -> Iterable[int]:
    """Some of the references of the events in the batch with that number, other places of them in each batch."""
    return dict.fromkeys(ref for ref in refs[-number % LOOKED_AT_EVERY :: LOOKED_AT_EVERY] if ref is not None)


async def add_owners(
    connection: AsyncConnection, dialect: Dialect, owners: Owners, column: OwnerColumn, refs: Iterable[int]
) -> None:
    """Make owners of those references that have many events by now, with all their cells, and add them to `owners`."""
    possible = [ref for ref in refs if ref not in owners[column] and ref not in UNOWNED[column]]
    if not possible:
        return
    looked_for = {"numbers": dialect.references(possible), "limit": OWNER_EVENTS}
    counted = (await connection.execute(select_whether_each_many(dialect, column), looked_for)).all()
    for ref in [ref for ref, count in counted if count == OWNER_EVENTS]:
        await _count(connection, column, ref, await _add(connection, owners, column, ref))


async def recount_owners(connection: AsyncConnection, owners: Owners, column: OwnerColumn, refs: Iterable[int]) -> None:
    """Count the events anew of those of the references that own cells already."""
    for ref in refs:
        if (number := owners[column].get(ref)) is not None:
            await connection.execute(_DELETE_CELLS, {"owner": number})
            await _count(connection, column, ref, number)


async def add_all_owners(connection: AsyncConnection) -> None:
    """Make owners of all that have many events, without any cell."""
    owners = owners_of(await connection.execute(select(owner)))
    for column, unowned in UNOWNED.items():
        has_name = event.c[column].not_in(unowned)
        many = func.count() >= bindparam("many", type_=BigInteger)
        refs = select(event.c[column]).where(has_name).group_by(event.c[column]).having(many)
        for (ref,) in (await connection.execute(refs, {"many": OWNER_EVENTS})).all():
            if ref not in owners[column]:
                await _add(connection, owners, column, ref)


async def blank_owners(connection: AsyncConnection) -> None:
    """Forget who those are who have no events any more."""
    await connection.execute(_BLANK_WITHOUT_CELLS)


async def _count(connection: AsyncConnection, column: OwnerColumn, ref: int, number: int) -> None:
    """Fill the cells of an owner that has none."""
    rows = await connection.execute(_select_cells(column), {"ref": ref})
    finest = {(number, bucket, combination): count for bucket, combination, count in rows}
    cells = [row for level, cells in every_level(finest) for row in rollup_rows(level, cells)]
    await insert_rows(connection, rollup, cells)


async def _add(connection: AsyncConnection, owners: Owners, column: OwnerColumn, ref: int) -> int:
    number = ((await connection.execute(select(func.max(owner.c.owner_ref)))).scalar_one() or 0) + 1
    kind = column.removesuffix("_ref")
    await connection.execute(insert(owner), {"owner_ref": number, "kind": kind, "ref": ref})
    owners[column][ref] = int(number)
    return int(number)


@lru_cache(maxsize=2)
def _select_cells(column: OwnerColumn) -> Select[int, int, int]:
    """Bucket of the finest level, combination and number of the events with the reference `ref`."""
    is_one = event.c[column] == bindparam("ref", type_=BigInteger)
    each = select(finest_bucket().label("bucket"), event.c.combination_ref).where(is_one).subquery()
    return select(each.c.bucket, each.c.combination_ref, func.count()).group_by(each.c.bucket, each.c.combination_ref)
