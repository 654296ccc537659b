"""Reads an SQLite log in which anything can stand in any column: a text that is none, bytes, no number.

Postgres keeps what a column cannot hold out of it. SQLite does not look.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .sqlite_file import open_sqlite

if TYPE_CHECKING:
    from aiosqlite import Connection

UNREADABLE = "\udcff"
"""Stands for bytes where a text belongs. What is stored has no lone surrogate: see `stored_text`."""


async def open_damaged(*arguments: Any, **options: Any) -> "Connection":
    """A connection that reads also a text that is no UTF-8, with lone surrogates where it is none."""
    connection = await open_sqlite(*arguments, **options)
    connection.text_factory = _decoded
    return connection


def _decoded(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


def is_readable(value: object) -> bool:
    """Whether a text stands where one, or none, belongs."""
    if not isinstance(value, str):
        return value is None
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_text(value: Any) -> Any:
    """The value of a column of texts; UNREADABLE for bytes."""
    return UNREADABLE if isinstance(value, bytes) else value


def numeral(value: object) -> str:
    """How many, in a sentence. What else stands there may be of any length, and is not told."""
    return f"{value:,}" if isinstance(value, int) else "no"


def name_of(value: object) -> str:
    """A number that is a name, in a sentence."""
    return f"{value}" if isinstance(value, int) else "none"


def place_among(values: Sequence[object]) -> list[tuple[bool, Any]]:
    """By what to sort rows of numbers, among which there may be something else."""
    return [(not isinstance(value, int), value if isinstance(value, int) else repr(value)) for value in values]
