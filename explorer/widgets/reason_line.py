"""What an event says of why something failed, as one line that stands right under its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from store import write_path

from ..json_value import JsonValue, Members, NotJson, Number
from .event_fields import LABEL_WIDTH
from .payload_tree import LONGEST_NARROWING
from .text_line import Piece, TextLine, safe_pieces

if TYPE_CHECKING:
    from .payload_tree import Unread

NAMES = frozenset(
    (
        *("error", "errors", "errorcode", "errormessage", "errordescription", "errordetails"),
        *("accessdeniedreason", "declinereason", "denialreason", "failurereason"),
        *("failurecode", "failuremessage", "failuredescription", "outcome", "responsestatus"),
    )
)
"""The members of a payload that tell it, in small letters without `_`. A `reason` alone is mostly why it was done."""

PARTS = ("code", "reason", "message", "detail")
"""What an object under one of these names says it with."""

STATUS = ("protoPayload", "status")
"""Where it stands in the payload of an event of Google Cloud."""

RESPONSE = ("response", "errors")
"""Where in a request the errors of its answer stand."""

MOST_MEMBERS = 200
SHOWN_LENGTH = 240

Found: TypeAlias = "tuple[tuple[str, ...], str]"
"""Names that lead to a text, and the text."""


def reason_line(sections: Mapping[str, JsonValue | NotJson | Unread]) -> TextLine | None:
    """The line of an event with these sections; None where none of them tells a reason. It narrows to the same one."""
    payload, request = sections.get("payload"), sections.get("request")
    found = [each for path, value in _members(payload) if _is_told(path[0]) for each in _texts(path, value)]
    found = found or list(_texts(STATUS, _at(payload, STATUS)))
    narrows = None
    if found:
        path, text = found[0]
        narrows = (f"payload.{write_path(path)}", text) if len(text) <= LONGEST_NARROWING else None
    else:
        found = list(_texts((), _at(request, RESPONSE)))
    if not found:
        return None
    told = ": ".join(dict.fromkeys(text for _path, text in found))
    pieces = safe_pieces(told, "plain" if narrows is None else "link", SHOWN_LENGTH)
    return TextLine(
        ("Reason",), (Piece("Reason".ljust(LABEL_WIDTH), "label"), *pieces), hang=LABEL_WIDTH, narrows=narrows
    )


def _is_told(name: str) -> bool:
    return name.replace("_", "").lower() in NAMES


def _members(value: object) -> Iterator[tuple[tuple[str], JsonValue]]:
    if isinstance(value, Members):
        for name, member in islice(value, MOST_MEMBERS):
            yield (name,), member


def _at(value: object, path: tuple[str, ...]) -> object:
    for name in path:
        value = next((member for (each,), member in _members(value) if each == name), None)
    return value


def _texts(path: tuple[str, ...], value: object) -> Iterator[Found]:
    """The texts of a value: of an object those of its PARTS, of a list those of its first item."""
    if isinstance(value, Members):
        members = {name: member for (name,), member in _members(value)}
        for part in PARTS:
            if not isinstance(member := members.get(part), list):
                yield from _texts((*path, part), member)
    elif isinstance(value, list):
        if value:
            yield from _texts(path, value[0])
    elif isinstance(value, str) and value and not isinstance(value, Number):
        yield path, value
