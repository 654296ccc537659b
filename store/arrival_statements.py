"""The SELECTs that read what came in behind a batch, built once for each form of question.

With `recent`, the table `arrival` leads to the events: those of the batches of which nothing is forgotten. Others are
found by reading the whole log.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, bindparam, func, select

from .compiled import form
from .conditions import Plan, tested, true_time
from .dialect import Dialect
from .expressions import limited
from .schema import arrival, event
from .statements import rows_with, wanted_keys


@form
def select_arrivals(dialect: Dialect, plan: Plan, recent: bool) -> Select[*tuple[Any, ...]]:
    """Rows of the matching events of the batches behind `after` up to `newest`, batch by batch, oldest first in each.

    Without `recent`, of those of them that have the keys `keys`. The plan has no driver: it does not lead to them.
    """
    rows = rows_with(event.c.batch)
    if recent:
        found = _recent(dialect, plan, rows)
    else:
        found = dialect.at_each(wanted_keys(dialect), event.c.time_key, _among_all(dialect, plan, rows))
    columns = found.selected_columns
    return found.order_by(columns.batch, columns.time_key)


@form
def select_arrival_keys(dialect: Dialect, plan: Plan) -> Select[int, int]:
    """Batches and keys of the first `limit` of the matching events behind `after` up to `newest`, batch by batch."""
    found = _among_all(dialect, plan, select(event.c.batch, event.c.time_key))
    return limited(found.order_by(event.c.batch), ":limit")


@form
def select_arrival_count(dialect: Dialect, plan: Plan, recent: bool) -> Select[int]:
    """How many events match of the batches behind `after` up to `newest`."""
    keys = select(event.c.time_key)
    found = (_recent if recent else _among_all)(dialect, plan, keys)
    return select(func.count()).select_from(found.subquery())


@lru_cache(maxsize=1)
def select_batch_of_arrival() -> Select[int, int]:
    """How many there are of the first `limit` recent arrivals behind the batch `after`, and the batch of the last."""
    behind = select(arrival.c.batch).where(arrival.c.batch > _number("after")).order_by(arrival.c.batch)
    first = limited(behind, ":limit").subquery()
    return select(func.count(), func.max(first.c.batch)).select_from(first)


def _recent(dialect: Dialect, plan: Plan, rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Those of the rows of events that match, of the recent batches behind `after` up to `newest`."""
    arrived = select(arrival.c.batch, arrival.c.time_key).where(*_of_batches(arrival)).subquery("arrived")
    of_batch = rows.where(event.c.batch == arrived.c.batch, *_matching(dialect, plan))
    return dialect.at_each(arrived, event.c.time_key, of_batch)


def _among_all(dialect: Dialect, plan: Plan, rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Those of the rows of events that match, of all batches behind `after` up to `newest`."""
    return rows.where(*_of_batches(event), *_matching(dialect, plan))


def _of_batches(table: FromClause) -> tuple[ColumnElement[bool], ...]:
    return table.c.batch > _number("after"), table.c.batch <= _number("newest")


def _matching(dialect: Dialect, plan: Plan) -> tuple[ColumnElement[bool], ...]:
    time = true_time(event)
    return time >= _number("since"), time < _number("until"), *tested(dialect, plan, event)


def _number(parameter: str) -> ColumnElement[int]:
    return bindparam(parameter, type_=BigInteger)
