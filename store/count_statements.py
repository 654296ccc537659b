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
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from .cells import ALL_EVENTS
from .conditions import Plan, between, indexed_by, masked_to, nearest_keys, place_parameters, tested
from .dialect import Dialect
from .schema import actor, event, rollup
from .time_keys import LEVELS, Ladder

LEFT, RIGHT = -1, -2
"""Stand for the level of what is left and right of all whole buckets."""

FAILURE = 2**32
"""What a failure counts more than another event, so that one number holds how many there are of both."""


def ladder_parameters(pieces: Ladder) -> dict[str, object]:
    """Parameters of a span cut in buckets."""
    parameters = place_parameters("left", pieces.left_until) | place_parameters("right", pieces.right_since)
    for number, piece in enumerate(pieces.pieces):
        parameters |= {f"first_{number}": piece.first, f"beyond_{number}": piece.beyond}
    return parameters


@lru_cache(maxsize=512)
def select_counts_by_index(dialect: Dialect, plan: Plan) -> Select[int, int]:
    """How many events each combination has, counted along the index of the plan's driver."""
    counted, taken = plan.counted_apart()
    return _summed(union_all(_counts(dialect, counted, "included"), *_taken_away(dialect, taken)))


@lru_cache(maxsize=512)
def select_counts_by_ladder(dialect: Dialect, plan: Plan) -> Select[int, int]:
    """How many events each combination has, from the rollup, without those that a plan excludes."""
    branches: list[Select[int, int]] = [
        select(rollup.c.combination_ref, rollup.c.count).where(_in_piece(number)) for number in range(2 * len(LEVELS))
    ]
    for low, high in (("low", "left"), ("right", "high")):
        edge = select(event.c.combination_ref, func.count().label("count")).where(*between(event, low, high))
        branches.append(edge.group_by(dialect.as_value(event.c.combination_ref)))
    taken = plan.counted_apart()[1]
    return _summed(union_all(*branches, *_taken_away(dialect, taken)))


@lru_cache(maxsize=16)
def select_buckets(dialect: Dialect, masked: bool, failing: bool = False) -> CompoundSelect[int, int, int, int]:
    """Level, bucket, number of matching events and of failures for all buckets of a ladder and the rests (LEFT, RIGHT).

    Failures are counted where that is asked for: the parameter `failures` is a mask of combinations that tell of one.
    """
    branches: list[Select[int, int, int, int]] = []
    for number in range(2 * len(LEVELS)):
        level = literal(number % len(LEVELS), BigInteger)
        counts = _counted(dialect, rollup, func.sum(rollup.c.count), failing)
        branch = select(level.label("level"), rollup.c.bucket, *counts)
        matching = masked_to(dialect, rollup, masked)
        branches.append(branch.where(_in_piece(number), *matching).group_by(rollup.c.bucket))
    for edge, low, high in ((LEFT, "low", "left"), (RIGHT, "right", "high")):
        matching = masked_to(dialect, event, masked)
        edge_level, nothing = literal(edge, BigInteger).label("level"), literal(0, BigInteger).label("bucket")
        counts = _counted(dialect, event, func.count(), failing)
        branches.append(
            select(edge_level, nothing, *counts).select_from(event).where(*between(event, low, high), *matching)
        )
    return union_all(*branches)


@lru_cache(maxsize=512)
def select_bars(dialect: Dialect, plan: Plan, side: str) -> Select[int, int]:
    """Number of each span of keys in the parameter `spans` and its events, counted along the index of a plan's driver.

    In the second column every event counts 1, and FAILURE more if it tells of one (the mask `failures`).
    """
    spans = dialect.spans("spans")
    table = event.alias("counted")
    conditions = [table.c.time_key >= spans.c.low, table.c.time_key < spans.c.high, *tested(dialect, plan, table)]
    indexed = indexed_by(plan.driver, side) if plan.driver else {}
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


def _counted(
    dialect: Dialect, table: FromClause, count: FunctionElement[Any], failing: bool
) -> tuple[Label[int], Label[int]]:
    """The columns `count` and `failures` of an aggregate; no failures where nobody asks for them."""
    failures: ColumnElement[int] = literal(0, BigInteger)
    if failing:
        failed = count.filter(dialect.in_mask(table.c.combination_ref, "failures"))
        failures = cast(func.coalesce(failed, 0), BigInteger)
    return cast(count, BigInteger).label("count"), failures.label("failures")


def _taken_away(dialect: Dialect, plans: Sequence[Plan]) -> Sequence[Select[int, int]]:
    """Counts below zero of what these plans find along the indexes of excluded columns."""
    counts = [_counts(dialect, plan, "excluded").subquery() for plan in plans]
    return [select(each.c.combination_ref, -each.c.count) for each in counts]


def _counts(dialect: Dialect, plan: Plan, side: str) -> Select[int, int]:
    """Combination and number of the events that a driver leads to."""
    assert plan.driver is not None
    table = event.alias("counted")
    conditions = [*between(table, "low", "high"), *tested(dialect, plan, table)]
    indexed = indexed_by(plan.driver, side)
    if "combination_ref" not in indexed:
        counted = select(table.c.combination_ref, func.count().label("count"))
        counted = counted.where(dialect.one_of(table.c[plan.driver], indexed[plan.driver]), *conditions)
        return counted.group_by(dialect.as_value(table.c.combination_ref))
    # Counted by itself, a branch of the index is neither sorted nor read more than once.
    numbers = {column: dialect.numbers(parameter) for column, parameter in indexed.items()}
    same = [table.c[column] == source.c[0] for column, source in numbers.items()]
    count = select(func.count()).select_from(table).where(*same, *conditions).scalar_subquery()
    return select(numbers["combination_ref"].c[0].label("combination_ref"), count.label("count")).select_from(
        *numbers.values()
    )


def _summed(counts: Select[int, int] | CompoundSelect[int, int]) -> Select[int, int]:
    table = counts.subquery()
    total = cast(func.sum(table.c.count), BigInteger).label("count")
    return select(table.c.combination_ref, total).group_by(table.c.combination_ref)


def _in_piece(number: int) -> ColumnElement[bool]:
    first, beyond = bindparam(f"first_{number}", type_=BigInteger), bindparam(f"beyond_{number}", type_=BigInteger)
    level = number % len(LEVELS)
    of_all = rollup.c.owner_ref == literal_column(str(ALL_EVENTS), BigInteger)
    return of_all & (rollup.c.level == level) & (rollup.c.bucket >= first) & (rollup.c.bucket < beyond)
