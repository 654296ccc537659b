"""The SELECTs that count events, built once for each form of question, on an index or on the rollup."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    CompoundSelect,
    FromClause,
    Select,
    bindparam,
    case,
    cast,
    exists,
    func,
    select,
    union_all,
)
from sqlalchemy.sql import ColumnElement

from .cells import ALL_EVENTS
from .compiled import form
from .conditions import (
    SELF,
    Plan,
    at_home_elsewhere,
    between,
    first_key_not_earlier,
    indexed_by,
    masked_to,
    nearest_keys,
    spans_between,
    tested,
    time_of_key,
    true_time,
)
from .dialect import Dialect
from .expressions import constant, limited
from .parts import Part
from .schema import actor, event, owner, rollup
from .statements import present_with, with_number
from .time_keys import SLOTS

LEFT, RIGHT = -1, -2
"""Stand for the level of what is left and right of all whole buckets."""

_EDGES = {LEFT: ("low", "left"), RIGHT: ("right", "high")}
"""The places between which that is."""

FAILURE = 2**32
"""What a failure counts more than another event, so that one number holds how many there are of both."""


@form
def select_counts(dialect: Dialect, parts: Sequence[Part]) -> Select[int, int]:
    """How many events each combination has, from these parts: whatever their plans say of combinations."""
    branches: list[Select[int, int]] = []
    edges, whole = spans_between(*_EDGES.values()), spans_between(("low", "high"))
    for part in parts:
        if part.by_rollup:
            pieces = dialect.spans("pieces")
            cells = select(rollup.c.combination_ref, (rollup.c.count * constant(part.sign)).label("count"))
            branches.append(dialect.in_each(pieces, cells.where(*in_piece(dialect, part, pieces))))
        unmasked = part._replace(plan=part.plan._replace(masked=False))
        counts = _counts(dialect, unmasked, edges if part.by_rollup else whole).subquery()
        branches.append(select(counts.c.combination_ref, (counts.c.count * constant(part.sign)).label("count")))
    table = union_all(*branches).subquery()
    total = cast(func.sum(table.c.count), BigInteger).label("count")
    return select(table.c.combination_ref, total).group_by(table.c.combination_ref)


@form
def select_buckets(
    dialect: Dialect, part: Part, failing: bool = False, one_by_one: bool = True
) -> CompoundSelect[int, int, int]:
    """Level, bucket and matching events of each bucket of a ladder (`pieces`) and of its rests (LEFT, RIGHT).

    The pieces are its buckets `one_by_one`; else they are runs of them, and the empty ones are left out.
    Where it is asked for `failing` ones, the third column holds both numbers as that of `select_bars` does.
    """
    pieces = dialect.spans("pieces")
    in_bucket = [*in_piece(dialect, part, pieces), *masked_to(dialect, rollup, part.plan.masked)]
    total = _summed(dialect, rollup, failing)
    if one_by_one:
        weighed = select(total).where(*in_bucket).scalar_subquery()
        branches = [select(pieces.c.number, pieces.c.low, weighed.label("weighed"))]
    else:
        bucket = rollup.c.level, rollup.c.bucket
        filled = select(*bucket, total.label("weighed")).where(*in_bucket).group_by(*bucket)
        branches = [dialect.in_each(pieces, filled)]
    for edge, places in _EDGES.items():
        counts = _counts(dialect, part, spans_between(places)).subquery()
        edge_level, nothing = constant(edge), constant(0)
        branches.append(select(edge_level, nothing, _summed(dialect, counts, failing)))
    return union_all(*branches)


@form
def select_bars(dialect: Dialect, part: Part) -> Select[int, int]:
    """Each of the microseconds `times` and its events until the next one, counted along the index of a part's driver.

    In the second column every event counts 1, and FAILURE more if it tells of one (the mask `failures`).
    """
    spans = _spans_from_times(dialect)
    table = event.alias("counted")
    conditions = [
        *(table.c.time_key >= spans.c.low, table.c.time_key < spans.c.high),
        *(*tested(dialect, part.plan, table), *at_home_elsewhere(dialect, table, part.references)),
    ]
    indexed = indexed_by(part.plan, part.references)
    branches = [_branches(dialect, indexed)] if indexed else []
    conditions += [table.c[column] == each.c[column] for each in branches for column in indexed]
    if "combination_ref" in indexed:
        # So the index is all that is read, and nothing is worked out for each event.
        count = select(func.count()).select_from(table).where(*conditions).scalar_subquery()
        weighed = count * _weight(dialect, branches[0].c.combination_ref)
    else:
        weights = func.sum(_weight(dialect, table.c.combination_ref))
        weighed = func.coalesce(select(weights).select_from(table).where(*conditions).scalar_subquery(), 0)
    counted = select(spans.c.number, weighed.label("weighed")).select_from(spans, *branches).subquery()
    total = cast(func.sum(counted.c.weighed), BigInteger)
    return select(counted.c.number, total.label("weighed")).group_by(counted.c.number)


@form
def select_bars_at_once(dialect: Dialect, part: Part, by_true_time: bool) -> Select[int, int]:
    """As `select_bars`, but all events are read once and put into bars one by one.

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
    keys = event.alias("within").c.time_key
    in_span = select(keys).where(keys >= spans.c.low, keys < spans.c.high).order_by(keys)
    # The first of each span is looked up. Joined, they would be held against the whole table.
    first = limited(in_span, "1").scalar_subquery()
    return select(exists(select(spans.c.number).where(first.is_not(None))))


