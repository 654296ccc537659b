"""The SELECTs that read what came in behind a batch, built once for each form of question.

With `recent`, the table `arrival` leads to the events: those of the batches of which nothing is forgotten. Without it
the whole log is read, which finds them all.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, func, select

from .compiled import form
from .conditions import Plan, tested, true_time
from .dialect import Dialect, limited
from .schema import actor, arrival, event, event_detail
from .statements import row_columns


@form
def select_arrivals(dialect: Dialect, plan: Plan, recent: bool) -> Select[*tuple[Any, ...]]:
    """Rows of the matching events of the batches behind `after` up to `newest`, batch by batch, oldest first in each.

    The plan has no driver: what leads to the events is their batch.
    """
    rows = (
        select(*row_columns(), event.c.batch)
        .join_from(event, event_detail, event_detail.c.time_key == event.c.time_key)
        .outerjoin(actor, actor.c.actor_ref == event.c.actor_ref)
    )
    found = _arrived(dialect, plan, recent, rows)
    columns = found.selected_columns
    return found.order_by(columns.batch, columns.time_key)


@form
def select_arrival_count(dialect: Dialect, plan: Plan, recent: bool) -> Select[int]:
    """How many rows `select_arrivals` would have."""
    found = _arrived(dialect, plan, recent, select(event.c.time_key)).subquery()
    return select(func.count()).select_from(found)


@form
def select_batch_of_arrival(dialect: Dialect, plan: Plan, recent: bool) -> Select[int, int]:
    """How many there are of the first `limit` events behind the batch `after`, and the batch of the last of them.

    Recent ones are not looked at for that: they count whether they match or not, others where they match.
    """
    batch = arrival.c.batch if recent else event.c.batch
    matching = () if recent else _conditions(dialect, plan)
    behind = select(batch).where(batch > _number("after"), *matching).order_by(batch)
    first = limited(behind, ":limit").subquery()
    return select(func.count(), func.max(first.c.batch)).select_from(first)


def _arrived(dialect: Dialect, plan: Plan, recent: bool, rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Those of the rows of events that match, of the batches behind `after` up to `newest`."""
    matching = rows.where(*_conditions(dialect, plan))
    table = arrival if recent else event
    of_batches = (table.c.batch > _number("after"), table.c.batch <= _number("newest"))
    if not recent:
        return matching.where(*of_batches)
    arrived = select(arrival.c.batch, arrival.c.time_key).where(*of_batches).subquery("arrived")
    return dialect.at_each(arrived, event.c.time_key, matching.where(event.c.batch == arrived.c.batch))


def _conditions(dialect: Dialect, plan: Plan) -> tuple[ColumnElement[bool], ...]:
    time = true_time(event)
    return time >= _number("since"), time < _number("until"), *tested(dialect, plan, event)


def _number(parameter: str) -> ColumnElement[int]:
    return bindparam(parameter, type_=BigInteger)
