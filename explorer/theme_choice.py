"""The theme that the user chose in the app, kept until the settings name another one than they did then."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

MOST_BYTES = 10_000


def kept_theme(set_name: str) -> str:
    """The name of the theme to begin with, where `set_name` is the one of the settings; nothing for no name.

    What cannot be read counts for nothing. It is read before the first frame, so that nothing else is loaded for it.
    """
    with contextlib.suppress(OSError, ValueError, RecursionError, KeyError, TypeError):
        with _file().open("rb") as file:
            kept = json.loads(file.read(MOST_BYTES))
        if kept["set"] == set_name and isinstance(kept["chosen"], str):
            return str(kept["chosen"])
    return set_name


def keep_theme(set_name: str, chosen: str) -> None:
    """Keep the name of a theme. Where that cannot be done, it lasts as long as the app runs."""
    from .state_folder import write_state

    with contextlib.suppress(OSError):
        write_state(_file(), json.dumps({"set": set_name, "chosen": chosen}).encode())


def _file() -> Path:
    from platformdirs import user_state_path

    return user_state_path("activity-explorer") / "theme.json"
