"""Text of unknown origin -> text that is safe to draw: every character shown, none obeyed, none hidden.

What a terminal would obey, reorder, hide or draw in an unknown number of cells is written as an escape: `\\x1b`,
`\\u202e`, `\\U000e0041`. These are control and format characters (bidi controls and zero-width characters among them),
lone surrogates, unassigned and private characters, blanks other than the space, variation selectors, fillers, and the
signs that join emoji into one picture (zero-width joiner, skin tones, flag letters), since terminals disagree about
the width of the result. Letters of every script stay letters. Marks stay on their letter, up to four; further ones,
and marks with nothing to sit on, are escaped. So the width of the result is the sum of its characters' widths.

A backslash in the data stays one backslash: `visible_content` draws escapes in reverse, so that the two differ.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import get_character_cell_size

if TYPE_CHECKING:
    from textual.content import Content

ELLIPSIS = "…"
ESCAPE_STYLE = "reverse"
MOST_MARKS = 4
"""Marks that one letter may carry. Real orthographies need three."""

_SHORT_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPED_ALTHOUGH_PRINTABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0\ufe00-\ufe0f"
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)
_PLAIN = "\x20-\x7e\xa1-\xac\xae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027"
"""Latin and Cyrillic letters and the usual punctuation: one cell each, nothing to escape. Most text is only these."""

_PLAIN_TEXT = re.compile(f"[{_PLAIN}]*")
_RUNS = re.compile(f"([{_PLAIN}]{{1,100000}})|([^{_PLAIN}])")
LONG = 100_000
"""Characters of a text that are looked at in one go: all of 20 MB would keep every other thread waiting."""


class Drawn(NamedTuple):
    """Text that is safe to draw, and where in it (start, end) stand escapes, which are not letters of the data."""

    text: str
    escapes: tuple[tuple[int, int], ...] = ()


def visible(text: str, limit: int | None = None) -> str:
    """`text` with everything in it shown, at most `limit` cells wide; an ellipsis says that some of it is cut."""
    if limit is None or len(text) <= limit:
        if _is_plain(text):
            return text
    elif limit > 0 and _PLAIN_TEXT.fullmatch(text[: limit + 1]):
        return text[: limit - 1] + ELLIPSIS
    return drawn(text, limit).text


def visible_content(text: str, style: str = "", limit: int | None = None) -> Content:
    """The same as `visible`, for a widget: all of it in `style`, its escapes in reverse on top of that."""
    from textual.content import Content, Span

    shown = drawn(text, limit)
    spans = [Span(0, len(shown.text), style)] if style else []
    spans += [Span(start, end, ESCAPE_STYLE) for start, end in shown.escapes]
    return Content(shown.text, spans)


def drawn(text: str, limit: int | None = None) -> Drawn:
    """The same as `visible`, with the places of the escapes (the ellipsis of a cut counts as one)."""
    if limit is not None and limit <= 0:
        return Drawn("")
    # Each cell shows at most one letter with its marks: what follows can be left unread.
    most_read = len(text) if limit is None else (limit + 1) * (MOST_MARKS + 1)
    parts: list[str] = []
    escapes: list[tuple[int, int]] = []
    length = 0
    for part, is_escape in _parts(text[:most_read]):
        if is_escape:
            escapes.append((length, length + len(part)))
        parts.append(part)
        length += len(part)
    whole = Drawn("".join(parts), tuple(escapes))
    return whole if limit is None else _cut(whole, limit)


def visible_json(document: str) -> str:
    """A JSON document with everything in its texts shown, by escapes of JSON: it still says the same."""
    if _is_plain(document):
        return document
    return "".join(json.dumps(part)[1:-1] if is_odd else part for part, is_odd in _pieces(document))


def _is_plain(text: str) -> bool:
    if len(text) <= LONG:
        return _PLAIN_TEXT.fullmatch(text) is not None
    return all(_PLAIN_TEXT.fullmatch(text, start, start + LONG) for start in range(0, len(text), LONG))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces to draw one behind the other, and whether each is an escape."""
    for piece, is_odd in _pieces(text):
        yield escape(piece) if is_odd else piece, is_odd


def _groups(found: re.Match[str]) -> tuple[str, ...]:
    return found.groups("")


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces of `text`, and whether each is a character to be escaped."""
    marks_left = 0
    for plain, other in _RUNS.findall(text) if len(text) <= LONG else map(_groups, _RUNS.finditer(text)):
        cells = 1 if plain else _cells(other)
        if cells > 0:
            marks_left = MOST_MARKS
            yield plain or other, False
        elif cells == 0 and marks_left > 0:
            marks_left -= 1
            yield other, False
        else:
            # A mark behind an escape has nothing to sit on; behind too many marks it has lost its letter.
            marks_left = 0
            yield other, True


@lru_cache(maxsize=8192)
def _cells(character: str) -> int:
    """Cells that a character takes: 2, 1, 0 for one drawn upon the character before it, -1 for one to be escaped."""
    if not character.isprintable() or _ESCAPED_ALTHOUGH_PRINTABLE.match(character):
        return -1
    return 0 if unicodedata.category(character).startswith("M") else get_character_cell_size(character)


def escape(character: str) -> str:
    """The escape of one character, as Python and JSON write it."""
    number = ord(character)
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _cut(whole: Drawn, limit: int) -> Drawn:
    """`whole` in at most `limit` cells. An escape is kept whole or left out."""
    end = cells = 0
    for place, character in enumerate(whole.text):
        cells += get_character_cell_size(character)
        if cells <= limit - 1:
            end = place + 1
        if cells > limit:
            break
    else:
        return whole
    for start, stop in whole.escapes:
        if start < end < stop:
            end = start
    kept = tuple(span for span in whole.escapes if span[1] <= end)
    return Drawn(whole.text[:end] + ELLIPSIS, (*kept, (end, end + 1)))
