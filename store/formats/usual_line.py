"""The quick way through a JSON line: the documented keys in their order, and no escapes outside payload and request.

Nearly all lines are so. The others, and the wrong ones, are left to whoever reads member by member and says what is
wrong.
"""

import re
from datetime import datetime
from typing import Any

from pydantic_core import SchemaValidator, core_schema, from_json

from ..event import Actor, Entity
from ..plain_event import NO_ACTOR, PlainEvent

ENTITY_KEYS = tuple(Entity.model_fields)
ACTOR_KEYS = tuple(key for key in Actor.model_fields if key != "more")
WHITE_SPACE = " \t\n\r"

# Possessive quantifiers (`*+`) keep every pattern linear, however hostile the line.
SPACE = r"[ \t\n\r]*+"
PLAIN = r'[^"\\\x00-\x1f]*+'
_GO_ON = rf'{SPACE}(?:,(?={SPACE}")|(?={SPACE}\}}))'


def _members(*keys: str) -> str:
    """A pattern for some of these keys in this order, each with a text that has no escapes, which is captured."""
    return "".join(rf'(?:{SPACE}"{key}"{SPACE}:{SPACE}"({PLAIN})"{_GO_ON})?' for key in keys)


def _object(key: str, *keys: str) -> str:
    return rf'(?:{SPACE}"{key}"{SPACE}:{SPACE}\{{(?={SPACE}"){_members(*keys)}{SPACE}\}}{_GO_ON})?'


_start = re.compile(
    rf"{SPACE}\{{"
    + _members("id", "occurred_at", "environment", "event_name")
    + _object("entity", *ENTITY_KEYS)
    + _members("parent_entity_id")
    + _object("actor", *ACTOR_KEYS)
    + _members("trace_id")
    + rf'(?:{SPACE}"(payload|request)"{SPACE}:)?'
).match
_NO_ENTITY = (None,) * len(ENTITY_KEYS)

# A time with its offset, nothing that `datetime.fromisoformat` would cut or refuse for another reason than its value.
_time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)", re.ASCII).fullmatch
_request = re.compile(rf',{SPACE}"request"{SPACE}:').search

# Reads any object and makes nothing of what is in it, which `from_json` would. Takes NaN and Infinity for numbers.
_check_object = SchemaValidator(core_schema.typed_dict_schema({}, extra_behavior="ignore")).validate_json


def usual_event(text: str) -> PlainEvent | None:
    """The event of a line that is written as usual, and None for any other line."""
    start = _start(text)
    if start is None:
        return None
    found: tuple[Any, ...] = start.groups()
    event_id, time, environment, event_name = found[:4]
    if event_id is None or time is None or event_name is None or _time(time) is None:
        return None
    entity, parent_entity_id, actor, (trace_id, first_document) = found[4:7], found[7], found[8:13], found[13:]
    try:
        payload, request = _documents(text, start.end(), first_document)
        return PlainEvent(
            event_id,
            datetime.fromisoformat(time),
            event_name,
            environment,
            entity if entity != _NO_ENTITY else None,  # an empty object is no usual one
            parent_entity_id,
            actor if actor != NO_ACTOR else None,
            None,
            trace_id,
            payload,
            request,
        )
    except (ValueError, TypeError):  # the latter for a text with a lone surrogate
        return None


def _documents(text: str, start: int, first: str | None) -> tuple[str | None, str | None]:
    """Payload and request, where the key of the first ends at `start`. Raises ValueError if unsure.

    A payload may hold what looks like the key of the request. Only one way to cut leaves valid JSON on both sides.
    """
    end = text.rfind("}", start)
    if end < 0 or text[end + 1 :].strip(WHITE_SPACE) or (first is None and text[start:end].strip(WHITE_SPACE)):
        raise ValueError
    if first is None:
        return None, None
    place = text.find('"request"', start, end) if first == "payload" else -1  # many times faster than the pattern
    request = None if place < 0 else _request(text, max(start, text.rfind(",", start, place)), end)
    if request is not None:
        return _document(text[start : request.start()]), _document(text[request.end() : end])
    document = _document(text[start:end])
    return (document, None) if first == "payload" else (None, document)


def _document(letters: str) -> str | None:
    """The letters of a JSON document without the space around them, and None for `null`. Raises ValueError."""
    letters = letters.strip(WHITE_SPACE)
    if letters[:1] != "{" or "NaN" in letters or "Infinity" in letters:
        return None if from_json(letters, allow_inf_nan=False) is None else letters
    _check_object(letters)
    return letters
