"""The SELECTs that read what came in behind a batch, built once for each form of question."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.sql import ColumnElement

from .compiled import form
from .conditions import Plan, tested, true_time
from .dialect import Dialect, limited
from .schema import actor, event, event_detail
from .statements import row_columns


@form
def select_arrivals(dialect: Dialect, plan: Plan) -> Select[*tuple[Any, ...]]:
    """Rows of the matching events of the batches behind `after` up to `newest`, batch by batch, oldest first in each.

    The plan has no driver: what leads to the events is their batch.
    """
    return (
        select(*row_columns(), event.c.batch)
        .join_from(event, event_detail, event_detail.c.time_key == event.c.time_key)
        .outerjoin(actor, actor.c.actor_ref == event.c.actor_ref)
        .where(*_arrived(dialect, plan))
        .order_by(event.c.batch, event.c.time_key)
    )


@form
def select_arrival_count(dialect: Dialect, plan: Plan) -> Select[int]:
    """How many rows `select_arrivals` would have."""
    return select(func.count()).select_from(event).where(*_arrived(dialect, plan))


@lru_cache(maxsize=1)
def select_batch_of_arrival() -> Select[int, int]:
    """How many there are of the first `limit` events behind the batch `after`, and the batch of the last of them."""
    batch = event.c.batch
    behind = select(batch).where(batch > bindparam("after", type_=BigInteger)).order_by(batch)
    first = limited(behind, ":limit").subquery()
    return select(func.count(), func.max(first.c.batch)).select_from(first)


def _arrived(dialect: Dialect, plan: Plan) -> Sequence[ColumnElement[bool]]:
    after, newest, since, until = (bindparam(name, type_=BigInteger) for name in ("after", "newest", "since", "until"))
    in_time = (true_time(event) >= since, true_time(event) < until)
    return event.c.batch > after, event.c.batch <= newest, *in_time, *tested(dialect, plan, event)
