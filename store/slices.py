"""The log cut into slices of about so many events, from the oldest on, so that work on it takes steady memory.

A slice ends where a microsecond, or a whole bucket of some width, ends: events of one time stay together.
"""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    FromClause,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from .cells import ALL_EVENTS, Cells
from .conditions import first_key_not_earlier, true_time
from .expressions import NOTHING, limited
from .schema import event, owner
from .time_keys import BEGINNING, END, LEVELS, SLOT_BITS

FIRST_KEY = -(2**63)
"""Before every key."""

NO_COMBINATION = 0
"""Stands for the combination of events that have no number there."""


class Slice(NamedTuple):
    """Events with keys from `low` to just before `high`, which occurred from `since` to just before `until`."""

    low: int
    high: int
    since: int
    until: int


async def next_slice(
    connection: AsyncConnection, low: int, limit: int, width: int = 1, until: int = END
) -> Slice | None:
    """About `limit` events from the key `low` on that are older than the microsecond `until`, None if there are none.

    It ends at an edge of a bucket of `width` microseconds, and is longer than `limit` where one bucket is.
    """
    found = await connection.execute(select_span(), {"low": low, "limit": limit})
    count, oldest, newest = found.one()
    if not count or oldest >= until:
        return None
    if count == limit:
        edge = newest // width * width
        until = min(until, edge if edge > oldest else (oldest // width + 1) * width)
    at = {"time": until, "key": until << SLOT_BITS}
    high = (await connection.execute(select_first_key(), at)).scalar_one()
    return Slice(low, high, oldest, until)


async def cells_of(connection: AsyncConnection, part: Slice) -> Cells:
    """How many events of a slice are in each bucket of the finest level, of all and of each owner, counted anew."""
    rows = await connection.execute(select_cells(), {"low": part.low, "high": part.high})
    cells: Counter[tuple[int, int, int]] = Counter()
    for owner_ref, bucket, combination, count in rows:
        cells[owner_ref, bucket, combination if isinstance(combination, int) else NO_COMBINATION] += count
    return cells


def in_slice(key: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a column of keys lies in the slice of the parameters `low` and `high`."""
    return (key >= bindparam("low", type_=BigInteger)) & (key < bindparam("high", type_=BigInteger))


@lru_cache(maxsize=1)
def select_span() -> Select[int, int, int]:
    """How many of the first `limit` events from the key `low` on there are, and the times of the outer ones."""
    times = select(true_time(event).label("time")).where(event.c.time_key >= bindparam("low", type_=BigInteger))
    first = limited(times.order_by(event.c.time_key), ":limit").subquery()
    return select(func.count(), func.min(first.c.time), func.max(first.c.time)).select_from(first)


@lru_cache(maxsize=1)
def select_first_key() -> Select[int]:
    """The key of the first event not older than the microsecond `time`, whose first slot is `key`, else LAST_KEY."""
    time, key = (bindparam(name, type_=BigInteger) for name in ("time", "key"))
    return select(first_key_not_earlier(time, key))


@lru_cache(maxsize=1)
def select_cells() -> CompoundSelect[int, int, int, int]:
    """Owner, bucket of the finest level, combination and number of events for the keys from `low` to before `high`."""

    def cells(owner_ref: ColumnElement[int], events: FromClause) -> Select[int, int, int, int]:
        columns = owner_ref.label("owner_ref"), finest_bucket().label("bucket"), event.c.combination_ref
        each = select(*columns).select_from(events).where(in_slice(event.c.time_key)).subquery()
        return select(*each.c, func.count()).group_by(*each.c)

    # Adding nothing keeps the index of a column out of the choice: the slice is what leads to its events.
    owned = [
        event.join(
            owner, (owner.c.kind == literal_column(f"'{kind}'")) & (owner.c.ref == event.c[f"{kind}_ref"] + NOTHING)
        )
        for kind in ("entity", "actor", "home")
    ]
    return union_all(cells(_constant(ALL_EVENTS), event), *(cells(owner.c.owner_ref, events) for events in owned))


def finest_bucket() -> ColumnElement[int]:
    """The bucket of the finest level that an event falls into."""
    # Both databases round a quotient towards 0: counted from the beginning of time, no time is negative.
    width = LEVELS[0]
    return (true_time(event) - _constant(BEGINNING)) // _constant(width) + _constant(BEGINNING // width)


def _constant(number: int) -> ColumnElement[int]:
    return literal_column(f"({number})", BigInteger)
