"""Small parts of statements that read the same in SQLite and Postgres: numbers, an order, a limit."""

from typing import TypeVarTuple

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, bindparam, literal_column, text
from sqlalchemy.sql.expression import UnaryExpression

Columns = TypeVarTuple("Columns")

NOTHING: ColumnElement[int] = literal_column("0", Integer)
"""Added to a column, it hides the column's index from the choice of a plan."""


def constant(number: int) -> ColumnElement[int]:
    """A number that is the same whenever a statement is built. It stands in the text, which is made sooner so."""
    return literal_column(str(number), BigInteger)


def limited(statement: Select[*Columns], count: str) -> Select[*Columns]:
    """The first rows of a statement: `count` is a number or the `:name` of a parameter.

    SQLAlchemy's own `limit` would write OFFSET for SQLite, and OFFSET is what the log is never read by.
    """
    limit = text(f"LIMIT {count}")
    return statement.suffix_with(limit.bindparams(bindparam(count[1:], type_=BigInteger)) if count[0] == ":" else limit)


def in_order(column: ColumnElement[int], newest_first: bool) -> UnaryExpression[int]:
    """A column of keys as an order."""
    return column.desc() if newest_first else column.asc()
