"""The SELECTs that look for texts and payload values: which keys come next, and which of their events may match."""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, select

from .compiled import form
from .conditions import Plan, nearest_keys, tested
from .dialect import Dialect
from .expressions import constant, in_order, limited
from .page import Direction
from .schema import actor, event, event_detail
from .statements import row_columns
from .text_conditions import TextTest, actor_holds, text_tested


@form
def select_window(dialect: Dialect, plan: Plan, direction: Direction) -> Select[*tuple[Any, ...]]:
    """First and last of the nearest `limit` keys, how many they are, and of the farthest one time and id.

    No row where there are none.
    """
    older = direction == "older"
    keys = nearest_keys(dialect, plan, newest_first=older).subquery()
    first, last = func.min(keys.c.time_key).label("first"), func.max(keys.c.time_key).label("last")
    window = select(first, last, func.count().label("count")).subquery()
    farthest = window.c.first if older else window.c.last
    return (
        select(*window.c, event.c.occurred_at, event_detail.c.id)
        .join_from(window, event, event.c.time_key == farthest)
        .join(event_detail, event_detail.c.time_key == farthest)
    )


@form
def select_candidates(dialect: Dialect, plan: Plan, direction: Direction, test: TextTest) -> Select[*tuple[Any, ...]]:
    """Rows of the nearest `most` events that may match, among those from the key `first` to the key `last`.

    They stand in the direction of reading. The parameters are those of `nearest_keys`, too, for the same keys.
    """
    rows = (
        select(*row_columns(), constant(0).label("more"))
        .join_from(event, event_detail, event_detail.c.time_key == event.c.time_key)
        .outerjoin(actor, actor.c.actor_ref == event.c.actor_ref)
        .where(*text_tested(dialect, test, event))
    )
    if plan.driver is None:
        for table in (event, event_detail):
            first, last = bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger)
            rows = rows.where(table.c.time_key >= first, table.c.time_key <= last)
        rows = rows.where(*tested(dialect, plan, event))
    else:
        keys = nearest_keys(dialect, plan, newest_first=direction == "older").cte("keys")
        rows = dialect.at_each(keys, event.c.time_key, rows)
    found = rows.subquery()
    return limited(select(found).order_by(in_order(found.c.time_key, direction == "older")), ":most")


@form
def select_actors_holding(dialect: Dialect, words: int) -> Select[int]:
    """The actors with a part in which one of the words occurs."""
    return select(actor.c.actor_ref).where(actor_holds(dialect, words))


@lru_cache(maxsize=1)
def select_last_actor() -> Select[int]:
    """The highest number of an actor, which is how many there are; NULL for none."""
    return select(func.max(actor.c.actor_ref))
