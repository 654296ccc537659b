"""What a user can set: defaults, then the settings file, then the environment, then the command line; the last wins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from store import DatabaseNotFound, Text, Value

from .settings_file import read_settings_file, variable
from .table_choice import USUAL_NAMES, Columns, read_columns
from .time_zone import named_zone
from .visible import visible

if TYPE_CHECKING:
    from store import TableMapping

    from .checked_settings import MaskingProfile
    from .named_database import NamedDatabase

DEMO = "demo"
"""The word that names the sample database wherever a database is asked for."""

TABLES = ("databases", "masking")
"""The settings that are tables of tables."""


class Settings(Value):
    """Every setting; `checked_settings` says what each is. What may hold a password does not show in `repr`."""

    SECRET = ("database", *TABLES)

    database: Text | None = None
    databases: Mapping[str, NamedDatabase] = {}
    theme: str = "dark"
    clipboard: Literal["auto", "native", "osc52", "tmux", "off"] = "auto"
    link_template: str | None = None
    time_zone: str = "local"
    open_at: Literal["last", "newest"] = "last"
    views: str | None = None
    mask: str | None = None
    masking: Mapping[str, MaskingProfile] = {}
    columns: str = USUAL_NAMES

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
                "Name one on the command line (a file or a URL, behind --database where a filter is given), in "
                "ACTIVITY_DATABASE, or as database in the settings file; `activity demo` shows sample data.",
            )
        return self.databases[named].url if named in self.databases else named

    def password_command(self, text: str | None) -> str | None:
        """What prints the password of what the user named, or of the database of the settings."""
        named = self._named(text)
        return None if named is None else named.password_command

    def mapping(self, text: str | None) -> TableMapping | None:
        """How to read the table of what the user named, or of the database of the settings; None for a log of ours."""
        named = self._named(text)
        return None if named is None else named.mapping()

    def _named(self, text: str | None) -> NamedDatabase | None:
        """The section of the settings that the user named, or that of their database; None where there is none."""
        return self.databases.get(text or self.database or "")


def load_settings(
    environ: Mapping[str, str], path: Path | None = None, command_line: Mapping[str, str | None] | None = None
) -> Settings:
    """The settings of the file, then of `environ`, then of `command_line` (names to values, None where not given).

    The file is `path`, else the one that ACTIVITY_SETTINGS names, else `settings.toml` in the user's folder for
    settings, which alone may be absent. Raises SettingsMistake, which names the place and what is allowed there.
    """
    file, values = read_settings_file(environ, path)
    origins = dict.fromkeys(values, f"{visible(str(file))}: ")
    for name in Settings.__struct_fields__:
        if name not in TABLES and environ.get(variable(name)):
            values[name], origins[name] = environ[variable(name)], f"{variable(name)}: "
    for name, value in (command_line or {}).items():
        if value is not None:
            values[name], origins[name] = value, f"--{name.replace('_', '-')}: "
    if not values:
        return Settings()
    from .checked_settings import checked

    return checked(values, origins)
