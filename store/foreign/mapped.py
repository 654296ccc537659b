"""A mapping held against the table that is there: what to ask of its rows, and how one is read as an event."""

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, cast

from ..errors import EventMistake, MappingProblem
from ..event import Actor, Entity, Event
from ..json_path import Path, parse_path
from ..records.json_text import decoded, members
from .catalogue import ForeignColumn, ForeignTable
from .dialect import ForeignDialect
from .fields import Always, AtPath, Field, InColumn, NameInColumn, Nowhere
from .mapping import Constant, Source, TableMapping
from .time_column import times_of
from .times import Times

TIME, ID, TEXTS = 0, 1, 2
"""The places in a row: what the database holds as time and as id, and from there on the columns as texts."""

MOST_SHOWN = 20
"""So many columns are named to a user who named one that is not there."""

CHECK_ADVICE = "Correct the settings file; `activity map` proposes what fits the table."

_number = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").fullmatch
_parsed = lru_cache(maxsize=1024)(parse_path)
_quoted = json.JSONEncoder(ensure_ascii=False).encode


class MappedTable(NamedTuple):
    """What of a table is an event: its time, its id as text, its fields by name, the columns of its documents as texts.

    `order` and `key` are what rows come in the order of. With `member_names` the payload is an object with a member for
    each of its columns; `reads` are all columns that are read, by name, and `documents` those in which
    something lies at a path.
    """

    table: ForeignTable
    dialect: ForeignDialect
    times: Times
    order: ColumnElement[Any]
    key: ColumnElement[Any]
    id: ColumnElement[str]
    fields: Mapping[str, Field]
    payload: Sequence[ColumnElement[str]]
    member_names: Sequence[str]
    request: Sequence[ColumnElement[str]]
    reads: Mapping[str, ColumnElement[str]]
    documents: Sequence[str]
    mapping: TableMapping

    @property
    def time_column(self) -> str:
        return _parsed(self.mapping.columns.occurred_at)[0]

    @property
    def id_column(self) -> str:
        return _parsed(self.mapping.columns.id)[0]

    @property
    def is_sorted_by_bytes(self) -> bool:
        """Whether the texts of the times have to be put in the order of their bytes, for which an index is needed."""
        column = self.table.columns[self.time_column]
        return column.kind == "text" and self.dialect.is_typed and not column.has_byte_order

    @property
    def has_order(self) -> bool:
        """Whether an index has the rows in the order of time."""
        if self.is_sorted_by_bytes:
            return self.time_column in self.table.led_by_bytes
        return self.table.is_led_by(self.time_column)

    def read(self, row: Sequence[Any]) -> Event | None:
        """The event in a row; None for one whose time cannot be read, or that has no id."""
        event_id, moment = id_text(row[ID]), self.times.read(row[TIME])
        if event_id is None or moment is None:
            return None
        texts = dict(zip(self.reads, row[TEXTS:], strict=True))
        documents = {name: _document(texts[name]) for name in self.documents}
        found = {name: field.read(texts, documents) for name, field in self.fields.items()}
        entity = {part: found[f"entity_{part}"] for part in Entity.__struct_fields__}
        actor = {part: found[f"actor_{part}"] for part in Actor.__struct_fields__ if part != "more"}
        return Event(
            id=event_id,
            occurred_at=moment,
            event_name=found["event_name"] or "",
            environment=found["environment"],
            entity=Entity(**entity) if any(part is not None for part in entity.values()) else None,
            parent_entity_id=found["parent_entity_id"],
            actor=Actor(**actor) if any(part is not None for part in actor.values()) else None,
            trace_id=found["trace_id"],
            payload=self._payload(texts),
            request=self._letters(self.mapping.columns.request, texts),
        )

    def _payload(self, texts: Mapping[str, str | None]) -> str | None:
        payload = self.mapping.columns.payload
        if payload is None or isinstance(payload, str):
            return self._letters(payload, texts)
        members = ((_member_name(path), self._letters(path, texts) or "null") for path in payload)
        return f"{{{','.join(f'{_quoted(name)}:{letters}' for name, letters in members)}}}"

    def _letters(self, source: str | None, texts: Mapping[str, str | None]) -> str | None:
        """What lies at a path as JSON, letter for letter where it is some. None where nothing does."""
        path: Path = () if source is None else _parsed(source)
        text = texts[path[0]] if path else None
        if not text:
            return None
        kind = self.table.columns[path[0]].kind
        if kind == "json" or (text[0] in "{[" and _document(text) is not None):
            return _letters_at(text, path[1:])
        if len(path) > 1:
            return None
        return text if kind != "text" and _number(text) else _quoted(text)


