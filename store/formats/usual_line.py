"""The quick way through a JSON line: the documented keys, each with a value of its kind, and no further ones.

Nearly all lines are so. The others, and the wrong ones, are left to whoever reads member by member and says what is
wrong.
"""

import re
from datetime import datetime

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder, Encoder, format
from msgspec.structs import astuple

from ..event import Actor, Entity
from ..plain_event import PlainEvent

ENTITY_KEYS = Entity.__struct_fields__
ACTOR_KEYS = tuple(key for key in Actor.__struct_fields__ if key != "more")


class _Entity(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """The parts of an entity in their order."""

    type: str | None = None
    id: str | None = None
    name: str | None = None


class _Actor(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What tells actors apart, in its order."""

    type: str | None = None
    id: str | None = None
    name: str | None = None
    email: str | None = None
    ip_address: str | None = None


class _Line(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What a line holds. Payload and request stay letters: numbers of any length, repeated keys, their order."""

    id: str
    occurred_at: str
    event_name: str
    environment: str | None = None
    entity: _Entity | None = None
    parent_entity_id: str | None = None
    actor: _Actor | None = None
    trace_id: str | None = None
    payload: Raw = Raw()
    request: Raw = Raw()


_NO_SPACE = -1

_decode = Decoder(_Line).decode
_encode = Encoder().encode

# A time with its offset, nothing that `datetime.fromisoformat` would cut or refuse for another reason than its value.
_time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)", re.ASCII).fullmatch


def usual_event(text: str) -> PlainEvent | None:
    """The event of a line that is written as usual, and None for any other line."""
    try:
        given = text.encode()
        line = _decode(given)
        if not line.id or not _is_whole(line, given) or _time(line.occurred_at) is None:
            return None
        return PlainEvent(
            line.id,
            datetime.fromisoformat(line.occurred_at),
            line.event_name,
            line.environment,
            None if line.entity is None else astuple(line.entity),
            line.parent_entity_id,
            None if line.actor is None else astuple(line.actor),
            None,
            line.trace_id,
            _letters(line.payload),
            _letters(line.request),
        )
    except (MsgspecError, ValueError, RecursionError):
        return None


def _is_whole(line: _Line, given: bytes) -> bool:
    """Whether a line says no more than what was read of it: of a member that stands twice, the last value counts.

    No spelling of a value is shorter than the one it is written with here. So nothing was left out of a line that is
    as long, white space aside.
    """
    written = _encode(line)
    if len(written) == len(given):
        return True
    return len(written) < len(given) and len(format(written, indent=_NO_SPACE)) == len(format(given, indent=_NO_SPACE))


def _letters(document: Raw) -> str | None:
    """The letters of a JSON document, None for `null` and for none."""
    letters = str(document, "utf-8")
    return letters if letters and letters != "null" else None
