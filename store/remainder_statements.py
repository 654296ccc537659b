"""The SELECTs for what is left when the events of owners are taken away: how many in each bucket, and which of them."""

from functools import lru_cache

from sqlalchemy import CTE, BigInteger, Select, cast, func, select, union_all

from .compiled import form
from .conditions import Plan, between, first_key_not_earlier, masked_to, tested
from .count_statements import in_piece
from .dialect import Dialect
from .expressions import constant, in_order, limited
from .parts import Part
from .schema import combination, event, rollup
from .time_keys import SLOTS

SELECT_COUNTS = select(combination.c.combination_ref, combination.c.count)
"""How many events each combination has."""


@form
def select_left(dialect: Dialect, taken: Part) -> Select[int, int, int]:
    """Bucket, combination and number of the events that are left in some buckets (`pieces`) without those of a part.

    There are rows only where something is left, and only of combinations in the mask if the part is masked.
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
    of_cells = select(cell.bucket, cell.combination_ref, left.label("left"))
    return of_cells.group_by(cell.bucket, cell.combination_ref).having(left > constant(0))


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


@lru_cache(maxsize=2)
def _spans_of_keys(dialect: Dialect) -> CTE:
    times = dialect.spans("spans")
    low, high = (first_key_not_earlier(time, time * constant(SLOTS)) for time in (times.c.low, times.c.high))
    spans = select(times.c.number, low.label("low"), high.label("high")).select_from(times)
    return spans.cte("span").prefix_with("MATERIALIZED")
