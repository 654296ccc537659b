"""The only place where looking at a foreign table differs between SQLite and Postgres: forms of SQL and of types."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnClause,
    ColumnElement,
    Dialect,
    Select,
    TableClause,
    Text,
    and_,
    cast,
    column,
    false,
    func,
    literal,
    make_url,
    or_,
    select,
    true,
    type_coerce,
    types,
)
from sqlalchemy import table as catalogue_table
from sqlalchemy.dialects.postgresql import OID
from sqlalchemy.sql import operators
from sqlalchemy.sql.expression import UnaryExpression

from ..guesses.columns import Kind
from ..text_dialect import PostgresTexts, SqliteTexts

LONGEST_NAME = 200
"""Of a longer name or type no spelling is known (`vocabulary`)."""

_LIKE_A_TO_Z = "\u212a\u017f\u00df\u1e9e\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
"""The characters outside of ASCII that fold to some of ASCII."""

_DAY_THAT_MONTHS_HAVE = "(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
UTC_ENDINGS = ("Z", "+00:00")
_MOST_CHARACTERS = 40


class ForeignDialect(Protocol):
    """What a database can be asked about a table that is not ours."""

    of_statements: Dialect
    """How a statement is written for the owner of a table."""
    is_typed: bool
    """Whether a column holds only what its type says, which may be dates."""

    def kind(self, column_type: types.TypeEngine[Any]) -> Kind:
        """What a column of that type is sure to hold."""

    def as_text(self, value: ColumnElement[Any]) -> ColumnElement[str]:
        """A column as text, compared byte by byte."""

    def holds(self, value: ColumnElement[str], part: str) -> ColumnElement[bool]:
        """Whether a text of `as_text` holds another, A-Z like a-z."""

    def is_plain(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a text has no more than LONGEST_NAME characters, all of them printable ASCII."""

    def folds_to_ascii(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a text holds a character that is none of ASCII and folds to some of it."""

    def is_ascii(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a text has characters of ASCII only."""

    def has_controls(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a text holds control characters, which JSON writes otherwise."""

    def is_utc_text(self, value: ColumnElement[str], *, bare: bool) -> ColumnElement[bool]:
        """Whether a text is sure to be an ISO 8601 date and time of UTC, perhaps without an offset if `bare`."""

    def is_count_text(self, value: ColumnElement[str], digits: int) -> ColumnElement[bool]:
        """Whether a text consists of so many digits."""

    def is_whole(self, value: ColumnElement[Any], kind: Kind) -> ColumnElement[bool]:
        """Whether a column of a kind holds a whole number."""

    def whole_part(self, value: ColumnElement[int], step: int) -> ColumnElement[int]:
        """A whole number divided by another, rounded down."""

    def microseconds(self, value: ColumnElement[Any]) -> ColumnElement[int]:
        """A date of the database, in UTC where it does not say, as microseconds since 1970."""

    def hidden(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        """A column whose index is not chosen because of this condition on it."""

    def in_byte_order(self, value: ColumnElement[Any], *, is_already: bool) -> ColumnElement[Any]:
        """A column of texts as an order by their bytes, which it may be already."""

    def select_led_by_bytes(self, table: TableClause) -> Select[str] | None:
        """The columns that lead an index in the order of their bytes although that is not their own; None for none."""

    def select_numbered(self, name: str, schema: str | None) -> Select[str] | None:
        """A row if a table numbers its rows by itself, none if it does not; None where no table does."""

    def select_number_of_rows(self, table: TableClause) -> Select[int]:
        """About how many rows a table has, without counting; NULL, less than 0, or an error where that is not known."""


class SqliteTables:
    """SQLite, where a column may hold anything whatever its type says."""

    _texts = SqliteTexts()
    of_statements = make_url("sqlite://").get_dialect()()
    is_typed = False

    def kind(self, column_type: types.TypeEngine[Any]) -> Kind:
        if isinstance(column_type, types.String):
            return "text"
        return "integer" if isinstance(column_type, types.Integer) else "other"

    def as_text(self, value: ColumnElement[Any]) -> ColumnElement[str]:
        return cast(value, Text).collate("BINARY")

    def holds(self, value: ColumnElement[str], part: str) -> ColumnElement[bool]:
        return value.like(literal(self._texts.wanted(part), Text), escape="\\")

    def is_plain(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        return and_(_glob(value, "*[^ -~]*", holds=False), func.length(value) <= LONGEST_NAME)

    def folds_to_ascii(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        return _glob(value, f"*[{_LIKE_A_TO_Z}]*")

    def is_ascii(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        return _glob(value, "*[^\x01-\x7f]*", holds=False)

    def has_controls(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        return _glob(value, "*[\x01-\x1f]*")

    def is_utc_text(self, value: ColumnElement[str], *, bare: bool) -> ColumnElement[bool]:
        # SQLite reads less than we do, and tells its own answer quickly: no pattern of digits is as quick.
        last, sixth_last = func.substr(value, -1), func.substr(value, -6, 1)
        is_utc = or_(last == "Z", func.substr(value, -6) == "+00:00")
        return and_(
            func.date(value, "+0 days")
            == func.substr(value, 1, 10),  # which are not the same where the calendar has no such day
            _glob(value, "??????????[T ]??:??:*"),
            or_(and_(sixth_last > "-", last < "Z"), is_utc) if bare else is_utc,  # neither + nor -, nor z
            func.instr(func.substr(value, 12), " ") == 0,
            func.length(value) <= _MOST_CHARACTERS,
            value >= "0001",
            _has_no_nul(value),
        )

    def is_count_text(self, value: ColumnElement[str], digits: int) -> ColumnElement[bool]:
        return and_(func.typeof(value) == "text", _glob(value, "[0-9]" * digits), _has_no_nul(value))

    def is_whole(self, value: ColumnElement[Any], kind: Kind) -> ColumnElement[bool]:
        return func.typeof(value) == "integer"

    def whole_part(self, value: ColumnElement[int], step: int) -> ColumnElement[int]:
        return _rounded_down(value, step)

    def microseconds(self, value: ColumnElement[Any]) -> ColumnElement[int]:
        raise NotImplementedError("SQLite has no dates")

    def hidden(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        # Of several lower limits of a column SQLite takes any one for its index: it must see the best one only.
        return UnaryExpression(value, operator=operators.custom_op("+"), type_=value.type)

    def in_byte_order(self, value: ColumnElement[Any], *, is_already: bool) -> ColumnElement[Any]:
        return value.collate("BINARY")  # an index in that order is used with this as without

    def select_led_by_bytes(self, table: TableClause) -> Select[str] | None:
        return None

    def select_numbered(self, name: str, schema: str | None) -> Select[str] | None:
        tables = catalogue_table("pragma_table_list", *map(column, ("schema", "name", "type", "wr")))
        own = and_(tables.c.type == "table", tables.c.wr == 0, tables.c.schema == (schema or "main"))
        return select(tables.c.name).where(own, tables.c.name == name)

    def select_number_of_rows(self, table: TableClause) -> Select[int]:
        number: ColumnClause[int] = column("rowid")
        first, last = (select(end(number)).select_from(table).scalar_subquery() for end in (func.min, func.max))
        return select(last - first + 1)


class PostgresTables:
    """Postgres."""

    _texts = PostgresTexts()
    of_statements = make_url("postgresql+psycopg://").get_dialect()()
    is_typed = True

    def kind(self, column_type: types.TypeEngine[Any]) -> Kind:
        if isinstance(column_type, types.DateTime):
            return "moment" if column_type.timezone else "local_moment"
        kinds: Sequence[tuple[type[types.TypeEngine[Any]], Kind]] = (
            (types.CHAR, "other"),  # which pads what it holds
            (types.String, "text"),
            (types.Integer, "integer"),
            (types.Numeric, "number"),
            (types.Uuid, "uuid"),
            (types.JSON, "json"),
        )
        return next((kind for each, kind in kinds if isinstance(column_type, each)), "other")

    def as_text(self, value: ColumnElement[Any]) -> ColumnElement[str]:
        return cast(value, Text).collate("C")

    def holds(self, value: ColumnElement[str], part: str) -> ColumnElement[bool]:
        return func.strpos(func.lower(value), literal(self._texts.wanted(part), Text)) > 0

    def is_plain(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        # With a number of repetitions, Postgres takes up to ten times as long for a pattern.
        return and_(func.char_length(value) <= LONGEST_NAME, _matches(value, "^[ -~]*$"))

    def folds_to_ascii(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        return _matches(value, f"[{_LIKE_A_TO_Z}]")

    def is_ascii(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        return func.octet_length(value) == func.char_length(value)

    def has_controls(self, value: ColumnElement[str]) -> ColumnElement[bool]:
        return _matches(value, r"[\x01-\x1f]")

    def is_utc_text(self, value: ColumnElement[str], *, bare: bool) -> ColumnElement[bool]:
        endings = "|".join(ending.replace("+", r"\+") for ending in UTC_ENDINGS)
        pattern = rf"{'[0-9]' * 4}-({_DAY_THAT_MONTHS_HAVE})[T ]{_CLOCK}(\.[0-9]+)?"
        return and_(
            value >= "0001",
            func.char_length(value) <= _MOST_CHARACTERS,
            _matches(value, f"^{pattern}({endings}){'?' if bare else ''}$"),
        )

    def is_count_text(self, value: ColumnElement[str], digits: int) -> ColumnElement[bool]:
        return _matches(value, f"^[0-9]{{{digits}}}$")

    def is_whole(self, value: ColumnElement[Any], kind: Kind) -> ColumnElement[bool]:
        return true() if kind == "integer" else false()

    def whole_part(self, value: ColumnElement[int], step: int) -> ColumnElement[int]:
        return _rounded_down(value, step)

    def microseconds(self, value: ColumnElement[Any]) -> ColumnElement[int]:
        return cast(func.extract("epoch", value) * 1_000_000, BigInteger)

    def hidden(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        return value

    def in_byte_order(self, value: ColumnElement[Any], *, is_already: bool) -> ColumnElement[Any]:
        return value if is_already else value.collate("C")

    def select_led_by_bytes(self, table: TableClause) -> Select[str] | None:
        index = _of_system("pg_index", column("indrelid"), column("indkey", ARRAY(BigInteger)), column("indcollation"))
        attribute = _of_system("pg_attribute", column("attrelid"), column("attnum"), column("attname", Text))
        collation = _of_system("pg_collation", column("oid"), column("collname", Text))
        first = type_coerce(index.c.indcollation, ARRAY(BigInteger, zero_indexes=False))
        return (
            select(cast(attribute.c.attname, Text))
            .where(index.c.indrelid == _oid(table), attribute.c.attrelid == index.c.indrelid)
            .where(attribute.c.attnum == index.c.indkey[0], collation.c.oid == first[0], collation.c.collname == "C")
        )

    def select_numbered(self, name: str, schema: str | None) -> Select[str] | None:
        return None

    def select_number_of_rows(self, table: TableClause) -> Select[int]:
        tables = _of_system("pg_class", column("oid"), column("reltuples", BigInteger))
        return select(cast(tables.c.reltuples, BigInteger)).where(tables.c.oid == _oid(table))


SQLITE_TABLES = SqliteTables()
POSTGRES_TABLES = PostgresTables()


def _of_system(name: str, *columns: ColumnClause[Any]) -> TableClause:
    return catalogue_table(name, *columns, schema="pg_catalog")


def _oid(table: TableClause) -> ColumnElement[Any]:
    """The number of a table in the catalogue of Postgres."""
    names = [literal(str(name), Text) for name in (table.schema, table.name) if name]
    return cast(func.to_regclass(func.format(literal("%I.%I" if table.schema else "%I", Text), *names)), OID)


def _glob(value: ColumnElement[str], pattern: str, *, holds: bool = True) -> ColumnElement[bool]:
    return value.bool_op("GLOB" if holds else "NOT GLOB")(literal(pattern, Text))


def _has_no_nul(value: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether all of a text is seen by the functions of SQLite, for which most texts end where a NUL stands."""
    return func.instr(value, func.char(0)) == 0


def _matches(value: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    return value.bool_op("~")(literal(pattern, Text))


def _rounded_down(value: ColumnElement[int], step: int) -> ColumnElement[int]:
    by = literal(step, BigInteger)
    return (value - ((value % by) + by) % by) // by
