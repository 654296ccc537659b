"""The tables of a log of version 2 to 5, under the names that they have while their events are moved out of them.

They stand here as they were, whatever becomes of `schema`: only what is read of them, which all these versions have.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from .expressions import limited
from .plain_event import PlainEvent
from .stored_text import from_stored, from_stored_or_absent, id_from_stored, id_to_stored
from .time_keys import moment_of

_RENAMED = ("event", "event_detail", "actor", "combination")
_DERIVED = ("rollup", "owner", "descent", "rehashed", "actor_word")
REPLACED = (*_RENAMED, *_DERIVED)
"""The tables that others take the place of, where they are: some came with a later version."""

UNMOVED = tuple(f"unmoved_{name}" for name in _RENAMED)
"""The old tables with the events that stayed in them, and what these refer to."""

_INDEXES = (
    "event_id",
    "event_combination",
    "event_trace",
    "event_entity",
    "event_actor",
    "event_batch",
    "event_home",
    "actor_identity",
)
_SLOT_BITS = 5
_NOTHING = 0
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What is raised by values that are none of an event: a time outside the calendar, bytes that are no text."""

_metadata = MetaData()
_event = Table(
    "old_event",
    _metadata,
    Column("time_key", BigInteger, primary_key=True),
    Column("id"),  # of no type: of a file, any value can be read so
    Column("combination_ref", Integer),
    Column("entity_ref", BigInteger),
    Column("actor_ref", BigInteger),
    Column("occurred_at", BigInteger),
)
_DETAILS = (
    "long_id",
    "entity_id",
    "entity_name",
    "trace_id",
    "parent_entity_id",
    "actor_more",
    "payload",
    "request",
)
_detail = Table(
    "old_event_detail",
    _metadata,
    Column("time_key", BigInteger, primary_key=True),
    *(Column(name, Text) for name in _DETAILS),
)
_ACTOR_PARTS = ("type", "id", "name", "email", "ip_address")
_actor = Table(
    "old_actor",
    _metadata,
    Column("actor_ref", BigInteger, primary_key=True),
    *(Column(name, Text) for name in _ACTOR_PARTS),
)
_COMBINATION_PARTS = ("event_name", "entity_type", "actor_type", "environment")
_combination = Table(
    "old_combination",
    _metadata,
    Column("combination_ref", Integer, primary_key=True),
    *(Column(name, Text) for name in _COMBINATION_PARTS),
)


class Part(NamedTuple):
    """The oldest events that are left, with the keys from behind one up to the last: by these, or only these."""

    behind: int
    last: int
    events: Mapping[int, PlainEvent]
    unreadable: Sequence[int]


async def put_aside(connection: AsyncConnection) -> None:
    """Give the tables with events their old names, and drop what is derived from them and every index."""
    orders = [
        *(f"DROP INDEX IF EXISTS {name}" for name in _INDEXES),
        *(f"DROP TABLE IF EXISTS {name}" for name in _DERIVED),
        *(f"ALTER TABLE {name} RENAME TO old_{name}" for name in _RENAMED),
    ]
    if connection.dialect.name == "postgresql":
        # In the end they are dropped: better now than then it is found that a view depends on them.
        trial = ("SAVEPOINT trial", f"DROP TABLE {', '.join(_RENAMED)}", "ROLLBACK TO SAVEPOINT trial")
        # The index of a primary key has a name there, which must be free.
        keys = (f"ALTER INDEX IF EXISTS {name}_pkey RENAME TO old_{name}_pkey" for name in _RENAMED)
        orders = [*trial, *orders, *keys]
    for order in orders:
        await connection.exec_driver_sql(order)


async def drop_or_leave(connection: AsyncConnection) -> int:
    """Drop the tables, whose events are elsewhere, or name them for those that are not, and say how many these are."""
    left = int((await connection.execute(select(func.count()).select_from(_event))).scalar_one())
    if left:
        for name, unmoved in zip(_RENAMED, UNMOVED, strict=True):
            await connection.exec_driver_sql(f"ALTER TABLE old_{name} RENAME TO {unmoved}")
    else:
        await connection.run_sync(_metadata.drop_all)
    return left


async def count_unreadable(connection: AsyncConnection) -> int:
    """How many events lack their detail, their actor or their combination."""
    return int((await connection.execute(_COUNT_UNREADABLE)).scalar_one())


async def next_part(connection: AsyncConnection, behind: int, events: int, characters: int) -> Part | None:
    """Up to so many events behind a key, fewer where these hold more than so many characters. None behind the last."""
    last, size, asked, step = behind, 0, 0, 1
    while size <= characters and asked < events:
        # More each time: only few may fit, and each long one is read for its length.
        step = min(2 * step, events - asked)
        rows = (await connection.execute(_SELECT_SIZES, {"behind": last, "events": step})).all()
        for key, length in rows:
            last, size, asked = key, size + length, asked + 1
            if size > characters:
                break
        if len(rows) < step:
            break
    if not asked:
        return None
    return Part(behind, last, *await _read(connection, {"behind": behind, "last": last}))


