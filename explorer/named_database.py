"""A database of the settings file: its address, and of a table that is not ours which column holds what."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, ValidationError, field_validator, model_validator

from .visible import visible

if TYPE_CHECKING:
    from store import TableMapping

_KEY_CELLS = 60

Text = SkipValidation[str]
"""Text as it was written: names of files may hold lone surrogates, which pydantic's own `str` refuses."""


class NamedDatabase(BaseModel):
    """`[databases.NAME]`: a `url`; with a `table` it is not ours, and `[databases.NAME.columns]` says how to read it.

    `password_command` prints the password of a server, so that it stands nowhere.

    The mapping is checked with what it costs to load that only where there is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Text = Field(repr=False)
    mask: Text | None = None
    password_command: Text | None = Field(default=None, repr=False)
    table: Text | None = None
    time_unit: Text | None = None
    time_zone: Text | None = None
    columns: Mapping[str, Any] | None = None

    @field_validator("url", "mask", "password_command", "table", "time_unit", "time_zone", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        return required_text(value)

    @model_validator(mode="after")
    def _has_mapping_that_can_be_read(self) -> NamedDatabase:
        self.mapping()
        return self

    @model_validator(mode="after")
    def _asks_a_password_for_a_server(self) -> NamedDatabase:
        if self.password_command is not None and _is_file(self.url):
            raise ValueError("has a password_command, but its url is a file, which takes no password")
        return self

    def mapping(self) -> TableMapping | None:
        """How the table is read; None for a log of ours. Raises ValueError, in words, for one that cannot be read."""
        written = {name: value for name in _MAPPING if (value := getattr(self, name)) is not None}
        if not written:
            return None
        from store import TableMapping

        try:
            return TableMapping.model_validate(written)
        except ValidationError as mistake:
            first = mistake.errors(include_url=False, include_input=False)[0]
            place, problem, message = tuple(map(str, first["loc"])), first["type"], first["msg"]
        raise ValueError(f"has a mapping that cannot be read: {_mistake(place, problem, message)}")


_MAPPING = ("table", "time_unit", "time_zone", "columns")


def _is_file(url: str) -> bool:
    from store import DatabaseAddress, DatabaseNotFound

    try:
        return DatabaseAddress.parse(url).is_sqlite
    except DatabaseNotFound:  # said when it is opened
        return False


def required_text(value: object) -> object:
    """The value, if it is a text. Raises ValueError."""
    if not isinstance(value, str) or not value:
        raise ValueError('must be a text, such as "…"')
    return value


def _mistake(place: tuple[str, ...], problem: str, message: str) -> str:
    from store import TableMapping

    key = ".".join(visible(part, _KEY_CELLS) for part in place[:2])
    if problem == "extra_forbidden" and place[0] == "columns" and len(place) == 2:
        columns = TableMapping.model_fields["columns"].annotation
        known = list(getattr(columns, "model_fields", ()))
        near = difflib.get_close_matches(place[1], known, n=1)
        return f"{key} is no field of an event. " + (f"Did you mean {near[0]}?" if near else f"{', '.join(known)} are.")
    if problem == "missing":
        return f"{key} is missing"
    return f"{key} {message.removeprefix('Value error, ').replace('Input should be', 'must be')}".strip()
