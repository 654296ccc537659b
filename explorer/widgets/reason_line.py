"""What an event says of why something failed, as one line that stands right under its name."""

from __future__ import annotations

import re
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
        *("failurecode", "failuremessage", "failuredescription"),
    )
)
"""The members of a payload that tell it, in small letters without `_`. A `reason` alone is mostly why it was done."""

OUTCOMES = frozenset(("outcome", "responsestatus"))
"""Members that any event may have: as objects they tell it where one of their VERDICTS says that it failed."""

VERDICTS = ("result", "status")
FAILED_VERDICT = re.compile(
    "fail|den[iy]|error|reject|refus|forbid|unauthori|invalid|abort|time[d_ ]*out", re.IGNORECASE
)
FAILED_CODE = 400
"""From here on a code of HTTP tells of a failure."""

SAYS_NOTHING = frozenset(
    (
        *("", "-", "n/a", "0", "200", "200 ok", "ok", "okay", "success", "successful", "succeeded", "passed"),
        *("complete", "completed", "allow", "allowed", "granted", "none", "null", "nil", "false", "true", "no", "yes"),
        "no error",
    )
)
"""Texts, in small letters without blanks around them, that stand under such names where nothing failed."""

PARTS = ("code", "reason", "message", "detail")
"""What an object under one of these names says it with."""

STATUS = ("protoPayload", "status")
"""Where it stands in the payload of an event of Google Cloud."""

RESPONSE = ("response",)
"""Where in a request its answer stands."""

MOST_MEMBERS = 200
SHOWN_LENGTH = 240

Found: TypeAlias = "tuple[tuple[str, ...], str, str]"
"""Names that lead to a text, the text, and what stands between the one before and it."""


def reason_line(sections: Mapping[str, JsonValue | NotJson | Unread]) -> TextLine | None:
    """The line of an event with these sections; None where none of them tells a reason. It narrows to the same one."""
    payload, request = sections.get("payload"), sections.get("request")
    found = [each for path, value in _members(payload) if _is_told(path[0], value) for each in _texts(path, value)]
    found = found or list(_texts(STATUS, _at(payload, STATUS)))
    narrows = None
    if found:
        path, text, _before = found[0]
        narrows = (f"payload.{write_path(path)}", text) if len(text) <= LONGEST_NARROWING else None
    else:
        found = [each for _, value in _answers(request) for each in _texts((), value)]
    if not found:
        return None
    once: dict[str, str] = {}
    for _path, text, before in found:
        once.setdefault(text, before)
    told = "".join(f"{before}{text}" for text, before in once.items()).removeprefix(found[0][2])
    pieces = safe_pieces(told, "plain" if narrows is None else "link", SHOWN_LENGTH)
    return TextLine(
        ("Reason",), (Piece("Reason".ljust(LABEL_WIDTH), "label"), *pieces), hang=LABEL_WIDTH, narrows=narrows
    )


def _answers(request: object) -> Iterator[tuple[tuple[str], JsonValue]]:
    """The members of the answer to a request that tell why it failed."""
    yield from ((path, value) for path, value in _members(_at(request, RESPONSE)) if _is_told(path[0], value))


def _is_told(name: str, value: object) -> bool:
    plain = name.replace("_", "").lower()
    return plain in NAMES or (plain in OUTCOMES and _has_failed(value))


def _has_failed(outcome: object) -> bool:
    members = {name: member for (name,), member in _members(outcome)}
    if any(isinstance(said := members.get(name), str) and FAILED_VERDICT.search(said) for name in VERDICTS):
        return True
    code = members.get("code")
    return isinstance(code, str) and code.isascii() and code.isdigit() and len(code) == 3 and int(code) >= FAILED_CODE


def _members(value: object) -> Iterator[tuple[tuple[str], JsonValue]]:
    if isinstance(value, Members):
        for name, member in islice(value, MOST_MEMBERS):
            yield (name,), member


def _at(value: object, path: tuple[str, ...]) -> object:
    for name in path:
        value = next((member for (each,), member in _members(value) if each == name), None)
    return value


def _texts(path: tuple[str, ...], value: object) -> Iterator[Found]:
    """The texts of a value that say something: of an object those of its PARTS, of a list those of all items."""
    if isinstance(value, Members):
        members = {name: member for (name,), member in _members(value)}
        for part in PARTS:
            if not isinstance(member := members.get(part), list):
                yield from _texts((*path, part), member)
    elif isinstance(value, list):
        for item in islice(value, MOST_MEMBERS):
            for place, (names, text, before) in enumerate(_texts(path, item)):
                yield names, text, before if place else "; "
    elif isinstance(value, str) and not isinstance(value, Number) and value.strip().lower() not in SAYS_NOTHING:
        yield path, value, ": "