def mapped_table(mapping: TableMapping, table: ForeignTable, dialect: ForeignDialect) -> MappedTable:
    """A mapping on the table that is there. Raises MappingProblem when the table is not as it says."""
    missing = next((path[0] for path in mapping.columns.paths if path[0] not in table.columns), None)
    if missing is not None:
        shown = ", ".join(itertools.islice(table.columns, MOST_SHOWN))
        raise MappingProblem(f"The table {mapping.table} has no column {missing}.", f"It has {shown}. {CHECK_ADVICE}")
    columns = table.clause.c
    time, key = (table.columns[_parsed(each)[0]] for each in (mapping.columns.occurred_at, mapping.columns.id))
    zone: tzinfo = UTC if mapping.time_zone == "UTC" else ZoneInfo(mapping.time_zone)
    order = _in_order(time, columns[time.name], dialect)
    try:
        times = times_of(dialect.hidden(order), time.kind, dialect, mapping.time_unit, zone)
    except ValueError as mistake:
        raise MappingProblem(f"The column {time.name} of {mapping.table} {mistake}.", CHECK_ADVICE) from None
    sources = [_parsed(source) for source in mapping.columns.sources.values() if isinstance(source, str)]
    payload = mapping.columns.payload
    several = payload if isinstance(payload, tuple) else ()
    single = (payload,) if isinstance(payload, str) else ()
    documents = [_parsed(each)[0] for each in (*several, *single)]
    return MappedTable(
        table=table,
        dialect=dialect,
        times=times,
        order=order,
        key=_in_order(key, columns[key.name], dialect),
        id=dialect.as_text(columns[key.name]),
        fields={
            name: _field(name, source, table, dialect)
            for name, source in mapping.columns.sources.items()
            if name not in ("id", "occurred_at")
        },
        payload=[dialect.as_text(columns[name]) for name in documents],
        member_names=[_member_name(each) for each in several],
        request=[dialect.as_text(columns[_parsed(each)[0]]) for each in filter(None, [mapping.columns.request])],
        reads={name: cast(columns[name], Text) for name in dict.fromkeys(path[0] for path in mapping.columns.paths)},
        documents=list(dict.fromkeys(path[0] for path in sources if len(path) > 1)),
        mapping=mapping,
    )


def id_text(raw: object) -> str | None:
    """The id of an event, given what the database holds. None for NULL, and for bytes, which are no text."""
    return None if raw is None or isinstance(raw, bytes | memoryview) else str(raw)


def _field(name: str, source: Source | None, table: ForeignTable, dialect: ForeignDialect) -> Field:
    if source is None:
        return Nowhere()
    if isinstance(source, Constant):
        return Always(source.constant)
    column, *path = _parsed(source)
    value = table.clause.c[column]
    if path:
        return AtPath(column, tuple(path), value, dialect)
    return (NameInColumn if name == "event_name" else InColumn)(table.columns[column], value, dialect)


def _in_order(column: ForeignColumn, value: ColumnElement[Any], dialect: ForeignDialect) -> ColumnElement[Any]:
    return dialect.in_byte_order(value, is_already=column.has_byte_order) if column.kind == "text" else value


def _member_name(path: str) -> str:
    return _parsed(path)[-1]


def _document(text: str | None) -> object:
    """What a JSON document says; None where it is none."""
    try:
        return None if text is None else decoded(text)
    except EventMistake:
        return None


def _letters_at(text: str, path: Path) -> str | None:
    """The letters of what lies at a path of a JSON document; None where nothing does."""
    for key in path:
        if not text.lstrip().startswith("{"):
            return None
        found = [each.letters for each in members(text) if each.key == key]
        if not found:
            return None
        text = found[-1]
    return text
