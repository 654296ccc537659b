"""The record of what was revealed of masked logs: who, when, which event and field, and never the value."""

from __future__ import annotations

import getpass
import json
import os
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from .state_folder import PRIVATE_FILE, PRIVATE_FOLDER
from .visible import visible

MOST_CHARACTERS = 500
"""Of a field or of a name, so that a line stays one that is written at once."""


class Reveal(NamedTuple):
    """One text that was revealed at a moment (UTC), of an event as it is shown under the masking."""

    at: datetime
    database: str
    masking: str
    event_id: str
    field: str


def record(reveal: Reveal) -> Path:
    """Add a line to the record, and give the file. Raises TargetProblem, after which nothing may be revealed."""
    from platformdirs import user_state_path

    from store import TargetProblem

    path = user_state_path("activity-explorer") / "reveals.jsonl"
    line = {**reveal._asdict(), "at": reveal.at.isoformat(), "user": _user()}
    shortened = {name: value[:MOST_CHARACTERS] for name, value in line.items()}
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE), "wb") as file:
            file.write(f"{json.dumps(shortened)}\n".encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise TargetProblem(
            f"Nothing is revealed, as it cannot be recorded in {visible(str(path))}: {problem.strerror}."
        ) from None
    return path


def _user() -> str:
    """The user of the system, whatever the environment says."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # on Windows, and for a user that has no name
        return getpass.getuser() if os.name == "nt" else str(os.getuid())
