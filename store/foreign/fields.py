"""The fields of an event in a foreign table: how each is tested in the database, grouped by, and read from a row."""

import re
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Text, Uuid, and_, func, literal, null, or_, type_coerce

from ..formats.picking import at
from ..json_path import Path, write_path
from .catalogue import ForeignColumn
from .dialect import ForeignDialect
from .tested import ALWAYS, NEVER, UNKNOWN, Test, exactly, perhaps

LONGEST_SOUGHT = 500
"""Of a longer text only the beginning is looked for by the database."""

_whole_number = re.compile(r"0|-?[1-9][0-9]{0,17}").fullmatch
_usual_uuid = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_escaped_in_json = re.compile(r'["\\/\x00-\x1f]').split


class Field(Protocol):
    """One field: in a column, at a path of one, a constant, or nowhere."""

    name: str | None
    """The column whose index finds its values, None where none can."""
    is_constant: bool = False
    """Whether it is the same in every row."""
    text: ColumnElement[str] | None
    """Its text in the database, NULL where it is absent. None when only reading tells."""

    def equals(self, value: str) -> Test:
        """Whether it is exactly this text."""

    def holds(self, part: str) -> ColumnElement[bool]:
        """Whether it may hold this text, A-Z like a-z."""

    def read(self, texts: Mapping[str, str | None], documents: Mapping[str, object]) -> str | None:
        """Its text in a row, given the texts of the columns and the documents in them. None where it is absent."""


class Nowhere(Field):
    """A field that no event has."""

    name = None
    is_constant = True
    text: ColumnElement[str] | None = type_coerce(null(), Text)

    def equals(self, value: str) -> Test:
        return NEVER

    def holds(self, part: str) -> ColumnElement[bool]:
        return NEVER.maybe

    def read(self, texts: Mapping[str, str | None], documents: Mapping[str, object]) -> str | None:
        return None


class Always(Field):
    """The same in every event."""

    name = None
    is_constant = True

    def __init__(self, constant: str) -> None:
        self._constant = constant
        self.text: ColumnElement[str] | None = None if is_unsendable(constant) else literal(constant, Text)

    def equals(self, value: str) -> Test:
        return ALWAYS if value == self._constant else NEVER

    def holds(self, part: str) -> ColumnElement[bool]:
        return ALWAYS.maybe if part.lower() in self._constant.lower() else NEVER.maybe

    def read(self, texts: Mapping[str, str | None], documents: Mapping[str, object]) -> str | None:
        return self._constant or None


class InColumn(Field):
    """A column. The empty text counts as absent."""

    def __init__(self, column: ForeignColumn, value: ColumnElement[Any], dialect: ForeignDialect) -> None:
        self.name = column.name
        self._kind = column.kind
        self._value = value
        self._dialect = dialect
        self._as_text = dialect.as_text(value)
        self.text: ColumnElement[str] | None = func.nullif(self._as_text, literal("", Text), type_=Text)

    def equals(self, value: str) -> Test:
        if not value:
            return NEVER
        if is_unsendable(value):
            return UNKNOWN
        same = self._as_text == literal(value, Text)
        number = int(value) if _whole_number(value) else None
        is_text, is_number = self._value == literal(value, Text), self._value == literal(number, BigInteger)
        if self._kind == "text":
            return exactly(and_(is_text, same))
        if not self._dialect.is_typed:
            return exactly(and_(is_text if number is None else or_(is_text, is_number), same))
        if self._kind == "integer":
            return NEVER if number is None else exactly(is_number)
        if self._kind == "uuid":
            return exactly(self._value == literal(UUID(value), Uuid)) if _usual_uuid(value) else NEVER
        return exactly(same)

    def holds(self, part: str) -> ColumnElement[bool]:
        return held_by(self._as_text, part, self._dialect)

    def read(self, texts: Mapping[str, str | None], documents: Mapping[str, object]) -> str | None:
        return texts[self.name] or None


class NameInColumn(InColumn):
    """A column of names, where the absent one is the empty text: every event has a name."""

    def __init__(self, column: ForeignColumn, value: ColumnElement[Any], dialect: ForeignDialect) -> None:
        super().__init__(column, value, dialect)
        self._name: ColumnElement[str] = func.coalesce(dialect.as_text(value), literal("", Text), type_=Text)
        self.text = self._name

    def equals(self, value: str) -> Test:
        return super().equals(value) if value else exactly(self._name == literal("", Text))


class AtPath(Field):
    """What lies at a path of the JSON document in a column: only reading tells."""

    name = None
    text: ColumnElement[str] | None = None

    def __init__(self, column: str, path: Path, value: ColumnElement[Any], dialect: ForeignDialect) -> None:
        self._column = column
        self._find = at(write_path(path)).find
        self._document = dialect.as_text(value)
        self._dialect = dialect

    def equals(self, value: str) -> Test:
        return perhaps(self.holds(value)) if value else NEVER

    def holds(self, part: str) -> ColumnElement[bool]:
        escaped = held_by(self._document, "\\u", self._dialect)
        return or_(held_by(self._document, longest_piece(part), self._dialect), escaped)

    def read(self, texts: Mapping[str, str | None], documents: Mapping[str, object]) -> str | None:
        document: Any = documents.get(self._column)
        return None if document is None else self._find(document)


def longest_piece(text: str) -> str:
    """Of a text the longest piece that a JSON document with it holds letter for letter, unless that has escapes."""
    return max(_escaped_in_json(text), key=len)


def held_by(text: ColumnElement[str], part: str, dialect: ForeignDialect) -> ColumnElement[bool]:
    """Whether a text of the database may hold another, A-Z like a-z."""
    sought = part[:LONGEST_SOUGHT]
    if not sought or is_unsendable(sought):
        return ALWAYS.maybe
    return dialect.holds(text, sought)


def is_unsendable(text: str) -> bool:
    """Whether a database takes no such text from us: neither holds NUL as a text, nor half of a character."""
    return "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text)
