"""The settings file: where it is, and what stands in it, read without what it costs to check the values."""

from __future__ import annotations

import contextlib
import re
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


def read_settings_file(environ: Mapping[str, str], path: Path | None = None) -> tuple[Path, dict[str, Any]]:
    """The settings file and what it holds, unchecked: `path`, else that of ACTIVITY_SETTINGS, else the user's own.

    The last may be absent. Raises SettingsMistake for a file that cannot be read.
    """
    named = path or (Path(environ[FILE_VARIABLE]).expanduser() if environ.get(FILE_VARIABLE) else None)
    file = named or settings_path()
    return file, read_toml(file, must_exist=named is not None)


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
    except tomllib.TOMLDecodeError as mistake:
        # Of the parser's own words only the place: the rest may quote the file.
        place = re.search(r"\(at (line \d+, column \d+|end of document)\)$", str(mistake))
        raise SettingsMistake(f"{shown}: is not TOML at {place[1] if place else 'some place'}.") from None
    except RecursionError:
        raise SettingsMistake(f"{shown}: is nested too deeply.") from None
