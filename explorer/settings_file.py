"""The settings file: where it is, and what stands in it, read without what it costs to check the values."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store import SettingsMistake

from .visible import visible

MOST_FILE_BYTES = 1_000_000
VARIABLE_PREFIX = "ACTIVITY_"
FILE_VARIABLE = "ACTIVITY_SETTINGS"


def variable(name: str) -> str:
    """The environment variable that sets `name`."""
    return VARIABLE_PREFIX + name.upper()


def settings_path() -> Path:
    """The settings file that is read when no other is named."""
    from platformdirs import user_config_path

    return user_config_path("activity-explorer") / "settings.toml"


def theme_of_first_frame(environ: Mapping[str, str]) -> str:
    """The theme that is set, before the settings are checked: whatever is wrong with them is told later."""
    with contextlib.suppress(SettingsMistake):
        _, values = read_settings_file(environ)
        return environ.get(variable("theme")) or str(values.get("theme", ""))
    return ""


def exposure(environ: Mapping[str, str]) -> str | None:
    """What to say of a settings file that others may read although a secret stands in it; None for nothing.

    Where a file has no such permissions, as on Windows, nothing is said.
    """
    with contextlib.suppress(SettingsMistake, OSError):
        file = _settings_file(environ)
        if os.name == "nt" or not file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            return None
        _, values = read_settings_file(environ)
        databases = values.get("databases")
        named = databases.values() if isinstance(databases, dict) else ()
        urls = [values.get("database"), *(each.get("url") for each in named if isinstance(each, dict))]
        masking = values.get("masking")
        maskings = masking.values() if isinstance(masking, dict) else ()
        has_key = any("key" in each for each in maskings if isinstance(each, dict))
        if has_key or any(_has_password(url) for url in urls if isinstance(url, str)):
            what = "key" if has_key else "password"
            return f"Others can read the {what} in {visible(str(file))}: take that from them with `chmod go-rwx`."
    return None


def read_settings_file(environ: Mapping[str, str], path: Path | None = None) -> tuple[Path, dict[str, Any]]:
    """The settings file and what it holds, unchecked: `path`, else that of ACTIVITY_SETTINGS, else the user's own.

    The last may be absent. Raises SettingsMistake for a file that cannot be read.
    """
    file = path or _settings_file(environ)
    return file, read_toml(file, must_exist=path is not None or bool(environ.get(FILE_VARIABLE)))


def read_toml(file: Path, *, must_exist: bool) -> dict[str, Any]:
    """What a TOML file holds, nothing when it is absent and need not exist. Raises SettingsMistake."""
    shown = visible(str(file))
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_FILE_BYTES + 1)
        if len(content) > MOST_FILE_BYTES:
            raise SettingsMistake(f"{shown}: is too long for a settings file.")
        return tomllib.loads(content.decode())
    except FileNotFoundError:
        if must_exist:
            raise SettingsMistake(f"{shown}: there is no such settings file.") from None
        return {}
    except OSError as problem:
        raise SettingsMistake(f"{shown}: cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsMistake(f"{shown}: is not UTF-8 text.") from None
    except ValueError as mistake:  # a TOMLDecodeError, or a number of thousands of digits
        # Of the parser's own words only the place: the rest may quote the file.
        place = re.search(r"\(at (line \d+, column \d+|end of document)\)$", str(mistake))
        raise SettingsMistake(f"{shown}: is not TOML at {place[1] if place else 'some place'}.") from None
    except RecursionError:
        raise SettingsMistake(f"{shown}: is nested too deeply.") from None


def _settings_file(environ: Mapping[str, str]) -> Path:
    return Path(environ[FILE_VARIABLE]).expanduser() if environ.get(FILE_VARIABLE) else settings_path()


def _has_password(url: str) -> bool:
    from store import DatabaseAddress, StoreError

    try:
        return any(DatabaseAddress.parse(url).secrets)
    except StoreError:
        return False