def left_of(part: Part, moved: Iterable[bytes]) -> Sequence[int]:
    """The keys of the events that are left of a part when those with these ids are moved, the first of each."""
    left, ids = [*part.unreadable], set(moved)
    if len(ids) < len(part.events):
        for key, event in part.events.items():
            stored_id = id_to_stored(event.id)
            if stored_id not in ids:
                left.append(key)
            ids.discard(stored_id)
    return left


async def delete_part(connection: AsyncConnection, part: Part, left: Sequence[int]) -> int:
    """Delete the events of a part but for some, and say how many these were."""
    keys = {"behind": part.behind, "last": part.last}
    deleted = 0
    for table in (_detail, _event):
        order = delete(table).where(_in_part(table.c.time_key))
        if left:
            order = order.where(table.c.time_key.not_in(left))
        deleted = int((await connection.execute(order, keys)).rowcount)
    return deleted


async def _read(connection: AsyncConnection, keys: Mapping[str, int]) -> tuple[Mapping[int, PlainEvent], Sequence[int]]:
    async def rows(statement: Select[*tuple[Any, ...]]) -> Sequence[Any]:
        return (await connection.execute(statement, keys)).all()

    if connection.dialect.name == "sqlite":  # which else reads nothing where one text is none
        driver: Any = (await connection.get_raw_connection()).driver_connection
        driver.text_factory = _text_or_bytes
    # Not joined: where Postgres took the events of a part for few, it would go through them for each combination.
    combinations = {number: parts for number, *parts in await rows(_SELECT_COMBINATIONS)}
    actors = {number: parts for number, *parts in await rows(_SELECT_ACTORS)}
    details = {key: parts for key, *parts in await rows(_SELECT_DETAILS)}
    events: dict[int, PlainEvent] = {}
    unreadable = []
    for combination_ref, actor_ref, *own in await rows(_SELECT_EVENTS):
        key = own[0]
        try:
            events[key] = _event_of(own, details[key], combinations[combination_ref], actors.get(actor_ref))
        except _UNREADABLE:
            unreadable.append(key)
    return events, unreadable


def _text_or_bytes(stored: bytes) -> str | bytes:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


def _event_of(
    own: Sequence[Any], detail: Sequence[Any], combination: Sequence[str], actor: Sequence[str | None] | None
) -> PlainEvent:
    time_key, occurred_at, stored_id, entity_ref = own
    long_id, entity_id, entity_name, trace_id, parent_entity_id, actor_more, payload, request = map(_text, detail)
    event_name, entity_type, actor_type, environment = combination
    actor_parts = None
    if actor is not None:
        _, actor_id, actor_name, email, ip_address = map(_text, actor)
        actor_parts = (from_stored_or_absent(actor_type), actor_id, actor_name, email, ip_address)
    return PlainEvent(
        id=id_from_stored(stored_id) if long_id is None else long_id,
        occurred_at=moment_of(time_key >> _SLOT_BITS if occurred_at is None else occurred_at),
        event_name=from_stored(event_name),
        environment=from_stored_or_absent(environment),
        entity=None if entity_ref == _NOTHING else (from_stored_or_absent(entity_type), entity_id, entity_name),
        parent_entity_id=parent_entity_id,
        actor=actor_parts,
        actor_more=actor_more,
        trace_id=trace_id,
        payload=payload,
        request=request,
    )


def _text(stored: str | None) -> str | None:
    return None if stored is None else from_stored(stored)


def _in_part(key: ColumnElement[int]) -> ColumnElement[bool]:
    return (key > bindparam("behind", type_=BigInteger)) & (key <= bindparam("last", type_=BigInteger))


def _lacks(table: Table, column: str) -> ColumnElement[bool]:
    return not_(exists(select(table.c[column]).where(table.c[column] == _event.c[column])))


_COUNT_UNREADABLE: Select[int] = (
    select(func.count())
    .select_from(_event)
    .where(
        or_(
            _lacks(_detail, "time_key"),
            _lacks(_combination, "combination_ref"),
            (_event.c.actor_ref != _NOTHING) & _lacks(_actor, "actor_ref"),
        )
    )
)
_SELECT_SIZES: Select[int, int] = limited(
    select(
        _detail.c.time_key,
        func.coalesce(func.length(_detail.c.payload), 0) + func.coalesce(func.length(_detail.c.request), 0),
    )
    .where(_detail.c.time_key > bindparam("behind", type_=BigInteger))
    .order_by(_detail.c.time_key),
    ":events",
)
_SELECT_COMBINATIONS: Select[*tuple[Any, ...]] = select(_combination)
_SELECT_ACTORS: Select[*tuple[Any, ...]] = select(_actor).where(
    _actor.c.actor_ref.in_(select(_event.c.actor_ref).where(_in_part(_event.c.time_key)))
)
_SELECT_DETAILS: Select[*tuple[Any, ...]] = select(_detail).where(_in_part(_detail.c.time_key))
_SELECT_EVENTS: Select[*tuple[Any, ...]] = (
    select(
        _event.c.combination_ref,
        _event.c.actor_ref,
        _event.c.time_key,
        _event.c.occurred_at,
        _event.c.id,
        _event.c.entity_ref,
    )
    .where(_in_part(_event.c.time_key))
    .order_by(_event.c.time_key)
)
