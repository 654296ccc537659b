"""The file for rejected records: one JSON object a line, with its place, the reason, and the letters of the record."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store import StoreError

from .import_files import STANDARD_INPUT
from .import_reading import Reading, Rejection

Reject = Callable[[Rejection], None]
"""Writes down a rejected record."""


@contextmanager
def rejects_file(name: str | None, reading: Reading) -> Iterator[Reject]:
    """Raises StoreError when the file cannot be written, or is one of those that are read."""
    if name is None:
        yield lambda rejection: None
        return
    for source in reading.files:
        with suppress(OSError):
            if source.name != STANDARD_INPUT and Path(source.name).samefile(name):
                raise StoreError("The file for rejected records is one of those to import.", "Give it another name.")
    try:
        file = Path(name).open("w", encoding="utf-8")  # noqa: SIM115 - an error in its block is not one of opening it
    except OSError as problem:
        raise _not_written(problem) from None

    def reject(rejection: Rejection) -> None:
        told = {
            "file": rejection.file,
            "line": rejection.line,
            "record": rejection.record,
            "reason": rejection.reason,
            "text": rejection.text,
        }
        try:
            file.write(f"{json.dumps({key: value for key, value in told.items() if value is not None})}\n")
        except OSError as problem:
            raise _not_written(problem) from None

    with file:
        yield reject


def _not_written(problem: OSError) -> StoreError:
    return StoreError(f"The rejected records cannot be written: {problem.strerror or 'unknown reason'}.")
