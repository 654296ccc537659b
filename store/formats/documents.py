"""The JSON documents in a record: those it holds as text, and those that are payload and request of its event."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..errors import EventMistake
from ..records.json_text import decoded, members
from ..records.record import Members, Record

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_EMPTY: tuple[object, ...] = (None, [], {})


class Inner(NamedTuple):
    """Which members of a record are payload and request, so that the record need not be the payload as a whole.

    `held` are the keys whose values the event holds in its own fields, and `actor_held` those of the actor; what else
    stands in the actor goes to its `more`. Any other member stands in the payload under the key `others`.
    """

    payload: str
    request: str
    actor: str
    held: frozenset[str]
    actor_held: frozenset[str]
    others: str


class InnerDocuments(NamedTuple):
    """Payload, request, and what else an actor has: each letter for letter, None where there is none."""

    payload: str | None
    request: str | None
    more: str | None


def members_of(record: Record, opens: tuple[str, ...] = (), *, speak_first: bool = True) -> Members:
    """What a record says, with what the documents in it say. Raises EventMistake when it is no JSON object.

    Documents that `speak_first` go before the record itself; others stand below their keys alone.
    """
    value = decoded(record.text) if record.value is None else record.value
    if not isinstance(value, dict):
        raise EventMistake("It is not a JSON object.")
    for key in opens:
        inner = _document(value.get(key))
        if inner is not None:
            value = {**value, key: inner, **(inner if speak_first else {})}
    return value


def opened(text: str, opens: tuple[str, ...]) -> str:
    """The letters of an object, with the documents in it as JSON instead of as text."""
    if not any(f'"{key}"' in text for key in opens):  # most records have none, and go through untouched
        return text
    return _object(
        (key, value if key in opens and isinstance(value, str) and _document(value) is not None else letters)
        for key, value, letters in members(text)
    )


def inner_documents(text: str, inner: Inner) -> InnerDocuments:
    """The documents of a record, in which together with the fields of the event all stands that it says."""
    payload = request = more = None
    others: list[tuple[str, str]] = []
    for key, value, letters in members(text):
        if key == inner.payload:
            payload = letters
        elif key == inner.request:
            request = letters
        elif key == inner.actor and isinstance(value, dict):
            unheld = [each for each in members(letters) if each.key not in inner.actor_held or _is_nested(each.value)]
            more = _object((each.key, each.letters) for each in unheld) if unheld else None
        elif (key not in inner.held or _is_nested(value)) and value not in _EMPTY:
            others.append((key, letters))
    payload, request = (None if letters == "null" else letters for letters in (payload, request))
    if others:
        payload = _with_member(payload, inner, _object(others))
    return InnerDocuments(payload, request, more)


def _with_member(payload: str | None, inner: Inner, others: str) -> str:
    """A payload that is an object gets one more member at its end; any other becomes a member itself."""
    added = f"{_quoted(inner.others)}:{others}"
    if payload is None or payload[0] != "{":
        return f"{{{added}}}" if payload is None else f"{{{_quoted(inner.payload)}:{payload},{added}}}"
    body = payload[:-1].rstrip(" \t\r\n")
    return f"{body}{',' if len(body) > 1 else ''}{added}}}"


def _document(value: object) -> Mapping[str, object] | None:
    """The object that a text holds; None when it is another text, or one that was cut off."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return None
    try:
        inner = decoded(value)
    except EventMistake:
        return None
    return inner if isinstance(inner, dict) else None


def _is_nested(value: object) -> bool:
    return isinstance(value, dict | list)


def _object(parts: Iterable[tuple[str, str]]) -> str:
    return f"{{{','.join(f'{_quoted(key)}:{letters}' for key, letters in parts)}}}"
