"""The SELECTs that read events and what leads to them, built once for each form of question.

Pure: no connection, and values only as parameters, which `conditions` describes.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import BigInteger, LargeBinary, Select, bindparam, func, literal, select
from sqlalchemy.sql import ColumnElement

from .conditions import Plan, any_event, nearest_keys
from .dialect import Dialect, limited
from .page import Direction
from .schema import actor, event, event_detail


@lru_cache(maxsize=512)
def select_page(dialect: Dialect, plan: Plan, direction: Direction, beyond: bool) -> Select[*tuple[Any, ...]]:
    """Rows of the `limit` events nearest to `high` when reading older, to `low` when reading newer, newest first.

    With `beyond`, the last column says whether there are more from there to the place `end`, on the other side.
    """
    older = direction == "older"
    # Keys are found on an index alone, and then these few rows are read.
    found = nearest_keys(dialect, plan, newest_first=older).cte("found")
    more = any_event(dialect, plan, *(("high", "end") if older else ("end", "low"))) if beyond else literal(0)
    return (
        select(*row_columns(), more.label("more"))
        .select_from(found)
        .join(event, event.c.time_key == found.c.time_key)
        .join(event_detail, event_detail.c.time_key == event.c.time_key)
        .outerjoin(actor, actor.c.actor_ref == event.c.actor_ref)
        .order_by(event.c.time_key.desc())
    )


@lru_cache(maxsize=512)
def select_any(dialect: Dialect, plan: Plan, low: str, high: str) -> Select[bool]:
    """Whether there is any event from one place to just before another."""
    return select(any_event(dialect, plan, low, high))


@lru_cache(maxsize=1)
def select_event() -> Select[*tuple[Any, ...]]:
    """The row of the event with the stored id `id`."""
    return (
        select(*row_columns(), literal(0).label("more"))
        .select_from(event)
        .join(event_detail, event_detail.c.time_key == event.c.time_key)
        .outerjoin(actor, actor.c.actor_ref == event.c.actor_ref)
        .where(event.c.id == bindparam("id", type_=LargeBinary))
    )


@lru_cache(maxsize=512)
def select_nth_key(dialect: Dialect, plan: Plan) -> Select[int, int]:
    """The oldest key among the newest `limit` events, and how many these are."""
    keys = nearest_keys(dialect, plan, newest_first=True).subquery()
    return select(func.min(keys.c.time_key), func.count().label("count")).select_from(keys)


@lru_cache(maxsize=8)
def select_combinations_of(dialect: Dialect, column: Literal["entity_ref", "actor_ref"]) -> Select[int]:
    """The combinations that occur together with the references `numbers`, one jump in the index for each."""
    numbers = dialect.numbers("numbers")
    (number,) = numbers.c
    first = event.alias("first")
    of_first = select(first.c.combination_ref).where(first.c[column] == number).order_by(first.c.combination_ref)
    found = select(number.label("number"), limited(of_first, "1").scalar_subquery().label("combination_ref"))
    present = found.cte("present", recursive=True)
    then = event.alias("then")
    next_one = (
        select(then.c.combination_ref)
        .where(then.c[column] == present.c.number, then.c.combination_ref > present.c.combination_ref)
        .order_by(then.c.combination_ref)
    )
    present = present.union_all(
        select(present.c.number, limited(next_one, "1").scalar_subquery()).where(present.c.combination_ref.is_not(None))
    )
    return select(present.c.combination_ref).where(present.c.combination_ref.is_not(None)).distinct()


@lru_cache(maxsize=1)
def select_ends() -> Select[int, int]:
    """The oldest and the newest key, both NULL in an empty log."""
    oldest, newest = event.alias("oldest"), event.alias("newest")
    return select(
        select(func.min(oldest.c.time_key)).scalar_subquery(), select(func.max(newest.c.time_key)).scalar_subquery()
    )


@lru_cache(maxsize=4)
def select_text_of(column: Literal["entity_ref", "trace_ref"]) -> Select[str | None]:
    """The entity or trace id of any event with the reference `ref`."""
    text = event_detail.c.entity_id if column == "entity_ref" else event_detail.c.trace_id
    return limited(
        select(text)
        .join(event, event.c.time_key == event_detail.c.time_key)
        .where(event.c[column] == bindparam("ref", type_=BigInteger)),
        "1",
    )


def row_columns() -> Sequence[ColumnElement[object]]:
    """Everything about an event except its combination, which readers know by its number."""
    details = [column for column in event_detail.c if column.name != "time_key"]
    parts = [actor.c[name] for name in ("id", "name", "email", "ip_address")]
    named = ("time_key", "occurred_at", "id", "combination_ref", "entity_ref", "actor_ref")
    return [*(event.c[name] for name in named), *details, *(part.label(f"actor_{part.name}") for part in parts)]
