"""The SELECTs that read events and what leads to them, built once for each form of question.

Pure: no connection, and values only as parameters, which `conditions` describes.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import CTE, BigInteger, FromClause, Select, Text, bindparam, cast, exists, func, select, union_all
from sqlalchemy.sql import ColumnElement

from .compiled import form
from .conditions import Column, Plan, any_event, first_key_not_earlier, has_id, nearest_keys, true_time
from .dialect import Dialect
from .expressions import constant, in_order, limited
from .page import Direction
from .schema import actor, descent, event, event_detail, rehashed, rollup
from .time_keys import LEVELS, SLOTS

IdColumn = Literal["entity_ref", "home_ref", "trace_ref"]

ID_TEXTS: Mapping[IdColumn, ColumnElement[str]] = {
    "entity_ref": event_detail.c.entity_id,
    "home_ref": func.coalesce(event_detail.c.parent_entity_id, event_detail.c.entity_id),
    "trace_ref": event_detail.c.trace_id,
}
"""What the columns of references stand for."""


@form
def select_page(dialect: Dialect, plan: Plan, direction: Direction, beyond: bool) -> Select[*tuple[Any, ...]]:
    """Rows of the `limit` events nearest to `high` when reading older, to `low` when reading newer, newest first.

    With `beyond`, the last column says whether there are more from there to the place `end`, on the other side; NULL
    where a window does not tell.
    """
    older = direction == "older"
    # Keys are found on an index alone, and then these few rows are read.
    found = nearest_keys(dialect, plan, newest_first=older).cte("found")
    ends = ("high", "end") if older else ("end", "low")
    more = any_event(dialect, plan, *ends, newest_first=not older) if beyond else constant(0)
    return (
        select(*row_columns(), more.label("more"))
        .select_from(found)
        .join(event, event.c.time_key == found.c.time_key)
        .join(event_detail, event_detail.c.time_key == event.c.time_key)
        .outerjoin(actor, actor.c.actor_ref == event.c.actor_ref)
        .order_by(event.c.time_key.desc())
    )


@form
def select_any(dialect: Dialect, plan: Plan, low: str, high: str) -> Select[bool]:
    """Whether there is any event from one place to just before another."""
    return select(any_event(dialect, plan, low, high))


@lru_cache(maxsize=1)
def select_event() -> Select[*tuple[Any, ...]]:
    """The row of the event with the stored id `id`, of which `id_ref` is the reference."""
    return rows_with(constant(0).label("more")).where(has_id(event, "id"))


@form
def select_nth_key(dialect: Dialect, plan: Plan) -> Select[int, int]:
    """The oldest key among the newest `limit` events, and how many these are."""
    keys = nearest_keys(dialect, plan, newest_first=True).subquery()
    return select(func.min(keys.c.time_key), func.count().label("count")).select_from(keys)


@lru_cache(maxsize=8)
def select_combinations_of(dialect: Dialect, column: Literal["entity_ref", "actor_ref", "home_ref"]) -> Select[int]:
    """The combinations that occur together with the references `numbers`, one jump in the index for each."""
    present = present_with(dialect, column, "numbers")
    return select(present.c.combination_ref).where(present.c.combination_ref.is_not(None)).distinct()


def present_with(dialect: Dialect, column: str, parameter: str) -> CTE:
    """For each of the references of a parameter (`number`) every combination that it has, and at last NULL."""
    numbers = dialect.numbers(parameter)
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
    return present.union_all(
        select(present.c.number, limited(next_one, "1").scalar_subquery()).where(present.c.combination_ref.is_not(None))
    )


@lru_cache(maxsize=2)
def select_descendants(dialect: Dialect) -> Select[int]:
    """The references `numbers` and all that belongs to them, over any number of levels, as far as `descent` says."""
    numbers = dialect.numbers("numbers")
    (number,) = numbers.c
    below = select(number.label("ref")).select_from(numbers).cte("below", recursive=True)
    # A union leaves out what is there already: so circles come to an end.
    below = below.union(select(descent.c.child_ref).join(below, descent.c.parent_ref == below.c.ref))
    return select(below.c.ref)


Standing = Literal["none", "root", "child"]
"""Of an entity: that it has no events, or only such without a parent and a home, or that all of them have a home."""


@lru_cache(maxsize=2)
def select_standings(dialect: Dialect) -> Select[int, bool, int | None, int | None]:
    """Of each of the references `numbers`, whether it is the home of an event, and key and home of one of its own.

    For `standing_of`, to which one event speaks for all of them.
    """
    numbers = dialect.numbers("numbers")
    (number,) = numbers.c
    is_home = exists(select(event.c.time_key).where(event.c.home_ref == number))
    one = limited(with_number(event, "entity_ref", number).correlate(numbers), "1").scalar_subquery()
    of_one = select(number.label("number"), is_home.label("is_home"), one.label("time_key")).subquery()
    home_ref = select(event.c.home_ref).where(event.c.time_key == of_one.c.time_key).scalar_subquery()
    return select(*of_one.c, home_ref)


def standing_of(key: int | None, home_ref: int | None) -> Standing:
    """The standing of an entity, from key and home of one of its events."""
    if key is None:
        return "none"
    return "root" if home_ref is None else "child"


@lru_cache(maxsize=4)
def select_shares(dialect: Dialect, column: Column) -> Select[int, int]:
    """Of each combination, how many events some references of a column have.

    Counted are those of the `owners`, and of the references `numbers` up to `limit`.
    """
    owners, numbers = dialect.numbers("owners"), dialect.numbers("numbers")
    (owner_ref,), (number,) = owners.c, numbers.c
    of_owner = select(rollup.c.combination_ref, rollup.c.count).where(
        rollup.c.owner_ref == owner_ref, rollup.c.level == constant(len(LEVELS) - 1)
    )
    of_number = select(event.c.combination_ref).where(event.c[column] == number)
    some = limited(dialect.in_each(numbers, of_number), ":limit").subquery()
    of_some = select(some.c.combination_ref, func.count().label("count")).group_by(some.c.combination_ref)
    counted = union_all(dialect.in_each(owners, of_owner), of_some).subquery()
    total = cast(func.sum(counted.c.count), BigInteger)
    return select(counted.c.combination_ref, total).group_by(counted.c.combination_ref)


@lru_cache(maxsize=8)
def select_whether_each_many(dialect: Dialect, column: Column) -> Select[int, int]:
    """For each of the references `numbers`, how many events have it, `limit` standing for that many and more."""
    numbers = dialect.numbers("numbers")
    (number,) = numbers.c
    some = limited(with_number(event, column, number).correlate(numbers), ":limit").subquery()
    return select(number, select(func.count()).select_from(some).scalar_subquery())


@lru_cache(maxsize=1)
def select_first_and_last_time() -> Select[int, int]:
    """When the oldest and the newest event occurred, in microseconds; both NULL in an empty log."""

    def time_of_first(newest_first: bool) -> ColumnElement[int]:
        end = event.alias()
        in_this_order = select(true_time(end)).order_by(in_order(end.c.time_key, newest_first))
        return limited(in_this_order, "1").scalar_subquery()

    return select(time_of_first(newest_first=False), time_of_first(newest_first=True))


@lru_cache(maxsize=8)
def select_keys_at(dialect: Dialect) -> Select[int, int]:
    """For each of the microseconds `times`, the key of the first event not earlier, LAST_KEY where there is none."""
    times = dialect.numbers("times")
    (time,) = times.c
    return select(time, first_key_not_earlier(time, time * constant(SLOTS))).select_from(times)


@lru_cache(maxsize=2)
def select_rehashed(dialect: Dialect) -> Select[int, str]:
    """The texts of one `kind` whose own reference is one of `numbers` and belongs to another, each with what it got."""
    is_one = dialect.one_of(rehashed.c.common_ref, "numbers")
    return select(rehashed.c.ref, rehashed.c.id).where(rehashed.c.kind == bindparam("kind", type_=Text), is_one)


@lru_cache(maxsize=8)
def select_texts_of(dialect: Dialect, columns: Sequence[IdColumn]) -> Select[int, str]:
    """Those of the references `numbers` that stand for an id in any of the columns, each with that id."""
    numbers = dialect.numbers("numbers")
    (number,) = numbers.c
    text, *others = (_text_of(column, number) for column in columns)
    text = func.coalesce(text, *others) if others else text
    return select(number, text).where(text.is_not(None))  # most are new, and need no row


def _text_of(column: IdColumn, number: ColumnElement[int]) -> ColumnElement[str | None]:
    one = event.alias()
    key = limited(with_number(one, column, number).correlate_except(one), "1").scalar_subquery()
    text = select(ID_TEXTS[column]).where(event_detail.c.time_key == key)
    return text.correlate_except(event_detail).scalar_subquery()


def with_number(table: FromClause, column: Column, number: ColumnElement[int]) -> Select[int]:
    """The keys of the events with a number in a column, along its index whatever Postgres last counted."""
    # As an order of the column, not as one value of it: of a log that had few values when Postgres last counted them,
    # it would read the whole table for a value that is not there, as the next event would surely be one of it.
    return select(table.c.time_key).where(table.c[column].between(number, number)).order_by(table.c[column])


def rows_with(more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """The rows of events, with one column more behind them."""
    return (
        select(*row_columns(), more)
        .join_from(event, event_detail, event_detail.c.time_key == event.c.time_key)
        .outerjoin(actor, actor.c.actor_ref == event.c.actor_ref)
    )


def wanted_keys(dialect: Dialect) -> CTE:
    """The numbers `keys` as a table of time keys."""
    return nearest_keys(dialect, Plan(listed=True), newest_first=True).cte("wanted")


def row_columns() -> Sequence[ColumnElement[object]]:
    """Everything about an event except its combination, which readers know by its number."""
    details = [column for column in event_detail.c if column.name != "time_key"]
    parts = [actor.c[name] for name in ("id", "name", "email", "ip_address")]
    named = ("time_key", "occurred_at", "combination_ref", "entity_ref", "actor_ref")
    return [*(event.c[name] for name in named), *details, *(part.label(f"actor_{part.name}") for part in parts)]
