"""The SELECTs that fold traces: which events are the newest of their trace, and how far the events of a trace reach."""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, FromClause, Select, bindparam, func, select

from .compiled import form
from .conditions import Plan, between, nearest_keys, tested, true_time
from .dialect import Dialect
from .expressions import in_order, limited
from .page import Direction
from .schema import event, event_detail


@form
def select_traces(dialect: Dialect, plan: Plan, direction: Direction) -> Select[int, int]:
    """The keys of the `limit` nearest events with their traces, in the direction of reading."""
    older = direction == "older"
    found = nearest_keys(dialect, plan, newest_first=older).cte("found")
    traces = dialect.at_each(found, event.c.time_key, select(event.c.time_key, event.c.trace_ref)).subquery()
    return select(traces).order_by(in_order(traces.c.time_key, older))


@form
def select_newest_of_traces(dialect: Dialect, plan: Plan) -> Select[int, int | None]:
    """For each of the references `traces`, the key of its newest event from the place `low` to just before `high`."""
    traces = dialect.numbers("traces")
    (number,) = traces.c
    newest = _events_of(dialect, plan, number)
    return select(number, limited(newest.with_only_columns(newest.selected_columns.time_key), "1").scalar_subquery())


@form
def select_extents(dialect: Dialect, plan: Plan) -> Select[int, int, int | None, int | None]:
    """For each of the references `traces`, how many events it has of the newest `limit`, and their first and last time.

    Times are microseconds, NULL where there are no events.
    """
    traces = dialect.numbers("traces")
    (number,) = traces.c

    def of_newest(aggregate: str) -> Any:
        newest = limited(_events_of(dialect, plan, number).correlate(traces), ":limit").subquery()
        chosen = func.count() if aggregate == "count" else getattr(func, aggregate)(newest.c.time)
        return select(chosen).select_from(newest).scalar_subquery().label(aggregate)

    return select(number, of_newest("count"), of_newest("min"), of_newest("max")).select_from(traces)


@lru_cache(maxsize=1)
def select_place() -> Select[int, int | None, bytes]:
    """Key, time and id of the event with the key `key`."""
    return (
        select(event.c.time_key, event.c.occurred_at, event_detail.c.id)
        .join_from(event, event_detail, event_detail.c.time_key == event.c.time_key)
        .where(event.c.time_key == bindparam("key", type_=BigInteger))
    )


def _events_of(dialect: Dialect, plan: Plan, number: Any) -> Select[int, int]:
    """Key and time of the events of one trace, newest first."""
    each: FromClause = event.alias("each")
    conditions = (each.c.trace_ref == number, *between(each, "low", "high"), *tested(dialect, plan, each))
    keys = select(each.c.time_key, true_time(each).label("time")).where(*conditions)
    return keys.order_by(each.c.time_key.desc())
