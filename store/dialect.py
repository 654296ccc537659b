"""The only place where SQLite and Postgres differ: forms of SQL, of parameters, of errors and of orders."""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeVarTuple

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Executable,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    Text,
    TextualSelect,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    literal_column,
    select,
    table,
    text,
    true,
)
from sqlalchemy.sql.selectable import LateralFromClause

from . import schema
from .driver_errors import postgres_problem, sqlite_problem
from .errors import StoreError
from .expressions import NOTHING, constant, in_order, limited
from .parameters import Span, json_spans
from .session_orders import POSTGRES_ORDERS, SQLITE_ORDERS, SessionOrders
from .text_dialect import PostgresTexts, SqliteTexts, TextDialect
from .time_keys import LAST_KEY

Conditions = Callable[[FromClause], Sequence[ColumnElement[bool]]]
"""What rows of a table, or of an alias of it, must fulfil."""

Columns = TypeVarTuple("Columns")

_ONE_BYTE: ColumnElement[bytes] = literal_column("x'01'", LargeBinary)

MOST_IDS = 10_000
MOST_PAGES = 10
"""So many damaged pages are named."""


class Dialect(Hashable, Protocol):
    """What a database can be asked in its own way."""

    name: str
    texts: TextDialect
    orders: SessionOrders
    page_check: Select[str] | None
    """What is wrong with the pages of the file, or `ok`; None where the server looks after them."""
    tables: Select[str]
    """The names of the tables that are there."""
    reads_spans_apart: bool
    """Whether many neighbouring spans of keys are read in as little time as one that is as long as all of them."""

    def references(self, numbers: Iterable[int]) -> object:
        """A set of numbers as the value of a parameter for `one_of`."""

    def numbers(self, parameter: str) -> FromClause:
        """The numbers of such a parameter as a table of one column."""

    def span_list(self, spans: Iterable[Span]) -> object:
        """Spans as the value of a parameter."""

    def spans(self, parameter: str) -> CTE:
        """The spans of such a parameter as a table with the columns `number`, `low` and `high`."""

    def one_of(self, column: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
        """Whether a column holds one of few numbers."""

    def as_value(self, column: ColumnElement[int]) -> ColumnElement[int]:
        """A column to group by without its index: a whole index would be read for the sake of its order."""

    def in_mask(self, column: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
        """Whether the byte string of a parameter holds a 1 at the place that the column says."""

    def nearest_keys(
        self, indexed: Mapping[str, str], conditions: Conditions, newest_first: bool, limit: str
    ) -> Select[int]:
        """The first time keys in order among the events whose indexed columns hold numbers of the named parameters.

        The `limit` is a number or the `:name` of a parameter.
        """

    def in_each(self, spans: FromClause, rows: Select[*Columns]) -> Select[*Columns]:
        """The rows of a statement with conditions on the columns of `spans`, looked up span by span."""

    def nearest_in_each(self, spans: FromClause, nearest: Select[int]) -> Select[int]:
        """The time keys of a limited statement with conditions on the columns of `spans`, looked up span by span."""

    def at_each(self, keys: FromClause, key: ColumnElement[int], rows: Select[*Columns]) -> Select[*Columns]:
        """The rows whose `key` is one of the time keys of a table, looked up one by one."""

    def stored_ids(self, id_refs: Sequence[int]) -> tuple[str | Executable, Any]:
        """The quickest way to ask for the ids in the log that have one of at most MOST_IDS references."""

    def problem(self, error: BaseException, shown: str) -> StoreError:
        """What a driver's error means, in words without a secret. `shown` names the database."""


class Sqlite:
    """SQLite, through aiosqlite."""

    name = "sqlite"
    texts: TextDialect = SqliteTexts()
    orders = SQLITE_ORDERS
    page_check: Select[str] | None = select(
        func.pragma_quick_check(MOST_PAGES).table_valued(column("quick_check", Text)).c.quick_check
    )
    tables = (
        select(column("name", Text))
        .select_from(table("sqlite_master"))
        .where(text("type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"))
    )
    reads_spans_apart = True

    def references(self, numbers: Iterable[int]) -> object:
        return json.dumps(list(numbers))

    def numbers(self, parameter: str) -> FromClause:
        return func.json_each(bindparam(parameter, type_=Text)).table_valued(column("value", BigInteger))

    def span_list(self, spans: Iterable[Span]) -> object:
        return json_spans(spans)

    def spans(self, parameter: str) -> CTE:
        span = func.json_each(bindparam(parameter, type_=Text)).table_valued(column("value", Text)).c.value
        parts = [func.json_extract(span, literal_column(f"'$[{place}]'"), type_=BigInteger) for place in range(3)]
        return _spans(parts)

    def one_of(self, column: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
        return column.in_(_json_numbers(parameter))

    def as_value(self, column: ColumnElement[int]) -> ColumnElement[int]:
        return column + NOTHING

    def in_mask(self, column: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
        mask = bindparam(parameter, type_=LargeBinary)
        one = constant(1)
        return func.substr(mask, column + one, one) == _ONE_BYTE

    def nearest_keys(
        self, indexed: Mapping[str, str], conditions: Conditions, newest_first: bool, limit: str
    ) -> Select[int]:
        # For a list SQLite merges the branches of the index itself, and leaves each once it lies behind the limit.
        event = schema.event
        branches = [self.one_of(event.c[column], parameter) for column, parameter in indexed.items()]
        keys = select(event.c.time_key).where(*branches, *conditions(event))
        return limited(keys.order_by(in_order(event.c.time_key, newest_first)), limit)

    def in_each(self, spans: FromClause, rows: Select[*Columns]) -> Select[*Columns]:
        return rows.select_from(spans)

    def nearest_in_each(self, spans: FromClause, nearest: Select[int]) -> Select[int]:
        found = schema.event.alias("found")
        return select(found.c.time_key).select_from(spans).where(found.c.time_key.in_(nearest.correlate(spans)))

    def at_each(self, keys: FromClause, key: ColumnElement[int], rows: Select[*Columns]) -> Select[*Columns]:
        return rows.where(key == keys.c.time_key)

    def stored_ids(self, id_refs: Sequence[int]) -> tuple[str | Executable, Any]:
        places = ", ".join("?" * len(id_refs))
        return f"SELECT id FROM event JOIN event_detail USING (time_key) WHERE id_ref IN ({places})", tuple(id_refs)

    problem = staticmethod(sqlite_problem)


class Postgres:
    """Postgres, through psycopg or asyncpg."""

    name = "postgresql"
    texts: TextDialect = PostgresTexts()
    orders = POSTGRES_ORDERS
    page_check: Select[str] | None = None
    tables = (
        select(column("tablename", Text))
        .select_from(table("pg_tables", schema="pg_catalog"))
        .where(text("schemaname = current_schema()"))
    )
    reads_spans_apart = False  # each is looked up below every combination

    def references(self, numbers: Iterable[int]) -> object:
        return ",".join(map(str, numbers))

    def numbers(self, parameter: str) -> FromClause:
        return func.unnest(_array(parameter)).table_valued(column("number", BigInteger)).render_derived()

    def span_list(self, spans: Iterable[Span]) -> object:
        return ",".join(f"{number}:{low}:{beyond}" for number, low, beyond in spans)

    def spans(self, parameter: str) -> CTE:
        texts = func.unnest(func.string_to_array(bindparam(parameter, type_=Text), ","))
        span = texts.table_valued(column("span", Text)).render_derived().c.span
        return _spans([cast(func.split_part(span, ":", place), BigInteger) for place in (1, 2, 3)])

    def one_of(self, column: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
        return column == func.any(_array(parameter))

    def as_value(self, column: ColumnElement[int]) -> ColumnElement[int]:
        return column

    def in_mask(self, column: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
        # As `= ANY(list)` this would search the list for every row once the statement is prepared.
        mask = bindparam(parameter, type_=LargeBinary)
        return case((column < func.octet_length(mask), func.get_byte(mask, cast(column, Integer)) == 1), else_=false())

    def nearest_keys(
        self, indexed: Mapping[str, str], conditions: Conditions, newest_first: bool, limit: str
    ) -> Select[int]:
        # Postgres does not merge the branches of an index: first find the branches with the nearest events, then those.
        def branch(numbers: Sequence[ColumnElement[int]], most: str) -> LateralFromClause:
            event = schema.event.alias()
            same = [event.c[column] == number for column, number in zip(indexed, numbers, strict=True)]
            keys = select(event.c.time_key).where(*same, *conditions(event))
            return limited(keys.order_by(in_order(event.c.time_key, newest_first)), most).lateral()

        tables = [self.numbers(parameter) for parameter in indexed.values()]
        source = tables[0] if len(tables) == 1 else tables[0].join(tables[1], true())
        numbers = [numbers.c.number.label(column) for numbers, column in zip(tables, indexed, strict=True)]
        first = branch([numbers.c.number for numbers in tables], "1")
        branches = select(*numbers).select_from(source.join(first, true()))
        nearest = limited(branches.order_by(in_order(first.c.time_key, newest_first)), limit).subquery()
        keys = branch([nearest.c[column] for column in indexed], limit)
        merged = select(keys.c.time_key).select_from(nearest.join(keys, true()))
        return limited(merged.order_by(in_order(keys.c.time_key, newest_first)), limit)

    def in_each(self, spans: FromClause, rows: Select[*Columns]) -> Select[*Columns]:
        # With a limit it stays a query of its own for each span, whatever the planner makes of its conditions.
        row = limited(rows.correlate(spans), str(LAST_KEY)).lateral()
        return select(*row.c).select_from(spans.join(row, true()))

    def nearest_in_each(self, spans: FromClause, nearest: Select[int]) -> Select[int]:
        key = nearest.correlate(spans).lateral()
        return select(key.c.time_key).select_from(spans.join(key, true()))

    def at_each(self, keys: FromClause, key: ColumnElement[int], rows: Select[*Columns]) -> Select[*Columns]:
        # Joined, the keys would be held against the whole table.
        row = limited(rows.where(key == keys.c.time_key), "1").lateral()
        return select(*row.c).select_from(keys.join(row, true()))

    def stored_ids(self, id_refs: Sequence[int]) -> tuple[str | Executable, Any]:
        return _select_stored_ids(self), {"id_refs": self.references(id_refs)}

    problem = staticmethod(postgres_problem)


SQLITE = Sqlite()
POSTGRES = Postgres()


@lru_cache(maxsize=1)
def _select_stored_ids(postgres: Postgres) -> Select[bytes]:
    references, event, detail = postgres.numbers("id_refs"), schema.event, schema.event_detail
    (ref,) = references.c
    stored = select(detail.c.id).where(detail.c.time_key == event.c.time_key).correlate(event).scalar_subquery()
    # As an order of its index: of a log that was never counted, Postgres believes that every two-hundredth event has a
    # reference, and would read the whole table rather than look for ten thousand of them.
    of_ref = select(stored.label("id")).where(event.c.id_ref.between(ref, ref)).order_by(event.c.id_ref)
    return postgres.in_each(references, of_ref)


@lru_cache(maxsize=64)
def _json_numbers(parameter: str) -> TextualSelect:
    # As a text, since it stands in most statements several times, and the making of these is waited for.
    numbers = text(f"SELECT value FROM json_each(:{parameter})")
    return numbers.bindparams(bindparam(parameter, type_=Text)).columns(column("value", BigInteger))


def _array(parameter: str) -> ColumnElement[Sequence[int]]:
    # As one text, thousands of numbers reach the server many times faster than as a list through psycopg.
    return cast(func.string_to_array(bindparam(parameter, type_=Text), ","), ARRAY(BigInteger))


def _spans(parts: Sequence[ColumnElement[int]]) -> CTE:
    labelled = (part.label(name) for part, name in zip(parts, ("number", "low", "high"), strict=True))
    # Else their texts would be taken apart again for every row that is held against them.
    return select(*labelled).cte().prefix_with("MATERIALIZED")
