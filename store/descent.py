"""Which entities belong to which, as far as others belong to them: the table `descent`, kept exact by the writer.

Nearly every entity of a large log can be one that nothing belongs to, such as a single measurement: only those that
are the home of events have pairs, so that all that belongs to something is found in few steps and few homes.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Delete,
    Executable,
    FromClause,
    Select,
    Update,
    bindparam,
    delete,
    exists,
    func,
    insert,
    intersect,
    not_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from .bulk_insert import insert_rows
from .dialect import Dialect
from .expressions import NOTHING
from .references import RESERVED
from .schema import descent, event
from .slices import in_slice
from .statements import Standing, select_standings, standing_of, with_number

Read = Callable[[Executable, dict[str, object]], Awaitable[Sequence[Any]]]
"""Runs a SELECT in the writer's transaction."""

MOST_REMEMBERED = 200_000
"""Of how many entities, and how many pairs, is remembered between batches."""

JOINED_AT_ONCE = 10_000
"""So many events get their home in one statement."""

Pair = tuple[int, int]
"""The reference of a parent and of what belongs to it."""


class Homes:
    """What a writer knows of who is the home of events, and of the pairs that are noted."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._standings: dict[int, Standing] = {}
        self._homes: set[int] = set()
        self._noted: set[Pair] = set()

    def forget(self) -> None:
        """Know nothing any more: events may have been deleted."""
        self._standings.clear()
        self._homes.clear()
        self._noted.clear()

    async def learn(
        self, entity_refs: Sequence[int], parent_refs: Sequence[int | None], unused: Collection[int], read: Read
    ) -> "Settled":
        """Where each event is at home, before the events are there; their parents are given, None for none other.

        `unused` references are those that no event in the log has.
        """
        if len(self._standings) > MOST_REMEMBERED:
            self._standings.clear()
            self._homes.clear()
        standings, homes = self._standings, self._homes
        children = {entity for entity, parent in zip(entity_refs, parent_refs, strict=True) if parent is not None}
        parents = {parent for parent in parent_refs if parent is not None}
        entities = set(entity_refs) - set(RESERVED)
        unknown = sorted((entities | parents) - standings.keys() - set(unused))
        if unknown:
            rows = await read(select_standings(self._dialect), {"numbers": self._dialect.references(unknown)})
            standings.update((number, standing_of(key, home_ref)) for number, _, key, home_ref in rows)
            homes.update(number for number, is_home, _, _ in rows if is_home)
        with_parents = {entity for entity in entities if entity in children or standings.get(entity) == "child"}
        home_refs = [
            parent if parent is not None else entity if entity in with_parents else None
            for entity, parent in zip(entity_refs, parent_refs, strict=True)
        ]
        joining = {entity for entity in with_parents if standings.get(entity) == "root"}
        becoming = (joining | {home for home in home_refs if home is not None}) - homes
        with_pairs = {number for number in becoming if standings.get(number) == "child"}
        homes |= becoming
        standings.update(dict.fromkeys(parents - standings.keys(), "none"))
        standings.update(dict.fromkeys(entities - with_parents, "root"))
        standings.update(dict.fromkeys(with_parents, "child"))
        return Settled(entity_refs, home_refs, joining, with_pairs)

    async def join(self, connection: AsyncConnection, settled: "Settled") -> None:
        """Let the older events of entities that were roots be at home with them."""
        if not settled.joining:
            return
        dialect, among = self._dialect, {"numbers": self._dialect.references(sorted(settled.joining))}
        keys = [key for (key,) in await connection.execute(_select_keys_of(dialect), among)]
        for start in range(0, len(keys), JOINED_AT_ONCE):
            some = dialect.references(keys[start : start + JOINED_AT_ONCE])
            await connection.execute(_set_homes(dialect), {"keys": some})

    async def note(self, connection: AsyncConnection, settled: "Settled", read: Read) -> None:
        """Note the pairs of events that are there now, and of older ones whose entity has become a home."""
        if len(self._noted) > MOST_REMEMBERED:
            self._noted.clear()
        pairs = {
            (parent, child)
            for parent, child in zip(settled.home_refs, settled.entity_refs, strict=True)
            if parent is not None and parent != child and child in self._homes
        }
        if settled.with_pairs:
            among = {"numbers": self._dialect.references(sorted(settled.with_pairs))}
            rows = await read(select_pairs_of(self._dialect), among)
            pairs.update((parent, child) for parent, child in rows)
        unnoted = sorted(pairs - self._noted)
        await insert_rows(connection, descent, unnoted, once=True)
        self._noted.update(unnoted)


class Settled(NamedTuple):
    """The entities of the events of a batch, in their order, where these are at home, and what follows for older ones.

    `joining` are entities that were roots before the batch. `with_pairs` are those that become the home of events while
    older events of them are at home elsewhere.
    """

    entity_refs: Sequence[int]
    home_refs: Sequence[int | None]
    joining: Collection[int]
    with_pairs: Collection[int]


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
def _select_keys_of(dialect: Dialect) -> Select[int]:
    """The keys of the events of the entities `numbers`."""
    numbers = dialect.numbers("numbers")
    (number,) = numbers.c
    return dialect.in_each(numbers, with_number(event, "entity_ref", number))


@lru_cache(maxsize=2)
def _set_homes(dialect: Dialect) -> Update:
    """Let the events with the keys `keys` be at home with their entity."""
    return update(event).where(dialect.one_of(event.c.time_key, "keys")).values(home_ref=event.c.entity_ref)


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


@lru_cache(maxsize=1)
def count_divided() -> Select[int]:
    """Of how many entities some events have a home, and others have none."""
    return select(func.count()).select_from(_divided().subquery())


@lru_cache(maxsize=1)
def let_all_be_at_home() -> Update:
    """Let these others be at home with their entity."""
    is_divided = event.c.entity_ref.in_(_divided())
    return update(event).where(event.c.home_ref.is_(None), is_divided).values(home_ref=event.c.entity_ref)


def _divided() -> CompoundSelect[int]:
    # Without an index, of which none has both columns: it would lead to the row of every event, one by one.
    entity_ref, home_ref = event.c.entity_ref + NOTHING, event.c.home_ref + NOTHING
    roots = select(entity_ref).where(home_ref.is_(None), event.c.entity_ref.not_in(RESERVED))
    return intersect(roots, select(entity_ref).where(home_ref.is_not(None)))


def _all_pairs() -> Select[int, int]:
    home = event.alias("home")
    # These lead to their own events, of which there are few: most events are of what nothing belongs to.
    is_home = event.c.entity_ref.in_(select(home.c.home_ref).where(home.c.home_ref.is_not(None)))
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
    # Looked for among the events of the child: a home can have very many, and its index is as good a choice to SQLite.
    at_home = event.c.home_ref + NOTHING == descent.c.parent_ref
    return exists(select(event.c.time_key).where(event.c.entity_ref == descent.c.child_ref, at_home))


_DELETE_PAIR: Delete = delete(descent).where(
    descent.c.parent_ref == bindparam("parent", type_=BigInteger),
    descent.c.child_ref == bindparam("child", type_=BigInteger),
    not_(_has_event()),
)
