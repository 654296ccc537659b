"""How texts and ids are written in a column, reversibly: neither database holds every character that Python knows."""

import re
from collections.abc import Iterable, Sequence

ESCAPE = "\x10"
ABSENT = f"{ESCAPE}-"
"""Stands for an absent part where a column cannot be NULL. No text is stored so."""

_NOT_HELD = re.compile("[\x00\x10\ud800-\udfff]")
_ESCAPED = re.compile("\x10(?:\x10|([0-9a-f]{4}))")
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UUID_LINE = 37
_UUIDS = re.compile(rf"(?:{_UUID.pattern}\n)*+")
_UUID_DIGITS = [column for column in range(_UUID_LINE - 1) if column not in (8, 13, 18, 23)]
_NOT_UTF8 = b"\xff"
UUID_BYTES = 16


def to_stored(text: str) -> str:
    """`text` without NUL and lone surrogates, which become escapes. Nearly every text stays as it is."""
    if text.isascii() and "\0" not in text and ESCAPE not in text:
        return text
    return _NOT_HELD.sub(_escape, text)


def from_stored(text: str) -> str:
    """The text that `to_stored` was given."""
    return _ESCAPED.sub(_unescape, text) if ESCAPE in text else text


def to_stored_or_none(text: str | None) -> str | None:
    """`to_stored` for a column that may be NULL."""
    return None if text is None else to_stored(text)


def all_to_stored(texts: Iterable[str | None]) -> Sequence[str | None]:
    """`to_stored_or_none` for many, which spares nearly all of them the call."""
    return [
        text if text is None or (text.isascii() and "\0" not in text and ESCAPE not in text) else to_stored(text)
        for text in texts
    ]


def to_stored_or_absent(text: str | None) -> str:
    """`to_stored` for a column that may not be NULL."""
    return ABSENT if text is None else to_stored(text)


def from_stored_or_absent(text: str) -> str | None:
    """The text or None that `to_stored_or_absent` was given."""
    return None if text == ABSENT else from_stored(text)


def id_to_stored(event_id: str) -> bytes:
    """16 bytes for a UUID in its usual form; any other id in UTF-8 behind a byte that is none, never 16 bytes long."""
    if len(event_id) == 36 and _UUID.fullmatch(event_id):
        return bytes.fromhex(event_id.replace("-", ""))
    stored = _NOT_UTF8 + event_id.encode("utf-8", "surrogatepass")
    return _NOT_UTF8 + stored if len(stored) == UUID_BYTES else stored


def all_ids_to_stored(event_ids: Sequence[str]) -> list[bytes]:
    """`id_to_stored` for many, which are often all UUIDs and then cost a third."""
    lines = "\n".join([*event_ids, ""])
    if not _UUIDS.fullmatch(lines) or len(lines) != _UUID_LINE * len(event_ids):
        return [id_to_stored(event_id) for event_id in event_ids]
    joined = bytes.fromhex(lines.replace("-", ""))
    return [joined[start : start + UUID_BYTES] for start in range(0, len(joined), UUID_BYTES)]


def id_from_stored(stored: bytes) -> str:
    """The id that `id_to_stored` was given."""
    if len(stored) == UUID_BYTES:
        digits = stored.hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    return stored.lstrip(_NOT_UTF8).decode("utf-8", "surrogatepass")


def all_ids_from_digits(stored: Sequence[str]) -> Sequence[str | None]:
    """`id_from_stored` for many, given in hexadecimal digits; None for what no id is stored as.

    It is quick where all are UUIDs.
    """
    number = len(stored)
    if set(map(len, stored)) != {2 * UUID_BYTES}:
        return [_readable_id(bytes.fromhex(digits)) for digits in stored]
    digits = "".join(stored).lower().encode()
    lines = bytearray(b"-" * _UUID_LINE * number)
    for place, column in enumerate(_UUID_DIGITS):  # as columns of digits, of which there are few
        lines[column::_UUID_LINE] = digits[place :: 2 * UUID_BYTES]
    lines[_UUID_LINE - 1 :: _UUID_LINE] = b"\n" * number
    return lines.decode("ascii").splitlines()


def _readable_id(stored: bytes) -> str | None:
    try:
        event_id = id_from_stored(stored)
    except UnicodeDecodeError:
        return None
    return event_id if id_to_stored(event_id) == stored else None


def _escape(found: re.Match[str]) -> str:
    return ESCAPE * 2 if found[0] == ESCAPE else f"{ESCAPE}{ord(found[0]):04x}"


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else ESCAPE
