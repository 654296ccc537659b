"""The SELECTs that count events, built once for each form of question, on an index or on the rollup."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    FromClause,
    Label,
    Select,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql import ColumnElement

from .cells import ALL_EVENTS
from .conditions import (
    Plan,
    at_home_elsewhere,
    between,
    indexed_by,
    masked_to,
    nearest_keys,
    tested,
    time_of_key,
    true_time,
)
from .dialect import Dialect
from .parts import Part
from .schema import actor, event, rollup
from .time_keys import LEVELS

LEFT, RIGHT = -1, -2
"""Stand for the level of what is left and right of all whole buckets."""

_EDGES = {LEFT: ("low", "left"), RIGHT: ("right", "high")}
"""The places between which that is."""

FAILURE = 2**32
"""What a failure counts more than another event, so that one number holds how many there are of both."""


@lru_cache(maxsize=512)
def select_counts(dialect: Dialect, parts: Sequence[Part]) -> Select[int, int]:
    """How many events each combination has, from these parts: whatever their plans say of combinations."""
    branches: list[Select[int, int]] = []
    for part in parts:
        if part.by_rollup:
            cells = select(rollup.c.combination_ref, (rollup.c.count * part.sign).label("count"))
            branches += [cells.where(*_in_piece(dialect, part, number)) for number in range(2 * len(LEVELS))]
        for low, high in _EDGES.values() if part.by_rollup else [("low", "high")]:
            counts = _counts(dialect, part._replace(plan=part.plan._replace(masked=False)), low, high).subquery()
            branches.append(select(counts.c.combination_ref, (counts.c.count * part.sign).label("count")))
    table = union_all(*branches).subquery()
    total = cast(func.sum(table.c.count), BigInteger).label("count")
    return select(table.c.combination_ref, total).group_by(table.c.combination_ref)


@lru_cache(maxsize=64)
def select_buckets(dialect: Dialect, part: Part, failing: bool = False) -> CompoundSelect[int, int, int, int]:
    """Level, bucket, number of matching events and of failures for all buckets of a ladder and the rests (LEFT, RIGHT).

    Failures are counted where that is asked for: the parameter `failures` is a mask of combinations that tell of one.
    """
    branches: list[Select[int, int, int, int]] = []
    for number in range(2 * len(LEVELS)):
        level = literal(number % len(LEVELS), BigInteger)
        branch = select(level.label("level"), rollup.c.bucket, *_summed(dialect, rollup, failing))
        matching = masked_to(dialect, rollup, part.plan.masked)
        branches.append(branch.where(*_in_piece(dialect, part, number), *matching).group_by(rollup.c.bucket))
    for edge, (low, high) in _EDGES.items():
        counts = _counts(dialect, part, low, high).subquery()
        edge_level, nothing = literal(edge, BigInteger).label("level"), literal(0, BigInteger).label("bucket")
        branches.append(select(edge_level, nothing, *_summed(dialect, counts, failing)))
    return union_all(*branches)


@lru_cache(maxsize=512)
def select_bars(dialect: Dialect, part: Part) -> Select[int, int]:
    """Number of each span of keys in the parameter `spans` and its events, counted along the index of a part's driver.

    In the second column every event counts 1, and FAILURE more if it tells of one (the mask `failures`).
    """
    spans = dialect.spans("spans")
    table = event.alias("counted")
    conditions = [
        *(table.c.time_key >= spans.c.low, table.c.time_key < spans.c.high),
        *(*tested(dialect, part.plan, table), *at_home_elsewhere(dialect, table, part.references)),
    ]
    indexed = indexed_by(part.plan, part.references)
    numbers = {column: dialect.numbers(parameter) for column, parameter in indexed.items()}
    conditions += [table.c[column] == source.c[0] for column, source in numbers.items()]
    if "combination_ref" in numbers:
        # So the index is all that is read, and nothing is worked out for each event.
        count = select(func.count()).select_from(table).where(*conditions).scalar_subquery()
        weighed = count * _weight(dialect, numbers["combination_ref"].c[0])
    else:
        weights = func.sum(_weight(dialect, table.c.combination_ref))
        weighed = func.coalesce(select(weights).select_from(table).where(*conditions).scalar_subquery(), 0)
    counted = select(spans.c.number, weighed.label("weighed")).select_from(spans, *numbers.values()).subquery()
    total = cast(func.sum(counted.c.weighed), BigInteger)
    return select(counted.c.number, total.label("weighed")).group_by(counted.c.number)


@lru_cache(maxsize=64)
def select_bars_of_many(dialect: Dialect, part: Part, by_true_time: bool) -> Select[int, int]:
    """As `select_bars` for a plan with `many` references, whose events are read once and put into bars one by one.

    A bar is known by how many times `width` microseconds it begins behind `base`. What a key says of the time is enough
    where no keys run on over the edge of a bar; `by_true_time` is right anywhere, and reads more.
    """
    table = event.alias("counted")
    indexed = indexed_by(part.plan, part.references)
    leading = [dialect.one_of(table.c[column], name) for column, name in indexed.items()]
    conditions = [
        *(*leading, *between(table, "low", "high"), *tested(dialect, part.plan, table)),
        *at_home_elsewhere(dialect, table, part.references),
    ]
    time = true_time(table) if by_true_time else time_of_key(table)
    base, width = bindparam("base", type_=BigInteger), bindparam("width", type_=BigInteger)
    weight = _weight(dialect, table.c.combination_ref)
    each = select(((time - base) // width).label("number"), weight.label("weight"))
    of_each = each.where(*conditions).subquery()
    weighed = cast(func.sum(of_each.c.weight), BigInteger).label("weighed")
    return select(of_each.c.number, weighed).group_by(of_each.c.number)


@lru_cache(maxsize=2)
def select_whether_any_within(dialect: Dialect) -> Select[bool]:
    """Whether any of the spans of keys in the parameter `spans` holds an event."""
    spans = dialect.spans("spans")
    within = event.alias("within")
    some = select(spans.c.number).join(within, (within.c.time_key >= spans.c.low) & (within.c.time_key < spans.c.high))
    return select(exists(some))


@lru_cache(maxsize=64)
def select_actor_counts(dialect: Dialect, plan: Plan) -> Select[*tuple[Any, ...]]:
    """The parts of each actor of the newest `limit` matching events, and how many of those it triggered."""
    newest = nearest_keys(dialect, plan, newest_first=True).subquery()
    counted = (
        select(event.c.actor_ref, func.count().label("count"))
        .select_from(newest.join(event, event.c.time_key == newest.c.time_key))
        .group_by(dialect.as_value(event.c.actor_ref))
        .subquery()
    )
    parts = [column for column in actor.c if column.name != "identity"]
    return select(counted.c.count, *parts).select_from(
        counted.outerjoin(actor, actor.c.actor_ref == counted.c.actor_ref)
    )


def _weight(dialect: Dialect, combination_ref: ColumnElement[int]) -> ColumnElement[int]:
    one, failed = literal(1, BigInteger), literal(1 + FAILURE, BigInteger)
    return case((dialect.in_mask(combination_ref, "failures"), failed), else_=one)


def _summed(dialect: Dialect, counts: FromClause, failing: bool) -> tuple[Label[int], Label[int]]:
    """The columns `count` and `failures` of counts by combination; no failures where nobody asks for them."""
    total = func.sum(counts.c.count)
    failures: ColumnElement[int] = literal(0, BigInteger)
    if failing:
        failures = func.coalesce(total.filter(dialect.in_mask(counts.c.combination_ref, "failures")), 0)
    return cast(func.coalesce(total, 0), BigInteger).label("count"), cast(failures, BigInteger).label("failures")


def _counts(dialect: Dialect, part: Part, low: str, high: str) -> Select[int, int]:
    """Combination and number of the events from one place to just before another, along the index of a driver."""
    table = event.alias("counted")
    conditions = [
        *(*between(table, low, high), *tested(dialect, part.plan, table)),
        *at_home_elsewhere(dialect, table, part.references),
    ]
    indexed = indexed_by(part.plan, part.references)
    if "combination_ref" not in indexed:
        counted = select(table.c.combination_ref, func.count().label("count"))
        driven = [dialect.one_of(table.c[column], parameter) for column, parameter in indexed.items()]
        return counted.where(*driven, *conditions).group_by(dialect.as_value(table.c.combination_ref))
    # Counted by itself, a branch of the index is neither sorted nor read more than once.
    numbers = {column: dialect.numbers(parameter) for column, parameter in indexed.items()}
    same = [table.c[column] == source.c[0] for column, source in numbers.items()]
    count = select(func.count()).select_from(table).where(*same, *conditions).scalar_subquery()
    return select(numbers["combination_ref"].c[0].label("combination_ref"), count.label("count")).select_from(
        *numbers.values()
    )


def _in_piece(dialect: Dialect, part: Part, number: int) -> Sequence[ColumnElement[bool]]:
    first, beyond = bindparam(f"first_{number}", type_=BigInteger), bindparam(f"beyond_{number}", type_=BigInteger)
    of_all = rollup.c.owner_ref == literal_column(str(ALL_EVENTS), BigInteger)
    owned = of_all if part.owners is None else dialect.one_of(rollup.c.owner_ref, part.owners)
    level = literal_column(str(number % len(LEVELS)), BigInteger)
    return [owned, rollup.c.level == level, rollup.c.bucket >= first, rollup.c.bucket < beyond]
