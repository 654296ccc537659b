"""Where in the log events are looked for and what they must fulfil, as parts of a SELECT.

A place in the log is a group of five parameters: `<place>_key`, `<place>_id_ref`, `<place>_id`, `<place>_time` and
`<place>_time_key` (`parameters.place_parameters`). Events are looked for from the place `low` to just before `high`.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    FromClause,
    LargeBinary,
    Select,
    bindparam,
    case,
    column,
    exists,
    func,
    not_,
    null,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.visitors import iterate

from .dialect import Dialect
from .expressions import NOTHING, constant, in_order, limited
from .schema import event, event_detail
from .time_keys import LAST_KEY, SLOT_BITS

Column = Literal["combination_ref", "entity_ref", "trace_ref", "actor_ref", "home_ref"]

SELF = "_self"
"""In a name: entities whose own events are meant, beside those that are at home with something."""


class Plan(NamedTuple):
    """How a filter is looked for: along which index, and which conditions are tested on the way.

    Without a `driver` events are read in the order of time. With a `window`, so many of them at most are, and so many
    of those that the index of a driver leads to if these are few enough to be had in order. For each column in
    `included` and `excluded`, and for the driver, the parameter `<column>_included` or `<column>_excluded` holds
    references. Indexes of entities, actors and homes go on with combinations: `combination_ref_included` says which,
    for an excluded one `<column>_combinations`. With homes go the events of the entities in the parameter of that name
    with SELF behind it, wherever they are at home. With `masked`, the parameter `mask` says which combinations match.
    `apart` says that excluded events are better counted by themselves than among all others, each of which had to be
    read; they come in the order in which that is done. `many` says that so many homes are asked for, wanted or not,
    that along them it takes less time to go through the events of each than to look up each of its combinations: those
    that match are then tested. With `listed`, there is nothing to look for: the keys are those in the parameter `keys`.
    """

    driver: Column | None = None
    included: tuple[Column, ...] = ()
    excluded: tuple[Column, ...] = ()
    masked: bool = False
    window: int = 0
    apart: bool = False
    many: bool = False
    listed: bool = False

    @property
    def tests_alone(self) -> "Plan":
        """The same with the driver as one more test."""
        if self.driver == "combination_ref":
            return self._replace(driver=None, masked=True)
        included = self.included if self.driver is None else (self.driver, *self.included)
        return self._replace(driver=None, included=included)

    @property
    def has_window_along_index(self) -> bool:
        """Whether the window holds the nearest events that the driver leads to, whatever else is asked of them."""
        in_time = self.driver in (None, "combination_ref") or (self.many and self.driver == "home_ref")
        return bool(self.window) and not in_time

    @property
    def driver_alone(self) -> "Plan":
        """The same without tests."""
        return Plan(self.driver, masked=self.masked)

    def counted_apart(self) -> "tuple[Plan, Sequence[Plan]]":
        """A plan to count with, and plans that find, each event once, what to take away from that."""
        if not self.apart:
            return self, ()
        included = self.included if self.driver in (None, "combination_ref") else (self.driver, *self.included)
        taken = [  # those with the most events are last, and need no test
            Plan(driver, included, self.excluded[place:], self.masked, many=self.many)
            for place, driver in enumerate(self.excluded, start=1)
        ]
        return self._replace(excluded=(), apart=False), taken


def nearest_keys(dialect: Dialect, plan: Plan, newest_first: bool) -> Select[int]:
    """The `limit` time keys nearest to one end of the span, those of its newest events or of its oldest ones."""
    if plan.listed:
        (key,) = (listed := dialect.numbers("keys")).c
        return select(key.label("time_key")).select_from(listed)
    if plan.has_window_along_index:
        near = _nearest_along_index(dialect, plan.driver_alone, newest_first, str(plan.window)).cte("near")
        of_near = select(event.c.time_key).where(*tested(dialect, plan, event))
        found = dialect.at_each(near, event.c.time_key, of_near).subquery()
        return limited(select(found.c.time_key).order_by(in_order(found.c.time_key, newest_first)), ":limit")
    if plan.driver is not None and not plan.window:
        return _nearest_along_index(dialect, plan, newest_first, ":limit")
    span = _nearest_between(event, plan.window, "low", "high", newest_first)
    keys = select(event.c.time_key).where(*span, *tested(dialect, plan.tests_alone, event))
    return limited(keys.order_by(in_order(event.c.time_key, newest_first)), ":limit")


def _nearest_between(
    table: FromClause, window: int, low: str, high: str, newest_first: bool
) -> list[ColumnElement[bool]]:
    """From one place to just before another; with a `window` among so many first ones in order."""
    span = between(table, low, high)
    if not window:
        return span
    # Tested among themselves, these would all be read and sorted, even where the first few of them are enough.
    near = event.alias("near")
    nearest = select(near.c.time_key).where(*between(near, low, high))
    keys = limited(nearest.order_by(in_order(near.c.time_key, newest_first)), str(window)).subquery().c.time_key
    if newest_first:
        span[0] = table.c.time_key >= select(func.min(keys)).scalar_subquery()
    else:
        span[1] = table.c.time_key <= select(func.max(keys)).scalar_subquery()
    return span


def _nearest_along_index(dialect: Dialect, plan: Plan, newest_first: bool, limit: str) -> Select[int]:
    branches = branches_of(plan.driver, "included")
    found = [_nearest_of_branch(dialect, plan, newest_first, limit, each) for each in branches]
    if len(found) == 1:
        return found[0]
    keys_of_all = union_all(*(select(keys.subquery().c.time_key) for keys in found)).subquery()
    in_all = select(keys_of_all.c.time_key).order_by(in_order(keys_of_all.c.time_key, newest_first))
    return limited(in_all, limit)


def _nearest_of_branch(dialect: Dialect, plan: Plan, newest_first: bool, limit: str, references: str) -> Select[int]:
    def conditions(table: FromClause) -> Sequence[ColumnElement[bool]]:
        return [
            *between(table, "low", "high"),
            *tested(dialect, plan, table),
            *at_home_elsewhere(dialect, table, references),
        ]

    return dialect.nearest_keys(indexed_by(plan, references), conditions, newest_first, limit)


def any_event(dialect: Dialect, plan: Plan, low: str, high: str, newest_first: bool = False) -> ColumnElement[bool]:
    """Whether there is an event from one place to just before another.

    A window in the order of time says so, and else NULL: behind all that is excluded there may be one.
    """
    probe = event.alias("probe")
    if plan.window and not plan.has_window_along_index:
        span = _nearest_between(probe, plan.window, low, high, newest_first)
        is_near = exists(select(probe.c.time_key).where(*span, *tested(dialect, plan.tests_alone, probe)))
        return case((is_near, true()), else_=null())
    conditions = [*between(probe, low, high), *tested(dialect, plan, probe)]
    if plan.driver is None:
        return exists(select(probe.c.time_key).where(*conditions))
    found: list[ColumnElement[bool]] = []
    for references in branches_of(plan.driver, "included"):
        indexed = indexed_by(plan, references).items()
        driven = [dialect.one_of(probe.c[column], parameter) for column, parameter in indexed]
        elsewhere = at_home_elsewhere(dialect, probe, references)
        found.append(exists(select(probe.c.time_key).where(*driven, *elsewhere, *conditions)))
    return or_(*found)


def branches_of(driver: Column | None, references: str) -> Sequence[str]:
    """Which references lead to events, to each once: those of homes, and of entities with events that are elsewhere."""
    return (references, f"{references}{SELF}") if driver == "home_ref" else (references,)


def at_home_elsewhere(dialect: Dialect, table: FromClause, references: str) -> Sequence[ColumnElement[bool]]:
    """For events that their entity leads to: that their home does not do so as well."""
    side, of_entities, _ = references.partition(SELF)
    if not of_entities:
        return []
    return [not_(dialect.one_of(_home_ref(table), f"home_ref_{side}"))]


def indexed_by(plan: Plan, references: str) -> Mapping[str, str]:
    """The columns that lead the index of a plan's driver, and the parameters with their numbers; none without a driver.

    `references` says which of the driver: `included` or `excluded` ones, or as a Part says, some of those.
    """
    driver = plan.driver
    if driver is None:
        return {}
    if driver in ("combination_ref", "trace_ref"):
        return {driver: f"{driver}_{references}"}
    combinations = "combination_ref_included" if references.startswith("included") else f"{driver}_combinations"
    leading = "entity_ref" if SELF in references else driver
    if plan.many and driver == "home_ref":
        return {leading: f"{driver}_{references}"}
    return {leading: f"{driver}_{references}", "combination_ref": combinations}


def tested(dialect: Dialect, plan: Plan, table: FromClause) -> Sequence[ColumnElement[bool]]:
    """The conditions of a plan except its driver. Adding nothing to a column keeps its own index out of the choice."""
    return [
        *(_is_one_of(dialect, table, column, f"{column}_included") for column in plan.included),
        *(not_(_is_one_of(dialect, table, column, f"{column}_excluded")) for column in plan.excluded),
        *masked_to(dialect, table, plan.masked),
    ]


def _is_one_of(dialect: Dialect, table: FromClause, column: Column, parameter: str) -> ColumnElement[bool]:
    if column != "home_ref":
        return dialect.one_of(table.c[column] + NOTHING, parameter)
    at_home, themselves = (_home_ref(table), parameter), (table.c.entity_ref + NOTHING, f"{parameter}{SELF}")
    return or_(dialect.one_of(*at_home), dialect.one_of(*themselves))


def _home_ref(table: FromClause) -> ColumnElement[int]:
    """Where an event is at home, 0 for nowhere: a test of NULL would be neither true nor false."""
    return func.coalesce(table.c.home_ref, NOTHING)


def masked_to(dialect: Dialect, table: FromClause, masked: bool) -> Sequence[ColumnElement[bool]]:
    """The condition on combinations as a mask, where there is one."""
    return [dialect.in_mask(table.c.combination_ref, "mask")] if masked else []


def between(table: FromClause, low: str, high: str) -> list[ColumnElement[bool]]:
    """From one place to just before another."""
    return [table.c.time_key >= _place(low), table.c.time_key < _place(high)]


def spans_between(*places: tuple[str, str]) -> CTE:
    """The keys from one place to just before another as a table of spans with the columns `low` and `high`."""
    spans = [select(_place(low).label("low"), _place(high).label("high")) for low, high in places]
    return union_all(*spans).cte().prefix_with("MATERIALIZED")


def has_id(table: FromClause, parameter: str) -> ColumnElement[bool]:
    """Whether an event has the id of a parameter, in its stored form, of which `<parameter>_ref` is the reference."""
    # Looked up for each of the few events with that reference, whatever the planner makes of a join.
    stored = select(event_detail.c.id).where(event_detail.c.time_key == table.c.time_key)
    is_id = stored.correlate(table).scalar_subquery() == bindparam(parameter, type_=LargeBinary)
    return (table.c.id_ref == _number(f"{parameter}_ref")) & is_id


def true_time(table: FromClause) -> ColumnElement[int]:
    """When an event occurred, in microseconds. Its key alone says it only where the microsecond had room."""
    return func.coalesce(table.c.occurred_at, time_of_key(table))


def time_of_key(table: FromClause) -> ColumnElement[int]:
    """The microsecond that the key of an event lies in."""
    key: ColumnElement[int] = table.c.time_key.op(">>", return_type=BigInteger())(constant(SLOT_BITS))
    return key


def first_key_not_earlier(time: ColumnElement[int], key_of_time: ColumnElement[int]) -> ColumnElement[int]:
    """The key of the first event not earlier than a time in microseconds, whose first key is given; else LAST_KEY."""
    first = event.alias("first_there")
    # Keys run on where a microsecond is full: the first events from this key on can still be of an earlier time.
    not_earlier = or_(first.c.occurred_at.is_(None), first.c.occurred_at >= time)
    from_there = select(first.c.time_key).where(first.c.time_key >= key_of_time, not_earlier)
    return func.coalesce(limited(from_there.order_by(first.c.time_key), "1").scalar_subquery(), constant(LAST_KEY))


@lru_cache(maxsize=8)
def _place(place: str) -> ColumnElement[int]:
    anchor = event.alias("anchor")
    of_event = select(anchor.c.time_key + constant(1 if place == "low" else 0)).where(has_id(anchor, f"{place}_id"))
    of_time = first_key_not_earlier(_number(f"{place}_time"), _number(f"{place}_time_key"))
    found = select(func.coalesce(_number(f"{place}_key"), of_event.scalar_subquery(), of_time))
    # As a text: else the six of a statement are most of the work of compiling it, for which somebody waits.
    written = text(str(found)).bindparams(*(value for value in iterate(found) if isinstance(value, BindParameter)))
    # As a query of its own it is worked out once, not for every row.
    return written.columns(column("time_key", BigInteger)).scalar_subquery()


def _number(parameter: str) -> BindParameter[int]:
    return bindparam(parameter, type_=BigInteger)
