"""JSON text -> values whose numbers keep their letters, and the extent of each part in the text."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from ..errors import EventMistake

CLOSING = {"[": "]", "{": "}"}

_SPACE = r"[ \t\n\r]*+"
_key = re.compile(rf'{_SPACE}("(?:[^"\\]|\\.)*+"){_SPACE}:{_SPACE}', re.DOTALL).match
_separator = re.compile(rf"{_SPACE}([,}}])").match
_blank = re.compile(_SPACE).match
_tokens = re.compile(r'"(?:[^"\\]|\\.)*+("?)|[\[\]{},]', re.DOTALL).finditer


class Number(str):
    """A number, as its source wrote it: no digit of it is lost, however many there are."""

    __slots__ = ()


def refuse_constant(name: str) -> NoReturn:
    """Raises EventMistake for NaN and Infinity, which Python reads and JSON does not know."""
    raise EventMistake(f"{name} is not a JSON value.")


_decode = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=refuse_constant).raw_decode


class Member(NamedTuple):
    """One member of an object: its key, its value, and the letters of the value."""

    key: str
    value: object
    letters: str


def decoded_at(text: str, place: int) -> tuple[object, int]:
    """The value that begins at `place`, and the place right of it.

    Raises EventMistake; its cause is the JSONDecodeError where there is one, which knows how far the text was right.
    """
    try:
        return _decode(text, place)
    except RecursionError:
        raise EventMistake("It is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise EventMistake(f"It is not valid JSON: {_reason(text, place, error)}.") from error


def decoded(text: str) -> object:
    """The value of a whole document. Raises EventMistake."""
    value, end = decoded_at(text, space_end(text, 0))
    end = space_end(text, end)
    if end < len(text):
        raise EventMistake(f"It is not valid JSON: something follows its end, at column {end + 1}.")
    return value


def members(text: str) -> Iterator[Member]:
    """The members of a well-formed object in their order, repeated keys too."""
    place = text.index("{") + 1
    while (found := _key(text, place)) is not None:
        value, end = decoded_at(text, found.end())
        key = found[1][1:-1] if "\\" not in found[1] else json.loads(found[1], strict=False)
        yield Member(key, value, text[found.end() : end])
        separator = _separator(text, end)
        if separator is None or separator[1] == "}":
            return
        place = separator.end()


def space_end(text: str, place: int) -> int:
    """The place of the next character that is no white space of JSON, or the end."""
    found = _blank(text, place)
    return place if found is None else found.end()


def beginning(text: str) -> object:
    """What a document says that may be cut short or broken anywhere, as far as it is right. None if that is nothing."""
    cuts: list[tuple[int, str]] = []
    closing = ""
    for token in _tokens(text):
        sign = token[0]
        if sign[0] == '"':
            if not token[1]:
                break
            continue
        if sign in CLOSING:
            closing = CLOSING[sign] + closing
        elif sign != "," and closing[:1] == sign:
            closing = closing[1:]
        elif sign != ",":
            break
        cuts.append((token.start() if sign == "," else token.end(), closing))
        if not closing:
            break
    while cuts:
        cut, closing = cuts.pop()
        try:
            return decoded(text[:cut] + closing)
        except EventMistake as mistake:
            error = mistake.__cause__
            wrong = error.pos if isinstance(error, json.JSONDecodeError) else 0
            while cuts and cuts[-1][0] > wrong:
                cuts.pop()
    return None


def _reason(text: str, place: int, error: json.JSONDecodeError) -> str:
    if error.msg.startswith("Unterminated") or space_end(text, error.pos) == len(text):
        return "it ends too early"
    return f"look at character {error.pos - place + 1}"
