"""What a database says of a table: its columns and what they hold, its indexes, and about how many rows there are."""

import asyncio
import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from sqlalchemy import Connection, TableClause, column, exc, func, inspect, literal, quoted_name, select, table, types
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedIndex

from ..compiled import Statement
from ..connections import Connections
from ..errors import StoreError
from ..expressions import limited
from ..guesses.columns import Kind
from .dialect import ForeignDialect

ROW_NUMBER = "rowid"
"""The number that SQLite gives to a row where the table has no other."""

MANY_ROWS = 200_000
"""In a table of fewer rows, every question is answered by going through all of it."""

NUMBER_SECONDS = 0.5

_COLLATIONS_BY_BYTES = ("C", "POSIX", "C.UTF-8", "C.UTF8", "BINARY")
_SCHEMAS_OF_SYSTEM = ("information_schema", "pg_catalog")
_SELECT_WHETHER_BY_BYTES = select(literal("B", types.Text) < literal("a", types.Text))


class ForeignColumn(NamedTuple):
    """A column: its type, what it holds, and whether its texts come in the order of their bytes."""

    name: str
    type: types.TypeEngine[Any]
    kind: Kind
    has_byte_order: bool


class ForeignTable(NamedTuple):
    """A table. `indexes` are the columns of each that can be used for any row, in order.

    `keys` are the columns of which each tells any two rows apart, the primary key first.
    `led_by_bytes` are columns with an index in the order of their bytes, although that is not their own.
    `rows` is about how many there are, None where the database does not know without counting.
    """

    path: tuple[str, ...]
    clause: TableClause
    columns: Mapping[str, ForeignColumn]
    indexes: tuple[tuple[str, ...], ...]
    keys: tuple[str, ...]
    led_by_bytes: frozenset[str]
    rows: int | None

    def is_led_by(self, name: str) -> bool:
        """Whether an index finds the rows of one value of a column."""
        return any(columns[0] == name for columns in self.indexes)


class _Described(NamedTuple):
    columns: list[ReflectedColumn]
    key: list[str]
    indexes: list[ReflectedIndex]


async def read_catalogue(
    connections: Connections, dialect: ForeignDialect, path: tuple[str, ...]
) -> ForeignTable | None:
    """What the database says of a table or view, None when there is none of that name. Raises a StoreError."""
    name, schema = path[-1], path[0] if len(path) > 1 else None
    async with connections.one() as connection:
        described = await connection.run_sync(_described, name, schema)
    if described is None:
        return None
    ((by_bytes,),) = await connections.rows(_SELECT_WHETHER_BY_BYTES)
    columns = {each["name"]: _column(each, dialect, bool(by_bytes)) for each in described.columns}
    is_numbered = await _is_numbered(connections, dialect.select_numbered(name, schema))
    if is_numbered:
        columns.setdefault(ROW_NUMBER, ForeignColumn(ROW_NUMBER, types.Integer(), "integer", True))
    clause = table(
        quoted_name(name, quote=True),
        *(column(quoted_name(each.name, quote=True), each.type) for each in columns.values()),
        schema=None if schema is None else quoted_name(schema, quote=True),
    )
    return ForeignTable(
        path=path,
        clause=clause,
        columns=columns,
        indexes=(*_indexes(described), *([(ROW_NUMBER,)] if is_numbered else ())),
        keys=(*_keys(described), *([ROW_NUMBER] if is_numbered else ())),
        led_by_bytes=await _led_by_bytes(connections, dialect.select_led_by_bytes(clause)),
        rows=await _number_of_rows(connections, dialect, clause),
    )


async def table_paths(connections: Connections) -> list[tuple[str, ...]]:
    """Every table and view of the database that its user sees. Raises a StoreError."""
    async with connections.one() as connection:
        return await connection.run_sync(_table_paths)


