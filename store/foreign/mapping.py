"""Where the fields of an event stand in a table of another program: a value, as the settings file writes it."""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from ..errors import FilterMistake
from ..json_path import Path, parse_path

TimeUnit = Literal["iso", "s", "ms", "us", "ns"]
"""What a column of times holds: dates (a type of the database, or ISO 8601 text), or a count since 1970."""

TIME_UNITS: tuple[TimeUnit, ...] = get_args(TimeUnit)

FROZEN = ConfigDict(frozen=True, extra="forbid")


class Constant(BaseModel):
    """The same text for every row, where no column holds it."""

    model_config = FROZEN

    constant: str


Source = str | Constant
"""A column; with dots a path into the JSON document that it holds (`json_path`), the column being the first key."""


class MappedColumns(BaseModel):
    """Which column holds which field of an event. What is left out, no event has.

    Several columns as the `payload` become an object with a member for each.
    """

    model_config = FROZEN

    id: str
    occurred_at: str
    event_name: Source
    environment: Source | None = None
    entity_type: Source | None = None
    entity_id: Source | None = None
    entity_name: Source | None = None
    parent_entity_id: Source | None = None
    actor_type: Source | None = None
    actor_id: Source | None = None
    actor_name: Source | None = None
    actor_email: Source | None = None
    actor_ip_address: Source | None = None
    trace_id: Source | None = None
    payload: str | tuple[str, ...] | None = None
    request: str | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _is_written_as_one(cls, source: object) -> object:
        texts = source if isinstance(source, list | tuple) else [source]
        for each in texts:
            if isinstance(each, str):
                _checked_path(each)
            elif each is not None and not isinstance(each, dict | Constant):
                raise ValueError('must be the name of a column, a path such as "details.actor.id", or {constant = "…"}')
        return source

    @model_validator(mode="after")
    def _has_columns_where_rows_are_found_by_them(self) -> "MappedColumns":
        for name in ("id", "occurred_at"):
            if len(parse_path(getattr(self, name))) > 1:
                raise ValueError(f"{name} must be a column: what lies in a JSON document has no order")
        return self

    @property
    def sources(self) -> Mapping[str, Source | None]:
        """The sources of all fields but the documents."""
        return {name: getattr(self, name) for name in MappedColumns.model_fields if name not in ("payload", "request")}

    @property
    def paths(self) -> Iterator[Path]:
        """Every path that is named."""
        payload = self.payload if isinstance(self.payload, tuple) else (self.payload,)
        for source in (*self.sources.values(), *payload, self.request):
            if isinstance(source, str):
                yield parse_path(source)


class TableMapping(BaseModel):
    """A table, `schema.table` where it is not in the usual schema, and how an event is read from its rows.

    `time_zone` is that of times that name none.
    """

    model_config = FROZEN

    table: str
    columns: MappedColumns
    time_unit: TimeUnit = "iso"
    time_zone: str = "UTC"

    @field_validator("table")
    @classmethod
    def _is_table(cls, table: str) -> str:
        if len(_checked_path(table)) > 2:
            raise ValueError("must be the name of a table, or schema.table")
        return table

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, LookupError, RecursionError):
            raise ValueError("must be UTC or an IANA name such as Europe/Berlin") from None
        return name

    @property
    def table_path(self) -> Path:
        """The schema, if one is named, and the table."""
        return parse_path(self.table)


def _checked_path(text: str) -> Path:
    try:
        return parse_path(text)
    except FilterMistake as mistake:
        raise ValueError(f"cannot be read as a name: {mistake}") from None
