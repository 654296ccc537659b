"""JSON as its source wrote it: repeated names all kept, numbers letter for letter."""

from __future__ import annotations

import json
from typing import NamedTuple, TypeAlias


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

_DECODER = json.JSONDecoder(
    object_pairs_hook=Members, parse_int=Number, parse_float=Number, parse_constant=Number, strict=False
)


def read_json(text: str) -> JsonValue | NotJson:
    """The value written in `text`. Control characters inside strings are let through."""
    try:
        value: JsonValue = _DECODER.decode(text)
    except RecursionError:
        return NotJson(text, "nested too deeply to be folded")
    except json.JSONDecodeError as mistake:
        return NotJson(text, f"not JSON: {mistake.msg} (line {mistake.lineno}, column {mistake.colno})")
    return value


def written(text: str) -> str:
    """A string in quotes, as JSON writes it, letters of every script as letters."""
    return json.dumps(text, ensure_ascii=False)
