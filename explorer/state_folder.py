"""The folder where the app keeps what the user would miss: one private file a thing, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
MOST_BYTES = 10_000_000


def state_path(kind: str, database_name: str) -> Path:
    """The file of a database (by its name without secrets) in the folder of a `kind`, such as `marks`."""
    from platformdirs import user_state_path

    readable = re.sub(r"[^A-Za-z0-9]+", "-", database_name).strip("-")[-40:]
    digest = hashlib.sha256(database_name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return user_state_path("activity-explorer") / kind / f"{readable}-{digest}.json"


def read_state(path: Path) -> bytes | None:
    """What the file holds, None where there is none. Raises OSError."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except FileNotFoundError:
        return None


def write_state(path: Path, content: bytes) -> None:
    """Put `content` in the place of what the file holds; nobody but the user may read it. Raises OSError."""
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    written = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)
