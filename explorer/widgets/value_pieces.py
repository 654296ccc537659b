"""JSON values -> pieces of one line: names, numbers, texts and whole containers as JSON writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ..json_value import JsonValue, Members, Number, written
from .text_line import BREAK, Piece, Role, cut_note, safe_pieces

SHORT_TEXT = 2_000
"""A longer string is folded; and this is how much of it that shows."""
INLINE_LENGTH = 44
"""A container that takes no more characters is shown in its line."""
PREVIEW_LENGTH = 240

_PLAIN_NAME = re.compile(r"[\w$@/.-]+")


def name_pieces(name: str) -> Iterator[Piece]:
    """The name of a member with its colon, in quotes where it needs them."""
    if _PLAIN_NAME.fullmatch(name):
        yield from safe_pieces(name, "key", SHORT_TEXT)
    else:
        yield from _string_pieces(name, "key", SHORT_TEXT)
    yield Piece(": ", "muted")


def leaf_pieces(value: str | bool | None, limit: int) -> Iterator[Piece]:
    """A value that holds no others, as JSON writes it; a string of several lines in several rows."""
    if isinstance(value, Number):
        yield from safe_pieces(value, "number", limit)
    elif isinstance(value, str):
        *lines, last = value[:limit].split("\n")
        for number, line in enumerate(lines):
            yield from _string_pieces(line, "string", limit, opened=not number, closed=False)
            yield Piece("\\n", "string")
            yield BREAK
        yield from _string_pieces(last, "string", limit, opened=not lines, closed=len(value) <= limit)
        yield from cut_note(value, limit)
    else:
        yield Piece({None: "null", True: "true", False: "false"}[value], "literal")


def _string_pieces(text: str, role: Role, limit: int, *, opened: bool = True, closed: bool = True) -> Iterator[Piece]:
    quoted = written(text[:limit])
    quoted = quoted[not opened : len(quoted) - (not closed)]
    yield from safe_pieces(quoted, role, len(quoted))
    if closed:
        yield from cut_note(text, limit)


def preview(value: Members | list[JsonValue], limit: int = PREVIEW_LENGTH) -> Iterator[Piece]:
    """A container in one line, as much of it as a line may show."""
    length = 0
    for piece in _inline(value):
        yield piece
        length += len(piece.text)
        if length > limit:
            yield Piece("…", "muted")
            return


def fits_inline(value: Members | list[JsonValue]) -> bool:
    """Whether a container is short enough to be shown whole in its line."""
    pieces = list(islice(_inline(value), INLINE_LENGTH))
    return len(pieces) < INLINE_LENGTH and sum(len(piece.text) for piece in pieces) <= INLINE_LENGTH


def _inline(value: JsonValue) -> Iterator[Piece]:
    """A value in one line, piece by piece; an own stack, since it may be nested deeply."""
    waiting: list[Iterator[Piece | JsonValue]] = [iter((value,))]
    while waiting:
        for part in waiting[-1]:
            if isinstance(part, list):
                waiting.append(_inline_parts(part))
                break
            if isinstance(part, Piece):
                yield part
            else:
                yield from (piece for piece in leaf_pieces(part, INLINE_LENGTH) if piece is not BREAK)
        else:
            waiting.pop()


def _inline_parts(value: Members | list[JsonValue]) -> Iterator[Piece | JsonValue]:
    """The pieces around the parts of a container, and those parts."""
    comma = Piece(", ", "muted")
    if isinstance(value, Members):
        yield Piece("{", "muted")
        for place, (name, member) in enumerate(value):
            if place:
                yield comma
            yield from name_pieces(name)
            yield member
        yield Piece("}", "muted")
    else:
        yield Piece("[", "muted")
        for place, item in enumerate(value):
            if place:
                yield comma
            yield item
        yield Piece("]", "muted")


def value_pieces(value: JsonValue, limit: int) -> Iterator[Piece]:
    """A value in one line, at most about `limit` characters of it."""
    if isinstance(value, list):
        yield from preview(value, limit)
    else:
        yield from leaf_pieces(value, limit)
