"""Our JSON Lines form, one event a line: what `activity import` reads and `activity query --format jsonl` writes."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NoReturn

from ..errors import EventMistake
from ..event import Event, to_utc
from ..plain_event import ActorParts, EntityParts, PlainEvent, whole_event
from ..records.record import Record
from .usual_line import ACTOR_KEYS, ENTITY_KEYS, usual_event

KEYS = frozenset(Event.__struct_fields__)
REQUIRED_KEYS = ("id", "occurred_at", "event_name")
TEXT_KEYS = KEYS - {"entity", "actor", "payload", "request"}

# Possessive quantifiers (`*+`) keep every pattern linear, however hostile the line.
_SPACE = r"[ \t\n\r]*+"
_PLAIN = r'[^"\\\x00-\x1f]*+'
_opening = re.compile(rf"{_SPACE}\{{").match
_closing = re.compile(rf"{_SPACE}\}}").match
_key = re.compile(rf'{_SPACE}"({_PLAIN}(?:\\.{_PLAIN})*+)"{_SPACE}:{_SPACE}').match
_separator = re.compile(rf"{_SPACE}([,}}])").match
_blank = re.compile(_SPACE).fullmatch
_time = re.compile(r"[0-9W-]+[Tt ][0-9:]+(?:[.,]([0-9]+))?(?:[Zz]|[+-][0-9:.]+)?").fullmatch
_not_utf8 = re.compile("[\udc80-\udcff]").search


def _refuse_constant(name: str) -> NoReturn:
    raise EventMistake(f"{name} is not a JSON value.")


# Numbers are only stepped over, their text is kept: `float` takes any length, where `int` refuses 4,301 digits.
# Objects become tuples of pairs, so that a repeated key is seen.
_decode = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=float, parse_float=float, parse_constant=_refuse_constant
).raw_decode
_encode = json.JSONEncoder(ensure_ascii=False).encode


def read_record(record: Record) -> PlainEvent:
    """The event of a record of a file. Raises EventMistake."""
    if not record.text.isascii() and (byte := _not_utf8(record.text)):
        before = record.text[: byte.start()]
        raise EventMistake("The line is not valid UTF-8.", f"Look at byte {len(before.encode()) + 1}.")
    return usual_event(record.text) or any_event(record.text)


def parse_line(line: str | bytes) -> Event:
    """The event of one line. Payload and request are kept letter for letter.

    Raises EventMistake, whose sentence names the key at fault and repeats no other part of the line.
    """
    text = line if isinstance(line, str) else _decoded(line)
    return whole_event(usual_event(text) or any_event(text))


def any_event(text: str) -> PlainEvent:
    """The event of a line in any order and spelling."""
    opening = _opening(text)
    if opening is None:
        raise EventMistake("The line is not a JSON object.")
    values: dict[str, object] = {}
    slices, end = _rest(text, opening.end(), values, TEXT_KEYS, "the event")
    if not _blank(text, end):
        raise EventMistake("Something follows the closing brace of the event.", f"Look at column {end + 1}.")
    if not values.keys() <= KEYS:
        raise _unknown(values, KEYS, "the event")
    for key in REQUIRED_KEYS:
        if values.get(key) is None:
            raise EventMistake(f'"{key}" is missing.')
    if not values["id"]:
        raise EventMistake('"id" is empty.', "Each event needs an id of its own.")
    parts: dict[str, Any] = {**values, "occurred_at": _moment(values["occurred_at"])}
    for key, letters in slices.items():
        if values[key] is None:
            continue
        if key == "entity":
            parts[key] = _entity(values[key])
        elif key == "actor":
            parts[key], parts["actor_more"] = _actor(values[key], letters)
        else:
            parts[key] = letters
    return PlainEvent(**parts)


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise EventMistake("The line is not valid UTF-8.", f"Look at byte {error.start + 1}.") from None


def _rest(
    text: str, place: int, values: dict[str, object], plain: Iterable[str], where: str
) -> tuple[dict[str, str], int]:
    """Add the members from `place` to the end of their object to `values`.

    Gives the letters of all but the `plain` ones, and the place right of the closing brace.
    """
    slices: dict[str, str] = {}
    if (nothing := _closing(text, place)) is not None:
        return slices, nothing.end()
    while (found := _key(text, place)) is not None:
        key = _unescaped(found[1]) if "\\" in found[1] else found[1]
        if key in values:
            raise EventMistake(f"{_quoted(key)} stands twice in {where}.")
        start = found.end()
        try:
            values[key], end = _decode(text, start)
        except RecursionError:
            raise EventMistake(f"{_quoted(key)} is nested too deeply.") from None
        except json.JSONDecodeError as error:
            raise _not_json(text, key, error) from None
        if key in plain:
            _check_text(values[key], key)
        else:
            slices[key] = text[start:end]
        separator = _separator(text, end)
        if separator is None:
            raise _broken(text, end, f"a comma or a closing brace should follow {_quoted(key)}")
        place = separator.end()
        if separator[1] == "}":
            return slices, place
    raise _broken(text, place, "a key in double quotes and a colon should stand there")


def _unescaped(key: str) -> str:
    try:
        return str(json.loads(f'"{key}"'))
    except json.JSONDecodeError:
        raise EventMistake("The line is not valid JSON: a key has a wrong escape.") from None


def _check_text(value: object, key: str) -> None:
    if value is not None and not isinstance(value, str):
        raise EventMistake(f'"{key}" is not a text.')


def _moment(written: object) -> datetime:
    shape = _time(written) if isinstance(written, str) else None
    if shape is not None and len(shape[1] or "") > 6:
        raise EventMistake('"occurred_at" has more than 6 decimals.')
    try:
        if shape is None:
            raise ValueError
        moment = datetime.fromisoformat(shape[0].upper())
    except ValueError:
        raise EventMistake('"occurred_at" is not an ISO 8601 date and time.') from None
    if moment.tzinfo is None:
        raise EventMistake('"occurred_at" has no offset from UTC.', "Write Z or an offset such as +02:00 behind it.")
    try:
        return to_utc(moment)
    except OverflowError:
        raise EventMistake('"occurred_at" lies outside the years 1 to 9999 in UTC.') from None


def _entity(value: object) -> EntityParts:
    found = _texts_of(value, "entity", ENTITY_KEYS)
    if not found.keys() <= set(ENTITY_KEYS):
        raise _unknown(found, ENTITY_KEYS, '"entity"')
    entity_type, entity_id, name = map(found.get, ENTITY_KEYS)
    return entity_type, entity_id, name


def _actor(value: object, letters: str) -> tuple[ActorParts, str | None]:
    """The parts of an actor, and the letters of what else stands in it."""
    found, more = _texts_of(value, "actor", ACTOR_KEYS), None
    if not found.keys() <= set(ACTOR_KEYS):
        slices, _ = _rest(letters, 1, {}, ACTOR_KEYS, '"actor"')
        members = ",".join(f"{_encode(key)}:{written}" for key, written in slices.items())
        more = f"{{{members}}}"
    actor_type, actor_id, name, email, ip_address = map(found.get, ACTOR_KEYS)
    return (actor_type, actor_id, name, email, ip_address), more


def _texts_of(value: object, name: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """The members of an object none of which stands twice, and of which those in `keys` are texts or null."""
    if not isinstance(value, tuple):
        raise EventMistake(f'"{name}" is not an object.')
    found = dict(value)
    if len(found) < len(value):
        repeated = [key for key, _ in value]
        raise EventMistake(f'{_quoted(max(repeated, key=repeated.count))} stands twice in "{name}".')
    for key in keys:
        _check_text(found.get(key), f"{name}.{key}")
    return found


def _quoted(name: str) -> str:
    """A key from the line, short and in ASCII."""
    return json.dumps(name if len(name) <= 40 else f"{name[:37]}...")


def _unknown(values: Iterable[str], known: Iterable[str], where: str) -> EventMistake:
    unknown = next(key for key in values if key not in known)
    return EventMistake(f"{_quoted(unknown)} is not a key of {where}.", "Leave it out or put it into the payload.")


def _not_json(text: str, key: str, error: json.JSONDecodeError) -> EventMistake:
    if error.msg.startswith("Unterminated") or _blank(text, error.pos):
        return EventMistake(f"The line ends in the middle of {_quoted(key)}.")
    return EventMistake(f"{_quoted(key)} is not valid JSON.", f"Look at column {error.pos + 1}.")


def _broken(text: str, place: int, expected: str) -> EventMistake:
    if _blank(text, place):
        return EventMistake("The line ends before the event does.")
    return EventMistake(f"The line is not valid JSON: {expected}.", f"Look at column {place + 1}.")
