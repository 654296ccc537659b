"""The files of an import: how they are opened, and how many bytes they have."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

STANDARD_INPUT = "-"


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The bytes of a file, `-` being standard input. Raises OSError."""
    if name == STANDARD_INPUT:
        # A reader of its own over descriptor 0: that of sys.stdin may be in use elsewhere when the process ends.
        with open(0, "rb", closefd=False) as file:
            yield file
    else:
        with Path(name).open("rb") as file:
            yield file


def size_of(name: str) -> int:
    """Bytes of a file as it lies there, compressed or not; 0 where that is not known before reading."""
    try:
        return 0 if name == STANDARD_INPUT else Path(name).stat().st_size
    except OSError:
        return 0
