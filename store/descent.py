"""Which entities belong to which, as far as others belong to them: the table `descent`, kept exact by the writer.

Nearly every entity of a large log can be one that nothing belongs to, such as a single measurement: only those that
are the home of events have pairs, so that all that belongs to something is found in few steps and few homes.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Delete,
    Executable,
    FromClause,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    not_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from .bulk_insert import insert_rows
from .dialect import Dialect
from .references import RESERVED
from .schema import descent, event
from .slices import in_slice

Read = Callable[[Executable, dict[str, object]], Awaitable[Sequence[Any]]]
"""Runs a SELECT in the writer's transaction."""

MOST_REMEMBERED = 200_000
"""How many homes, and how many pairs, are kept in memory between batches."""

Pair = tuple[int, int]
"""The reference of a parent and of what belongs to it."""


class Homes:
    """What a writer knows of the homes in the log, and of the pairs that are noted."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._homes: set[int] = set()
        self._noted: set[Pair] = set()

    def forget(self) -> None:
        """Know nothing any more: events may have been deleted."""
        self._homes.clear()
        self._noted.clear()

    async def learn(self, entity_refs: Iterable[int], home_refs: Iterable[int], read: Read) -> Collection[int]:
        """Look which of these are homes, before the events are there. Returns those that become one with them."""
        if len(self._homes) > MOST_REMEMBERED:
            self._homes.clear()
        becoming = set(home_refs)
        unknown = sorted((becoming | set(entity_refs)) - self._homes)
        if unknown:
            rows = await read(select_homes(self._dialect), {"numbers": self._dialect.references(unknown)})
            self._homes.update(number for (number,) in rows)
        new = becoming - self._homes
        self._homes |= new
        return new

    async def note(
        self,
        connection: AsyncConnection,
        entity_refs: Iterable[int],
        home_refs: Iterable[int],
        new: Collection[int],
        read: Read,
    ) -> None:
        """Note the pairs of events that are there now, and of older ones whose entity is a `new` home."""
        if len(self._noted) > MOST_REMEMBERED:
            self._noted.clear()
        pairs = {
            (parent, child)
            for parent, child in zip(home_refs, entity_refs, strict=True)
            if parent != child and child in self._homes and child not in RESERVED
        }
        if new:
            rows = await read(select_pairs_of(self._dialect), {"numbers": self._dialect.references(sorted(new))})
            pairs.update((parent, child) for parent, child in rows)
        unnoted = sorted(pairs - self._noted)
        await insert_rows(connection, descent, unnoted, once=True)
        self._noted.update(unnoted)


async def note_all(connection: AsyncConnection) -> None:
    """Note the pairs of all events anew."""
    await connection.execute(delete(descent))
    await connection.execute(insert(descent).from_select(["parent_ref", "child_ref"], _all_pairs()))


async def pairs_of_slice(connection: AsyncConnection, keys: dict[str, int]) -> Sequence[Pair]:
    """The pairs that events of a slice have."""
    rows = await connection.execute(_select_noted_of_slice(), keys)
    return [(parent, child) for parent, child in rows]


async def forget_pairs(connection: AsyncConnection, pairs: Sequence[Pair]) -> None:
    """Take away those of the pairs that no event has any more."""
    if pairs:
        await connection.execute(_DELETE_PAIR, [{"parent": parent, "child": child} for parent, child in pairs])


@lru_cache(maxsize=2)
def select_homes(dialect: Dialect) -> Select[int]:
    """Which of the references `numbers` are the home of an event."""
    numbers = dialect.numbers("numbers")
    (number,) = numbers.c
    return select(number).select_from(numbers).where(exists(select(event.c.time_key).where(event.c.home_ref == number)))


@lru_cache(maxsize=2)
def select_pairs_of(dialect: Dialect) -> Select[int, int]:
    """The pairs of events whose entity is one of the references `numbers`."""
    is_one = dialect.one_of(event.c.entity_ref, "numbers")
    pair = event.c.home_ref, event.c.entity_ref
    return select(*pair).where(is_one, _is_pair(event)).distinct()


@lru_cache(maxsize=1)
def count_missing_pairs() -> Select[int]:
    """How many pairs are not there that events have."""
    pairs = _all_pairs().subquery()
    is_noted = exists(
        select(descent.c.parent_ref).where(
            descent.c.parent_ref == pairs.c.home_ref, descent.c.child_ref == pairs.c.entity_ref
        )
    )
    return select(func.count()).select_from(pairs).where(not_(is_noted))


@lru_cache(maxsize=1)
def count_stray_pairs() -> Select[int]:
    """How many pairs are there that no event has."""
    return select(func.count()).select_from(descent).where(not_(_has_event()))


def _all_pairs() -> Select[int, int]:
    home = event.alias("home")
    is_home = exists(select(home.c.time_key).where(home.c.home_ref == event.c.entity_ref))
    return select(event.c.home_ref, event.c.entity_ref).where(_is_pair(event), is_home).distinct()


@lru_cache(maxsize=1)
def _select_noted_of_slice() -> Select[int, int]:
    is_noted = exists(
        select(descent.c.parent_ref).where(
            descent.c.parent_ref == event.c.home_ref, descent.c.child_ref == event.c.entity_ref
        )
    )
    pair = event.c.home_ref, event.c.entity_ref
    return select(*pair).where(in_slice(event.c.time_key), _is_pair(event), is_noted).distinct()


def _is_pair(table: FromClause) -> ColumnElement[bool]:
    return (table.c.home_ref != table.c.entity_ref) & table.c.entity_ref.not_in(RESERVED)


def _has_event() -> ColumnElement[bool]:
    return exists(
        select(event.c.time_key).where(
            event.c.entity_ref == descent.c.child_ref, event.c.home_ref == descent.c.parent_ref
        )
    )


_DELETE_PAIR: Delete = delete(descent).where(
    descent.c.parent_ref == bindparam("parent", type_=BigInteger),
    descent.c.child_ref == bindparam("child", type_=BigInteger),
    not_(_has_event()),
)