def _described(connection: Connection, name: str, schema: str | None) -> _Described | None:
    catalogue = inspect(connection)
    try:
        columns = catalogue.get_columns(name, schema)
        key = catalogue.get_pk_constraint(name, schema)["constrained_columns"]
        unique = catalogue.get_unique_constraints(name, schema)
        indexes = catalogue.get_indexes(name, schema)
    except exc.NoSuchTableError:
        return None
    own = [ReflectedIndex(name=each["name"], column_names=[*each["column_names"]], unique=True) for each in unique]
    return _Described(columns, key, [*indexes, *own])


def _table_paths(connection: Connection) -> list[tuple[str, ...]]:
    catalogue = inspect(connection)
    usual = catalogue.default_schema_name
    schemas = [each for each in catalogue.get_schema_names() if each not in _SCHEMAS_OF_SYSTEM]
    found: list[tuple[str, ...]] = []
    for schema in schemas:
        for name in (*catalogue.get_table_names(schema), *catalogue.get_view_names(schema)):
            found.append((name,) if schema == usual else (schema, name))
    return found


def _column(described: ReflectedColumn, dialect: ForeignDialect, by_bytes: bool) -> ForeignColumn:
    column_type = described["type"]
    kind = dialect.kind(column_type)
    collation = getattr(column_type, "collation", None)
    has_byte_order = by_bytes if collation is None else collation.upper() in _COLLATIONS_BY_BYTES
    # With its collation, the type would be written with that behind every text that is held against the column.
    plain_type = types.Text() if kind == "text" else column_type
    return ForeignColumn(described["name"], plain_type, kind, has_byte_order)


def _indexes(described: _Described) -> Iterator[tuple[str, ...]]:
    """Those that find any row by the value of their columns, in order."""
    if described.key:
        yield tuple(described.key)
    for index in described.indexes:
        is_ordered = index.get("dialect_options", {}).get("postgresql_using", "btree") == "btree"
        columns = tuple(itertools.takewhile(lambda name: name is not None, index["column_names"]))
        if columns and not _is_partial(index) and is_ordered:
            yield tuple(name for name in columns if name is not None)


def _keys(described: _Described) -> Iterator[str]:
    """The columns of which each tells any two rows apart."""
    alone: list[Sequence[str | None]] = [
        described.key,
        *(each["column_names"] for each in described.indexes if _is_unique(each)),
    ]
    for names in alone:
        if len(names) == 1 and names[0] is not None:
            yield names[0]


def _is_unique(index: ReflectedIndex) -> bool:
    return bool(index["unique"]) and not _is_partial(index)


def _is_partial(index: ReflectedIndex) -> bool:
    options = index.get("dialect_options", {})
    return any(name.endswith("_where") for name, value in options.items() if value is not None)


async def _is_numbered(connections: Connections, statement: Statement | None) -> bool:
    """Whether SQLite numbers the rows of a table: not those of a view, nor of a table made WITHOUT ROWID."""
    if statement is None:
        return False
    with suppress(StoreError):
        return bool(await connections.rows(statement))
    return True  # before 3.37, SQLite does not say


async def _led_by_bytes(connections: Connections, statement: Statement | None) -> frozenset[str]:
    return frozenset(name for (name,) in (await connections.rows(statement) if statement is not None else ()))


async def _number_of_rows(connections: Connections, dialect: ForeignDialect, clause: TableClause) -> int | None:
    """About how many rows there are; None for MANY_ROWS or more where the database keeps no number."""
    # Of a view, SQLite would go through every row in search of their numbers.
    with suppress(StoreError, TimeoutError):
        async with asyncio.timeout(NUMBER_SECONDS):
            for (number,) in await connections.rows(dialect.select_number_of_rows(clause)):
                if number is not None and number >= 0:
                    return int(number)
    with suppress(StoreError, TimeoutError):
        async with asyncio.timeout(NUMBER_SECONDS):
            some = limited(select(literal(1).label("one")).select_from(clause), str(MANY_ROWS)).subquery()
            ((number,),) = await connections.rows(select(func.count()).select_from(some))
        return int(number) if number < MANY_ROWS else None
    return None
