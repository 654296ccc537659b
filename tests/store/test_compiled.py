"""Texts of statements: one for all of a form, each with the values of its own."""

import gc

from sqlalchemy import BigInteger, Select, bindparam, column, literal, select, table
from sqlalchemy.dialects import sqlite

from store import compiled as module
from store.compiled import compiled, form
from store.conditions import Plan
from store.dialect import SQLITE
from store.statements import select_page

MOST_OBJECTS = 12
"""Of those that Python looks for garbage among. A statement is several hundred, and what it compiles to as many."""

DIALECT = sqlite.dialect()
EVENTS = table("events", column("time"), column("name"))


def test_statements_of_one_form_share_a_text_and_keep_their_values() -> None:
    first, second = (select(EVENTS.c.time).where(EVENTS.c.name == literal(name)) for name in ("paid", "it's; --"))
    one, other = compiled(first, DIALECT), compiled(second, DIALECT)
    assert (one.sql, one.names) == (other.sql, other.names)
    for each, name in ((one, "paid"), (other, "it's; --")):
        assert each.names is not None
        assert [each.constants[part] for part in each.names] == [name]


def test_a_value_of_another_type_and_a_parameter_of_another_name_make_another_form() -> None:
    by_number = select(EVENTS.c.time).where(EVENTS.c.time == literal(1, BigInteger))
    by_parameter = select(EVENTS.c.time).where(EVENTS.c.time == bindparam("first", type_=BigInteger))
    assert compiled(by_number, DIALECT).names != compiled(by_parameter, DIALECT).names
    assert compiled(by_parameter, DIALECT).names == ("first",)


def test_of_statements_that_are_built_each_time_a_bounded_number_of_texts_is_kept() -> None:
    for number in range(2 * module.MOST_SHAPES):
        compiled(select(EVENTS.c[("time", "name")[number % 2]].label(f"column_{number}")), DIALECT)
    assert len(module._shapes) <= module.MOST_SHAPES


def test_a_form_is_built_once() -> None:
    built = []

    @form
    def select_column(name: str, limit: int) -> Select[object]:
        built.append(name)
        return select(EVENTS.c[name]).where(EVENTS.c.time < literal(limit), EVENTS.c.name == bindparam("wanted"))

    first, again, other = (compiled(select_column("time", limit), DIALECT) for limit in (1, 1, 2))
    assert built == ["time", "time"]
    assert first is again
    assert first.names == ("param_1", "wanted")
    assert [first.constants["param_1"], other.constants["param_1"]] == [1, 2]
    assert str(select_column("name", 1)) == str(select_column("name", limit=1).statement)


def test_of_a_form_next_to_nothing_is_kept_but_its_text() -> None:
    plans = [
        Plan(driver, included, excluded)
        for driver in ("combination_ref", "actor_ref", "entity_ref", "trace_ref", "home_ref")
        for included in ((), ("actor_ref",), ("actor_ref", "entity_ref"))
        for excluded in ((), ("trace_ref",), ("entity_ref", "trace_ref"))
    ]
    compiled(select_page(SQLITE, Plan(), "older", True), DIALECT)
    gc.collect()
    before = len(gc.get_objects())
    for plan in plans:
        compiled(select_page(SQLITE, plan, "older", True), DIALECT)
    gc.collect()
    assert (len(gc.get_objects()) - before) / len(plans) <= MOST_OBJECTS
