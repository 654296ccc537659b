"""How each database looks for a text in what it stores, with A-Z like a-z: the part of `dialect` that is about texts.

What is looked for may be found where it is not, across the border of an escape, but is never missed. It is also about
texts that are made of other values.
"""

import re
from typing import Any, Protocol

from sqlalchemy import ColumnElement, LargeBinary, Text, and_, bindparam, cast, func

from .event_texts import folded
from .stored_text import UUID_BYTES

_LIKE_SIGN = re.compile(r"[%_\\]")


class TextDialect(Protocol):
    """Conditions on stored texts and ids, and the values of their parameters."""

    def holds(self, column: ColumnElement[str], parameter: str) -> ColumnElement[bool]:
        """Whether a column holds the text of a parameter made by `wanted`."""
        ...

    def wanted(self, stored: str) -> object:
        """A text, in its stored form, for `holds`."""
        ...

    def id_holds(self, column: ColumnElement[bytes], parameter: str) -> ColumnElement[bool]:
        """Whether a stored id that is no UUID holds the text of a parameter made by `wanted_in_id`."""
        ...

    def wanted_in_id(self, text: str) -> object:
        """A text for `id_holds`."""
        ...

    def uuid_holds(self, column: ColumnElement[bytes], parameter: str) -> ColumnElement[bool]:
        """Whether a stored id that is a UUID holds the lower-case digits of a parameter, hyphens apart."""
        ...

    def json_list(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """All values of a column in one text: so the driver brings them in half the time."""
        ...

    def digits(self, column: ColumnElement[bytes]) -> ColumnElement[str]:
        """Bytes as hexadecimal digits."""
        ...


class SqliteTexts:
    """Texts in SQLite."""

    def holds(self, column: ColumnElement[str], parameter: str) -> ColumnElement[bool]:
        # Twice as fast as instr() of lower().
        return column.like(bindparam(parameter, type_=Text), escape="\\")

    def wanted(self, stored: str) -> object:
        escaped = _LIKE_SIGN.sub(r"\\\g<0>", stored)
        return f"%{escaped}%"

    def id_holds(self, column: ColumnElement[bytes], parameter: str) -> ColumnElement[bool]:
        # LIKE would end at a NUL, and the bytes need not be UTF-8.
        lowered = cast(func.lower(cast(column, Text)), LargeBinary)
        found = func.instr(lowered, bindparam(parameter, type_=LargeBinary)) > 0
        return and_(func.length(column) != UUID_BYTES, found)

    def wanted_in_id(self, text: str) -> object:
        return folded(text)

    def uuid_holds(self, column: ColumnElement[bytes], parameter: str) -> ColumnElement[bool]:
        found = func.instr(func.lower(func.hex(column)), bindparam(parameter, type_=Text)) > 0
        return and_(func.length(column) == UUID_BYTES, found)

    def json_list(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        return func.json_group_array(column, type_=Text)

    def digits(self, column: ColumnElement[bytes]) -> ColumnElement[str]:
        return func.hex(column, type_=Text)


class PostgresTexts:
    """Texts in Postgres."""

    def holds(self, column: ColumnElement[str], parameter: str) -> ColumnElement[bool]:
        # A third faster than ILIKE. Only with the collation C are A-Z alone made small.
        return func.strpos(func.lower(column.collate("C")), bindparam(parameter, type_=Text)) > 0

    def wanted(self, stored: str) -> object:
        return folded(stored).decode()

    def id_holds(self, column: ColumnElement[bytes], parameter: str) -> ColumnElement[bool]:
        lowered = func.lower(func.encode(column, "escape").collate("C"))
        found = func.strpos(lowered, bindparam(parameter, type_=Text)) > 0
        return and_(func.octet_length(column) != UUID_BYTES, found)

    def wanted_in_id(self, text: str) -> object:
        return "".join(map(_escaped, folded(text)))

    def uuid_holds(self, column: ColumnElement[bytes], parameter: str) -> ColumnElement[bool]:
        found = func.strpos(func.encode(column, "hex"), bindparam(parameter, type_=Text)) > 0
        return and_(func.octet_length(column) == UUID_BYTES, found)

    def json_list(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        return cast(func.json_agg(column), Text)

    def digits(self, column: ColumnElement[bytes]) -> ColumnElement[str]:
        return func.encode(column, "hex", type_=Text)


def _escaped(byte: int) -> str:
    """A byte as Postgres writes it in its format `escape`."""
    if byte == ord("\\"):
        return "\\\\"
    return chr(byte) if 0 < byte < 0x80 else f"\\{byte:03o}"
