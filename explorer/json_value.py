"""JSON as its source wrote it: repeated names all kept, numbers letter for letter."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple, TypeAlias


class Number(str):
    """A number, or what some writers put for one (NaN, Infinity), as it was written. It equals no string."""

    __slots__ = ()

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return type(other) is Number and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:  # which str has as well, and would be asked
        return not self == other


class Members(list[tuple[str, "JsonValue"]]):  # noqa: PLW1641 - a list has no hash
    """An object: its members in the order they were written. A name may come twice. It equals no list."""

    def __eq__(self, other: object) -> bool:
        return type(other) is Members and list.__eq__(self, other)

    def __ne__(self, other: object) -> bool:  # which list has as well, and would be asked
        return not self == other


class NotJson(NamedTuple):
    """A text that cannot be read as JSON, and why."""

    text: str
    reason: str


JsonValue: TypeAlias = "str | bool | Number | Members | list[JsonValue] | None"

LONG = 100_000
"""Characters from which on a text is read beside the event loop, by `read_long_json`."""

MONSTROUS = 1_000_000
"""Characters from which on the garbage collector never goes through what was read, which it would take too long for."""


def _members(pairs: Sequence[tuple[str, Any]]) -> Members:
    """`Members`, made by a function of Python: only between two of its steps can the event loop have its turn."""
    return Members(pairs)


_READ_NUMBERS: Any = {"parse_int": Number, "parse_float": Number, "parse_constant": Number, "strict": False}
_DECODER = json.JSONDecoder(object_pairs_hook=Members, **_READ_NUMBERS)
_PATIENT_DECODER = json.JSONDecoder(object_pairs_hook=_members, **_READ_NUMBERS)


def read_json(text: str) -> JsonValue | NotJson:
    """The value written in `text`. Control characters inside strings are let through."""
    return _read(text, _DECODER)


def read_long_json(text: str) -> JsonValue | NotJson:
    """The same for a text of any length, in a thread beside the event loop, which goes on meanwhile and afterwards.

    Whoever reads it lets go of the value as well, by `let_go`: until then the garbage of this moment may be kept.
    """
    with _LONG_READING, _uncounted():
        value = _read(text, _PATIENT_DECODER)
        if len(text) >= MONSTROUS:
            _FROZEN.add(id(value))
            gc.freeze()
    return value


def let_go(value: JsonValue | NotJson) -> None:
    """Take a long value to pieces in a thread, as if it was forgotten at once, the event loop would stand still."""
    is_frozen = id(value) in _FROZEN
    waiting: list[Any] = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += (member[1] for member in part) if isinstance(part, Members) else part
            part.clear()
    if is_frozen:
        _FROZEN.discard(id(value))
        if not _FROZEN:
            gc.unfreeze()


_LONG_READING = Lock()

_FROZEN: set[int] = set()
"""The identities of the monstrous values that nobody has let go of."""


@contextmanager
def _uncounted() -> Iterator[None]:
    """What is made in the block is left alone by the garbage collector, which would go through millions of values again
    and again while nothing else happens. They hold no cycles: the last reference takes them away."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(text: str, decoder: json.JSONDecoder) -> JsonValue | NotJson:
    try:
        value: JsonValue = decoder.decode(text)
    except RecursionError:
        return NotJson(text, "nested too deeply to be folded")
    except json.JSONDecodeError as mistake:
        return NotJson(text, f"not JSON: {mistake.msg} (line {mistake.lineno}, column {mistake.colno})")
    return value


def written(text: str) -> str:
    """A string in quotes, as JSON writes it, letters of every script as letters."""
    return json.dumps(text, ensure_ascii=False)
