"""The SELECTs for what is left when the events of owners are taken away: how many in each bucket, and which of them."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import CTE, BigInteger, FromClause, Select, cast, func, select, union_all
from sqlalchemy.sql import ColumnElement

from .compiled import form
from .conditions import Plan, between, first_key_not_earlier, masked_to, tested, true_time
from .count_statements import in_piece
from .dialect import Dialect
from .expressions import constant, in_order, limited
from .parts import Part
from .schema import combination, event, rollup
from .time_keys import SLOTS


@form
def select_combinations(dialect: Dialect, included: bool) -> Select[int, int]:
    """How many events each combination has, with `included` each of those that match."""
    counts = select(combination.c.combination_ref, combination.c.count)
    return (
        counts.where(dialect.one_of(combination.c.combination_ref, "combination_ref_included")) if included else counts
    )


@form
def select_outer_times(dialect: Dialect, low: str, high: str) -> Select[int, int]:
    """When the first and the last event from one place to just before another occurred, in microseconds, else NULL."""

    def time_of_first(newest_first: bool) -> ColumnElement[int]:
        end = event.alias("outer")
        in_this_order = select(true_time(end)).where(*between(end, low, high))
        return limited(in_this_order.order_by(in_order(end.c.time_key, newest_first)), "1").scalar_subquery()

    return select(time_of_first(newest_first=False), time_of_first(newest_first=True))


@form
def select_left(dialect: Dialect, taken: Part, by_combination: bool) -> Select[int, int, int]:
    """Bucket, combination and number of the events that are left in some buckets (`pieces`) without those of a part.

    There are rows only where something is left, and only of combinations in the mask if the part is masked. Where it is
    not asked for `by_combination`, all of these are added up, and stand as 0.
    """
    pieces = dialect.spans("pieces")
    branches = []
    for part in (Part(Plan(masked=taken.plan.masked)), taken._replace(sign=-1)):
        in_cells = [*in_piece(dialect, part, pieces), *masked_to(dialect, rollup, part.plan.masked)]
        count = (rollup.c.count * constant(part.sign)).label("count")
        cells = select(rollup.c.bucket, rollup.c.combination_ref, count).where(*in_cells)
        branches.append(dialect.in_each(pieces, cells))
    cell = union_all(*branches).subquery().c
    left = cast(func.sum(cell.count), BigInteger)
    number = cell.combination_ref if by_combination else constant(0)
    of_cells = select(cell.bucket, number, left.label("left"))
    groups = [cell.bucket, *([number] if by_combination else [])]
    return of_cells.group_by(*groups).having(left > constant(0))


@form
def select_keys_left(
    dialect: Dialect, plan: Plan, newest_first: bool, low: str, high: str, by_combination: bool
) -> Select[int]:
    """The first `limit` keys in order of the matching events from one place to just before another.

    They are looked for in the parameter `spans`, from one microsecond to just before another; `by_combination` says
    that the number of each is that of a combination, along the index of which this is done.
    """
    spans = _spans_of_keys(dialect)
    table = event.alias("left_over")
    conditions = [
        *([table.c.combination_ref == spans.c.number] if by_combination else []),
        *(table.c.time_key >= spans.c.low, table.c.time_key < spans.c.high),
        *(*between(table, low, high), *tested(dialect, plan, table)),
    ]
    keys = select(table.c.time_key).where(*conditions).order_by(in_order(table.c.time_key, newest_first))
    found = dialect.nearest_in_each(spans, limited(keys, ":limit")).subquery()
    return limited(select(found.c.time_key).order_by(in_order(found.c.time_key, newest_first)), ":limit")


@form
def select_rest(dialect: Dialect, plan: Plan, newest_first: bool, low: str, high: str) -> Select[int]:
    """The same along the index of combinations in a single one of the `spans`, of whatever length."""
    (since, until) = (select(_spans_of_keys(dialect).c[end]).scalar_subquery() for end in ("low", "high"))

    def conditions(table: FromClause) -> Sequence[ColumnElement[bool]]:
        within = table.c.time_key >= since, table.c.time_key < until
        return [*within, *between(table, low, high), *tested(dialect, plan, table)]

    indexed = {"combination_ref": "combination_ref_included"}
    return dialect.nearest_keys(indexed, conditions, newest_first, ":limit")


@lru_cache(maxsize=2)
def _spans_of_keys(dialect: Dialect) -> CTE:
    times = dialect.spans("spans")
    low, high = (first_key_not_earlier(time, time * constant(SLOTS)) for time in (times.c.low, times.c.high))
    spans = select(times.c.number, low.label("low"), high.label("high")).select_from(times)
    return spans.cte("span").prefix_with("MATERIALIZED")
