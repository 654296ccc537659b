"""Texts of statements: one for all of a form, each with the values of its own."""

from sqlalchemy import BigInteger, bindparam, column, literal, select, table
from sqlalchemy.dialects import sqlite

from store import compiled as module
from store.compiled import compiled

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
    assert compiled(by_parameter, DIALECT).names == ["first"]


def test_a_bounded_number_of_texts_is_kept() -> None:
    for number in range(2 * module.MOST_FORMS):
        compiled(select(EVENTS.c[("time", "name")[number % 2]].label(f"column_{number}")), DIALECT)
    assert len(module._forms) <= module.MOST_FORMS
