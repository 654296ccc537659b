"""What a user can set: defaults, then the settings file, then the environment, then the command line; the last wins."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, field_validator

from store import DatabaseNotFound, Masking, SettingsMistake, Text

from .link_template import check_template
from .named_database import NamedDatabase, required_text
from .settings_file import read_settings_file, variable
from .table_choice import USUAL_NAMES, Columns, read_columns
from .time_zone import named_zone
from .visible import visible

if TYPE_CHECKING:
    from store import TableMapping

DEMO = "demo"
"""The word that names the sample database wherever a database is asked for."""

_KEY_CELLS = 60


class MaskingProfile(BaseModel):
    """What is hidden under a name: `[masking.NAME]`, see `Masking`. Without a `key` each installation has its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: StrictBool = False
    paths: tuple[Text, ...] = ()
    search: StrictBool = False
    reveal: StrictBool = False
    key: str | None = Field(None, min_length=16, repr=False)

    @field_validator("paths")
    @classmethod
    def _lead_into_events(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        try:
            Masking(name="", key=b"", paths=paths)
        except ValidationError as mistake:
            message = mistake.errors(include_url=False)[0]["msg"]
        else:
            return paths
        raise ValueError(message.removeprefix("Value error, "))


class Settings(BaseModel):
    """Every setting. What may hold a password does not show in `repr`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: Text | None = Field(
        None,
        repr=False,
        description="The database to open when none is named: a path, a URL, or a name of [databases].",
    )
    databases: Mapping[str, NamedDatabase] = Field(
        {},
        repr=False,
        description='Databases by name: [databases.NAME] with url = "…", a path or a URL; mask = "…" where it is '
        "always masked; table and columns where the table is not ours.",
    )
    theme: str = Field("dark", description="The colours: dark, light, or the name of another theme.")
    clipboard: Literal["auto", "native", "osc52", "tmux", "off"] = Field(
        "auto",
        description="How copying reaches your clipboard: auto (the best way here), native (a clipboard program), "
        "osc52 (through the terminal), tmux, or off.",
    )
    link_template: str | None = Field(
        None,
        description="Copied links as addresses of your own web page, such as "
        "https://app.example/{environment}/activity/{id}; also {at} and {filter}.",
    )
    time_zone: str = Field(
        "local", description="The zone of times beside UTC: UTC, local, or an IANA name such as Europe/Berlin."
    )

    views: str | None = Field(
        None, description="The file of saved views, which can live in git; left out, views.toml beside the settings."
    )
    mask: str | None = Field(
        None, description="The masking under which every log is shown, a name of [masking]; also --mask NAME."
    )
    masking: Mapping[str, MaskingProfile] = Field(
        {}, repr=False, description="Maskings by name: [masking.NAME], see [Masking](#masking)."
    )

    columns: str = Field(
        USUAL_NAMES,
        description="The columns of the table, with commas: names as for activity query --columns, paths such as "
        "payload.plan.id, and a width where one is wanted, as in entity:40.",
    )

    @field_validator(
        "database", "theme", "clipboard", "link_template", "time_zone", "views", "columns", "mask", mode="before"
    )
    @classmethod
    def _is_text(cls, value: object) -> object:
        return required_text(value)

    @field_validator("databases")
    @classmethod
    def _has_usable_names(cls, databases: Mapping[str, NamedDatabase]) -> Mapping[str, NamedDatabase]:
        if DEMO in databases:
            raise ValueError("must not define demo: that word names the sample database")
        if any(re.search(r"[/\\:]", name) for name in databases):
            raise ValueError("must have names without / \\ and :")
        return databases

    @field_validator("link_template")
    @classmethod
    def _is_template(cls, template: str | None) -> str | None:
        if template is not None:
            check_template(template)
        return template

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        named_zone(name)
        return name

    @field_validator("columns")
    @classmethod
    def _names_columns(cls, columns: str) -> str:
        read_columns(columns)
        return columns

    @property
    def table_columns(self) -> Columns:
        """The columns that `columns` names."""
        return read_columns(self.columns)

    @property
    def zone(self) -> tzinfo:
        """The zone that `time_zone` names."""
        return named_zone(self.time_zone)

    def address(self, text: str | None) -> str:
        """What the user named (path, URL, name of [databases], demo) as text for `DatabaseAddress.parse`; demo stays.

        None is the database of the settings. Raises DatabaseNotFound when there is none either.
        """
        named = text or self.database
        if not named:
            raise DatabaseNotFound(
                "No database is named.",
                "Name one on the command line (a file or a URL), in ACTIVITY_DATABASE, or as database in the settings "
                "file; `activity demo` shows sample data.",
            )
        return self.databases[named].url if named in self.databases else named

    def mapping(self, text: str | None) -> TableMapping | None:
        """How to read the table of what the user named, or of the database of the settings; None for a log of ours."""
        named = text or self.database
        return self.databases[named].mapping() if named is not None and named in self.databases else None


class Setting(NamedTuple):
    """One row of the table of settings: default is None where there is none."""

    name: str
    default: str | None
    sentence: str
    variable: str | None


TABLES: Mapping[str, type[BaseModel]] = {"databases": NamedDatabase, "masking": MaskingProfile}
"""The settings that are tables of tables, and what stands in each of those."""

_TABLES_ARE_LIKE = {"databases": '[databases.NAME] with url = "…"', "masking": "[masking.NAME]"}

SETTINGS = tuple(
    Setting(name, field.default or None, field.description or "", None if name in TABLES else variable(name))
    for name, field in Settings.model_fields.items()
)


def load_settings(
    environ: Mapping[str, str], path: Path | None = None, command_line: Mapping[str, str | None] | None = None
) -> Settings:
    """The settings of the file, then of `environ`, then of `command_line` (names to values, None where not given).

    The file is `path`, else the one that ACTIVITY_SETTINGS names, else `settings.toml` in the user's folder for
    settings, which alone may be absent. Raises SettingsMistake, which names the place and what is allowed there.
    """
    file, values = read_settings_file(environ, path)
    origins = dict.fromkeys(values, f"{visible(str(file))}: ")
    for setting in SETTINGS:
        if setting.variable and environ.get(setting.variable):
            values[setting.name], origins[setting.name] = environ[setting.variable], f"{setting.variable}: "
    for name, value in (command_line or {}).items():
        if value is not None:
            values[name], origins[name] = value, f"--{name.replace('_', '-')}: "
    try:
        return Settings.model_validate(values)
    except ValidationError as mistake:
        first = mistake.errors(include_url=False, include_input=False)[0]
        place = tuple(map(str, first["loc"]))
        message = _mistake(first["type"], place, first["msg"])
    # Raised out here so that no traceback carries the value along.
    raise SettingsMistake(origins.get(place[0], "") + message)


def _mistake(problem: str, place: tuple[str, ...], message: str) -> str:
    key = ".".join(visible(part, _KEY_CELLS) for part in place)
    if problem == "extra_forbidden":
        known = TABLES.get(place[0], Settings).model_fields
        near = difflib.get_close_matches(place[-1], known, n=1)
        return f"{key} is no setting. " + (f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}.")
    if problem == "missing":
        return f"{key} is missing."
    if problem in ("dict_type", "mapping_type", "model_type"):
        return f"{key} must be a table: {_TABLES_ARE_LIKE[place[0]]}."
    allowed = message.removeprefix("Value error, ").replace("Input should be", "must be").removesuffix(".")
    return f"{key} {allowed}."
