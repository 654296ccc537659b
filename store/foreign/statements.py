"""The SELECTs that read a foreign table. Pure: no connection, and every value as a parameter."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    UnaryExpression,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)

from ..expressions import limited
from ..page import Direction
from .mapped import MappedTable
from .tested import Test
from .times import Limits
from .written import written_value

MOST_VALUES = 300
"""Of a column with an index, so many values are found at once."""


class Place(NamedTuple):
    """A place in the order of a table: what the database holds as time and as id of a row."""

    time: Any
    id: Any


class Span(NamedTuple):
    """Rows within limits of their time, from `start` on in one direction, to `end`; None is open.

    The row at `start` is left out unless `includes` says otherwise, that at `end` is in.
    """

    direction: Direction
    limits: Limits
    start: Place | None = None
    end: Place | None = None
    includes: bool = False

    @property
    def tight(self) -> Limits:
        """The limits between which all of its times lie."""
        newer, older = (self.start, self.end) if self.direction == "older" else (self.end, self.start)
        low, high = self.limits
        if older is not None and isinstance(older.time, type(low)):
            low = max(low, older.time)
        if newer is not None and isinstance(newer.time, type(high)):
            high = min(high, newer.time)
        return Limits(low, high)


def is_odd(test: Test) -> ColumnElement[bool]:
    """Whether only reading tells of a row."""
    return and_(test.maybe, not_(func.coalesce(test.sure, false())))


def select_rows(mapped: MappedTable, where: ColumnElement[bool], span: Span, limit: int) -> Select[*tuple[Any, ...]]:
    """Up to `limit` rows in the direction of the span."""
    rows = select(*_row_columns(mapped)).select_from(mapped.table.clause).where(where, *_within(mapped, span))
    return limited(rows.order_by(*_in_order(mapped, span.direction)), str(limit))


def select_farthest(
    mapped: MappedTable, where: ColumnElement[bool], span: Span, number: int
) -> Select[*tuple[Any, ...]]:
    """Time and id of the farthest of the next `number` rows, and how many these are; no row where there are none."""
    keys = select(mapped.order.label("time"), mapped.key.label("id")).select_from(mapped.table.clause)
    keys = keys.where(where, *_within(mapped, span)).order_by(*_in_order(mapped, span.direction))
    nearest = limited(keys, str(number)).cte("nearest")
    ends = (nearest.c.time, nearest.c.id)
    back = [end.asc() if span.direction == "older" else end.desc() for end in ends]
    count = select(func.count()).select_from(nearest).scalar_subquery()
    return limited(select(*ends, count.label("count")).order_by(*back), "1")


def select_counts(
    mapped: MappedTable, test: Test, span: Span, groups: Sequence[ColumnElement[Any]]
) -> Select[*tuple[Any, ...]]:
    """What rows have in common, how many there may be of each, and how many are sure to match."""
    sure = (
        literal(1, BigInteger)
        if test.is_exact
        else case((test.sure, literal(1, BigInteger)), else_=literal(0, BigInteger))
    )
    labels = [group.label(f"group_{place}") for place, group in enumerate(groups)]
    rows = select(*labels, sure.label("sure")).select_from(mapped.table.clause)
    found = rows.where(test.maybe, *_within(mapped, span)).subquery()
    common = [found.c[label.name] for label in labels]
    return select(*common, func.count(), func.sum(found.c.sure)).group_by(*common)


def select_place(mapped: MappedTable, ids: Sequence[Any]) -> Select[*tuple[Any, ...]]:
    """The rows with one of these ids."""
    kind = mapped.table.columns[mapped.id_column].type
    key = mapped.table.clause.c[mapped.id_column]
    return select(*_row_columns(mapped)).where(or_(*(key == literal(each, kind) for each in ids)))


def select_values(mapped: MappedTable, column: str) -> Select[Any]:
    """Up to MOST_VALUES values of a column and one more, by steps on its index; NULL where there are no more."""
    value: ColumnElement[Any] = mapped.table.clause.c[column]
    if mapped.table.columns[column].kind == "text":
        value = mapped.dialect.in_byte_order(value, is_already=mapped.table.columns[column].has_byte_order)
    # In an order that is asked for: SQLite finds the least value on an index in no other way.
    least = limited(select(value.label("value")).order_by(value), "1")
    first = select(least.where(value.is_not(None)).subquery().c.value).cte("steps", recursive=True)
    step = select(least.where(value > first.c.value).scalar_subquery()).where(first.c.value.is_not(None))
    steps = first.union_all(step)
    return limited(select(mapped.dialect.as_text(steps.c.value)), str(MOST_VALUES + 1))


def select_newest_number(mapped: MappedTable) -> Select[int]:
    """The highest id that is a whole number; NULL where there is none."""
    key = mapped.table.clause.c[mapped.id_column]
    return select(func.max(key)).select_from(mapped.table.clause).where(_is_whole(mapped))


def select_arrived(mapped: MappedTable, after: int, newest: int | None, limit: int | None) -> Select[*tuple[Any, ...]]:
    """The rows with higher ids than `after`, up to `newest`, the lowest first."""
    key = mapped.table.clause.c[mapped.id_column]
    rows = select(*_row_columns(mapped)).where(key > literal(after, BigInteger), _is_whole(mapped)).order_by(key)
    rows = rows if newest is None else rows.where(key <= literal(newest, BigInteger))
    return rows if limit is None else limited(rows, str(limit))


def select_number_beyond(mapped: MappedTable) -> Select[int]:
    """How many rows have a time outside of all limits, or none: an index tells."""
    low, high = _limits(mapped, mapped.times.limits(None, None))
    beyond = or_(mapped.order.is_(None), mapped.order < low, mapped.order > high)
    return select(func.count()).select_from(mapped.table.clause).where(beyond)


def select_doubtful(mapped: MappedTable, limit: int) -> Select[*tuple[Any, ...]]:
    """Time and id of up to `limit` other rows that are not sure to have both."""
    low, high = _limits(mapped, mapped.times.limits(None, None))
    doubtful = not_(func.coalesce(and_(mapped.times.readable.sure, mapped.key.is_not(None)), false()))
    rows = select(mapped.order, mapped.key).select_from(mapped.table.clause)
    return limited(rows.where(mapped.order.between(low, high), doubtful), str(limit))


def _is_whole(mapped: MappedTable) -> ColumnElement[bool]:
    """Whether an id is a whole number: in SQLite, a column of these may hold a text, too."""
    column = mapped.table.columns[mapped.id_column]
    return mapped.dialect.is_whole(mapped.table.clause.c[column.name], column.kind)


def _row_columns(mapped: MappedTable) -> Sequence[ColumnElement[Any]]:
    return [
        _readable_time(mapped).label("time"),
        mapped.key.label("id"),
        *(text.label(f"text_{place}") for place, text in enumerate(mapped.reads.values())),
    ]


def _readable_time(mapped: MappedTable) -> ColumnElement[Any]:
    """The time of a row; NULL for a date that Python has not, infinity for one."""
    if mapped.table.columns[mapped.time_column].kind in ("moment", "local_moment"):
        return case((mapped.times.readable.maybe, mapped.order))
    return mapped.order


def _in_order(mapped: MappedTable, direction: Direction) -> Sequence[UnaryExpression[Any]]:
    ends = (mapped.order, mapped.key)
    return [end.desc() if direction == "older" else end.asc() for end in ends]


def _within(mapped: MappedTable, span: Span) -> Sequence[ColumnElement[bool]]:
    low, high = _limits(mapped, span.tight)
    conditions = [mapped.order.between(low, high), mapped.key.is_not(None)]
    # As pairs: of `time < x OR (time = x AND id < y)` no database makes a range of an index.
    here, is_older = tuple_(mapped.dialect.hidden(mapped.order), mapped.key), span.direction == "older"
    if span.start is not None:
        start = _pair(mapped, span.start)
        if span.includes:
            conditions.append(here <= start if is_older else here >= start)
        else:
            conditions.append(here < start if is_older else here > start)
    if span.end is not None:
        conditions.append(here >= _pair(mapped, span.end) if is_older else here <= _pair(mapped, span.end))
    return conditions


def _limits(mapped: MappedTable, limits: Limits) -> Sequence[ColumnElement[Any]]:
    return [written_value(mapped.table.columns[mapped.time_column], limit) for limit in limits]


def _pair(mapped: MappedTable, place: Place) -> Any:
    columns = mapped.table.columns
    return tuple_(
        written_value(columns[mapped.time_column], place.time), written_value(columns[mapped.id_column], place.id)
    )