@form
def select_actor_counts(dialect: Dialect, plan: Plan) -> Select[*tuple[Any, ...]]:
    """The parts of each actor of the newest `limit` matching events, and how many of those it triggered."""
    newest = nearest_keys(dialect, plan, newest_first=True).cte("newest")
    found = dialect.at_each(newest, event.c.time_key, select(event.c.actor_ref)).subquery()
    by_actor = select(found.c.actor_ref, func.count().label("count")).group_by(dialect.as_value(found.c.actor_ref))
    counted = by_actor.subquery()
    parts = [column for column in actor.c if column.name != "identity"]
    return select(counted.c.count, *parts).select_from(
        counted.outerjoin(actor, actor.c.actor_ref == counted.c.actor_ref)
    )


def _branches(dialect: Dialect, indexed: Mapping[str, str]) -> FromClause:
    """The branches of an index that the parameters name, as a table with its columns."""
    (leading, parameter), *more = indexed.items()
    if not more:
        (number,) = (numbers := dialect.numbers(parameter)).c
        return select(number.label(leading)).select_from(numbers).subquery()
    # Of many actors and many combinations most pairs do not occur: these are not looked for in every bar.
    present = present_with(dialect, leading, parameter)
    occurs = dialect.one_of(present.c.combination_ref, more[0][1])
    pairs = select(present.c.number.label(leading), present.c.combination_ref).where(occurs)
    return pairs.cte("branches").prefix_with("MATERIALIZED")


@lru_cache(maxsize=2)
def _spans_from_times(dialect: Dialect) -> CTE:
    """The keys from each of the microseconds `times` to just before the next one, where there is room for any."""
    times = dialect.numbers("times")
    (time,) = times.c
    edges = select(time.label("number"), first_key_not_earlier(time, time * constant(SLOTS)).label("low"))
    edge = edges.select_from(times).cte().prefix_with("MATERIALIZED").c
    until_next = func.lead(edge.low).over(order_by=edge.number)
    span = select(edge.number, edge.low, until_next.label("high")).subquery().c
    return select(span.number, span.low, span.high).where(span.low < span.high).cte().prefix_with("MATERIALIZED")


def _weight(dialect: Dialect, combination_ref: ColumnElement[int]) -> ColumnElement[int]:
    return case((dialect.in_mask(combination_ref, "failures"), constant(1 + FAILURE)), else_=constant(1))


def _summed(dialect: Dialect, counts: FromClause, failing: bool) -> ColumnElement[int]:
    """How many events counts by combination add up to, each with its weight where it is asked for `failing` ones."""
    weighed = counts.c.count * _weight(dialect, counts.c.combination_ref) if failing else counts.c.count
    return cast(func.coalesce(func.sum(weighed), constant(0)), BigInteger)


def _counts(dialect: Dialect, part: Part, spans: CTE) -> Select[int, int]:
    """Combination and number of the events in some spans of keys, along the index of a driver."""
    table = event.alias("counted")
    conditions = [
        *(table.c.time_key >= spans.c.low, table.c.time_key < spans.c.high, *tested(dialect, part.plan, table)),
        *at_home_elsewhere(dialect, table, part.references),
    ]
    indexed = indexed_by(part.plan, part.references)
    if "combination_ref" not in indexed:
        counted = select(table.c.combination_ref, func.count().label("count"))
        driven = [dialect.one_of(table.c[column], parameter) for column, parameter in indexed.items()]
        by_value = dialect.as_value(table.c.combination_ref)
        return dialect.in_each(spans, counted.where(*driven, *conditions).group_by(by_value))
    # Counted by itself, a branch of the index is neither sorted nor read more than once.
    numbers = {column: dialect.numbers(parameter) for column, parameter in indexed.items()}
    same = [table.c[column] == source.c[0] for column, source in numbers.items()]
    count = select(func.count()).select_from(table).where(*same, *conditions).scalar_subquery()
    combination_ref = numbers["combination_ref"].c[0].label("combination_ref")
    return select(combination_ref, count.label("count")).select_from(spans, *numbers.values())


def in_piece(dialect: Dialect, part: Part, pieces: CTE) -> Sequence[ColumnElement[bool]]:
    """The conditions on cells of the rollup that count a part in runs of buckets."""
    within = rollup.c.level == pieces.c.number, rollup.c.bucket >= pieces.c.low, rollup.c.bucket < pieces.c.high
    return [_is_owned(dialect, part), *within]


def _is_owned(dialect: Dialect, part: Part) -> ColumnElement[bool]:
    if part.owners is None:
        return rollup.c.owner_ref == constant(ALL_EVENTS)
    if SELF not in part.references:
        return dialect.one_of(rollup.c.owner_ref, part.owners)
    # Those of roots, as long as they are: where one has got a home meanwhile, its cells count what the home counts too.
    one = event.alias("one")
    home = with_number(one, "entity_ref", owner.c.ref).with_only_columns(one.c.home_ref)
    is_root = limited(home, "1").correlate(owner).scalar_subquery().is_(None)
    roots = select(owner.c.owner_ref).where(dialect.one_of(owner.c.owner_ref, part.owners), is_root)
    return rollup.c.owner_ref.in_(roots)
