"""One record of a source: where it stands, its letters, and what they say."""

from collections.abc import Mapping
from typing import NamedTuple

from ..errors import EventMistake


class Place(NamedTuple):
    """Where a record stands in its file, counted from 1: its line, or which record it is, or both."""

    line: int | None = None
    record: int | None = None

    def __str__(self) -> str:
        parts = (("line", self.line), ("record", self.record))
        return ", ".join(f"{name} {number:,}" for name, number in parts if number is not None)


class Record(NamedTuple):
    """`text` is a JSON document letter for letter; `value` what it says, None while nobody has decoded it."""

    place: Place
    text: str
    value: object = None


class Rejected(NamedTuple):
    """What should have been a record, and why it is none. `text` is what stands there, as far as it was read."""

    place: Place
    mistake: EventMistake
    text: str = ""


Members = Mapping[str, object]
"""A decoded JSON object. Of a key that stands twice the last value counts, as in most readers."""
