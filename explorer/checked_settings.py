"""What may be set, and to what: whatever comes from a file, from variables or from the command line is checked here.

That costs more time than all else at a start, which does without where nothing is set.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, field_validator

from store import Masking, SettingsMistake

from .link_template import check_template
from .named_database import NamedDatabase, Text, required_text
from .settings import DEMO, TABLES, Settings
from .settings_file import variable
from .table_choice import read_columns
from .time_zone import named_zone
from .visible import visible

USUAL = Settings()
"""What holds where nothing is set."""

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
        Masking(name="", key=b"", paths=paths)
        return paths


class CheckedSettings(BaseModel):
    """The fields of `Settings`, each with what it means and what it can be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: Text | None = Field(
        USUAL.database,
        repr=False,
        description="The database to open when none is named: a path, a URL, or a name of [databases].",
    )
    databases: Mapping[str, NamedDatabase] = Field(
        USUAL.databases,
        repr=False,
        description='Databases by name: [databases.NAME] with url = "…", a path or a URL; mask = "…" where it is '
        'always masked; password_command = "…" that prints the password; table and columns where the table is not '
        "ours.",
    )
    theme: str = Field(USUAL.theme, description="The colours: dark, light, or the name of another theme.")
    clipboard: Literal["auto", "native", "osc52", "tmux", "off"] = Field(
        USUAL.clipboard,
        description="How copying reaches your clipboard: auto (the best way here), native (a clipboard program), "
        "osc52 (through the terminal), tmux, or off.",
    )
    link_template: str | None = Field(
        USUAL.link_template,
        description="Copied links as addresses of your own web page, such as "
        "https://app.example/{environment}/activity/{id}; also {at} and {filter}.",
    )
    time_zone: str = Field(
        USUAL.time_zone,
        description="The zone of times beside UTC: UTC, local, or an IANA name such as Europe/Berlin.",
    )
    open_at: Literal["last", "newest"] = Field(
        USUAL.open_at,
        description="Where a log opens: last (where you left it, and esc leads to the newest events) or newest "
        "(nothing is kept).",
    )
    views: str | None = Field(
        USUAL.views,
        description="The file of saved views, which can live in git; left out, views.toml beside the settings.",
    )
    mask: str | None = Field(
        USUAL.mask, description="The masking under which every log is shown, a name of [masking]; also --mask NAME."
    )
    masking: Mapping[str, MaskingProfile] = Field(
        USUAL.masking, repr=False, description="Maskings by name: [masking.NAME], see [Masking](#masking)."
    )

    columns: str = Field(
        USUAL.columns,
        description="The columns of the table, with commas: names as for activity query --columns, paths such as "
        "payload.plan.id, and a width where one is wanted, as in entity:40.",
    )

    @field_validator(
        "database",
        "theme",
        "clipboard",
        "link_template",
        "time_zone",
        "open_at",
        "views",
        "columns",
        "mask",
        mode="before",
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


class Setting(NamedTuple):
    """One row of the table of settings: default is None where there is none."""

    name: str
    default: str | None
    sentence: str
    variable: str | None


_TABLES: Mapping[str, type[BaseModel]] = {"databases": NamedDatabase, "masking": MaskingProfile}
_TABLES_ARE_LIKE = {"databases": '[databases.NAME] with url = "…"', "masking": "[masking.NAME]"}

SETTINGS = tuple(
    Setting(name, field.default or None, field.description or "", None if name in TABLES else variable(name))
    for name, field in CheckedSettings.model_fields.items()
)


def checked(values: Mapping[str, object], origins: Mapping[str, str]) -> Settings:
    """Settings of these values. Raises SettingsMistake, which begins with where the wrong one is from."""
    try:
        found = CheckedSettings.model_validate(values)
    except ValidationError as mistake:
        first = mistake.errors(include_url=False, include_input=False)[0]
        place = tuple(map(str, first["loc"]))
        message = _mistake(first["type"], place, first["msg"])
    else:
        return Settings(**{name: getattr(found, name) for name in Settings.__struct_fields__})
    # Raised out here so that no traceback carries the value along.
    raise SettingsMistake(origins.get(place[0], "") + message)


def _mistake(problem: str, place: tuple[str, ...], message: str) -> str:
    key = ".".join(visible(part, _KEY_CELLS) for part in place)
    if problem == "extra_forbidden":
        known = _TABLES.get(place[0], CheckedSettings).model_fields
        near = difflib.get_close_matches(place[-1], known, n=1)
        return f"{key} is no setting. " + (f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}.")
    if problem == "missing":
        return f"{key} is missing."
    if problem in ("dict_type", "mapping_type", "model_type"):
        return f"{key} must be a table: {_TABLES_ARE_LIKE[place[0]]}."
    allowed = message.removeprefix("Value error, ").replace("Input should be", "must be").removesuffix(".")
    return f"{key} {allowed}."
