"""Where in the log events are looked for and what they must fulfil, as parts of a SELECT.

A place in the log is a group of four parameters: `<place>_key`, `<place>_id`, `<place>_time` and `<place>_time_key`
(`parameters.place_parameters`). Events are looked for from the place `low` to just before the place `high`.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.sql import ColumnElement

from .dialect import NOTHING, Dialect, in_order, limited
from .schema import event
from .time_keys import LAST_KEY, SLOT_BITS

Column = Literal["combination_ref", "entity_ref", "trace_ref", "actor_ref"]

WINDOW = 4_000
"""So many nearest events are tried before a dense set of combinations is looked for on its index."""


class Plan(NamedTuple):
    """How a filter is looked for: along which index, and which conditions are tested on the way.

    Without a `driver` events are read in the order of time, with `window` no more than WINDOW of them. For each column
    in `included` and `excluded`, and for the driver, the parameter `<column>_included` or `<column>_excluded` holds
    references. Indexes of entities and actors go on with combinations: `combination_ref_included` says which, for an
    excluded one `<column>_combinations`. With `masked`, the parameter `mask` says which combinations match. `apart`
    says that excluded events are better counted by themselves than among all others, each of which had to be read.
    """

    driver: Column | None = None
    included: tuple[Column, ...] = ()
    excluded: tuple[Column, ...] = ()
    masked: bool = False
    window: bool = False
    apart: bool = False

    def counted_apart(self) -> "tuple[Plan, Sequence[Plan]]":
        """A plan to count with, and plans that find, each event once, what to take away from that."""
        if not self.apart:
            return self, ()
        included = self.included if self.driver in (None, "combination_ref") else (self.driver, *self.included)
        excluded = self.excluded[::-1]  # from actors to traces: those with the most events need no test for others
        taken = [Plan(column, included, excluded[:place], self.masked) for place, column in enumerate(excluded)]
        return self._replace(excluded=(), apart=False), taken


def nearest_keys(dialect: Dialect, plan: Plan, newest_first: bool) -> Select[int]:
    """The `limit` time keys nearest to one end of the span, those of its newest events or of its oldest ones."""
    if plan.driver is not None:

        def conditions(table: FromClause) -> Sequence[ColumnElement[bool]]:
            return [*between(table, "low", "high"), *tested(dialect, plan, table)]

        return dialect.nearest_keys(indexed_by(plan.driver, "included"), conditions, newest_first, "limit")
    source: FromClause = event
    span = between(event, "low", "high")
    if plan.window:
        nearest = select(event).where(*span).order_by(in_order(event.c.time_key, newest_first))
        source, span = limited(nearest, str(WINDOW)).subquery(), []
    keys = select(source.c.time_key).where(*span, *tested(dialect, plan, source))
    return limited(keys.order_by(in_order(source.c.time_key, newest_first)), ":limit")


def any_event(dialect: Dialect, plan: Plan, low: str, high: str) -> ColumnElement[bool]:
    """Whether there is an event from one place to just before another."""
    probe = event.alias("probe")
    driver: Column | None = "combination_ref" if plan.window else plan.driver
    exact = plan._replace(masked=plan.masked and not plan.window)
    conditions = [*between(probe, low, high), *tested(dialect, exact, probe)]
    if driver is not None:
        indexed = indexed_by(driver, "included").items()
        conditions.extend(dialect.one_of(probe.c[column], parameter) for column, parameter in indexed)
    return exists(select(probe.c.time_key).where(*conditions))


def indexed_by(driver: Column, references: str) -> Mapping[str, str]:
    """The columns that lead a driver's index, and the parameters with their numbers.

    `references` says which of the driver: `included` or `excluded` ones, or as a Part says, some of those.
    """
    if driver in ("combination_ref", "trace_ref"):
        return {driver: f"{driver}_{references}"}
    combinations = "combination_ref_included" if references.startswith("included") else f"{driver}_combinations"
    return {driver: f"{driver}_{references}", "combination_ref": combinations}


def tested(dialect: Dialect, plan: Plan, table: FromClause) -> Sequence[ColumnElement[bool]]:
    """The conditions of a plan except its driver. Adding nothing to a column keeps its own index out of the choice."""
    return [
        *(dialect.one_of(table.c[column] + NOTHING, f"{column}_included") for column in plan.included),
        *(not_(dialect.one_of(table.c[column] + NOTHING, f"{column}_excluded")) for column in plan.excluded),
        *masked_to(dialect, table, plan.masked),
    ]


def masked_to(dialect: Dialect, table: FromClause, masked: bool) -> Sequence[ColumnElement[bool]]:
    """The condition on combinations as a mask, where there is one."""
    return [dialect.in_mask(table.c.combination_ref, "mask")] if masked else []


def between(table: FromClause, low: str, high: str) -> list[ColumnElement[bool]]:
    """From one place to just before another."""
    return [table.c.time_key >= _place(low), table.c.time_key < _place(high)]


def true_time(table: FromClause) -> ColumnElement[int]:
    """When an event occurred, in microseconds. Its key alone says it only where the microsecond had room."""
    return func.coalesce(table.c.occurred_at, table.c.time_key.op(">>")(literal_column(str(SLOT_BITS), Integer)))


def first_key_not_earlier(time: ColumnElement[int], key_of_time: ColumnElement[int]) -> ColumnElement[int]:
    """The key of the first event not earlier than a time in microseconds, whose first key is given; else LAST_KEY."""
    first = event.alias("first_there")
    # Keys run on where a microsecond is full: the first events from this key on can still be of an earlier time.
    not_earlier = or_(first.c.occurred_at.is_(None), first.c.occurred_at >= time)
    from_there = select(first.c.time_key).where(first.c.time_key >= key_of_time, not_earlier)
    return func.coalesce(
        limited(from_there.order_by(first.c.time_key), "1").scalar_subquery(), literal(LAST_KEY, BigInteger)
    )


def _place(place: str) -> ColumnElement[int]:
    anchor = event.alias("anchor")
    of_event = select(anchor.c.time_key + (1 if place == "low" else 0)).where(
        anchor.c.id == bindparam(f"{place}_id", type_=LargeBinary)
    )
    of_time = first_key_not_earlier(_number(f"{place}_time"), _number(f"{place}_time_key"))
    # As a query of its own it is worked out once, not for every row.
    return select(func.coalesce(_number(f"{place}_key"), of_event.scalar_subquery(), of_time)).scalar_subquery()


def _number(parameter: str) -> BindParameter[int]:
    return bindparam(parameter, type_=BigInteger)
