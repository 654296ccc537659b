"""One line of the detail pane: pieces of text that are safe to draw, and how they wrap into rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from rich.cells import cell_len, get_character_cell_size

from ..display import drawn

if TYPE_CHECKING:
    from store import Event

Role = Literal[
    "plain",
    "label",
    "heading",
    "link",
    "muted",
    "key",
    "string",
    "number",
    "literal",
    "escape",
    "added",
    "changed",
    "removed",
    "break",
]
"""What a piece is, from which its style follows. The text of a "break" is not drawn: the next piece begins a row."""

Step = str | int | range | tuple[str, int]
Path = tuple[Step, ...]
"""What a line shows, by name: the same path in two events is the same field."""

LEAST_ROOM = 8
"""Cells that a wrapped row has at least, however far it is indented."""


class Piece(NamedTuple):
    """Text that is safe to draw."""

    text: str
    role: Role


BREAK = Piece("", "break")


@dataclass(frozen=True, slots=True)
class TextLine:
    """One logical line. Its first row begins at column `indent`, every further row at column `hang`.

    `gap` leaves an empty row above. `clipped` keeps it to one row. `unfolded` is None where there is nothing to fold.
    `narrows` is the field of a filter and the value in it that this line shows, `leads_to` the event it tells of.
    """

    path: Path
    pieces: tuple[Piece, ...]
    indent: int = 0
    hang: int = 0
    gap: bool = False
    clipped: bool = False
    unfolded: bool | None = None
    narrows: tuple[str, str] | None = None
    leads_to: Event | None = None


class Row(NamedTuple):
    """One row of a line on screen, beginning at column `start`."""

    start: int
    pieces: list[Piece]


def rows_of(line: TextLine, width: int) -> list[Row]:
    """The line in rows of `width` cells, words kept whole where they have a space before them; never empty."""
    rows = [Row(line.indent, [])]
    room = width - line.indent
    for piece in line.pieces:
        rest = piece.text
        if 0 < len(rest) <= room and rest.isascii():  # as most are, of which a payload has tens of thousands
            rows[-1].pieces.append(piece)
            room -= len(rest)
            continue
        if piece is BREAK:
            rows.append(Row(line.hang, []))
            room = max(LEAST_ROOM, width - line.hang)
        while rest:
            fitting = _fitting(rest, room)
            if fitting < len(rest) and line.clipped:
                rows[-1].pieces.append(Piece(rest[: _fitting(rest, room - 1)] + "…", piece.role))
                return rows
            if fitting < len(rest):
                space = rest.rfind(" ", fitting // 2, fitting)
                fitting = space + 1 if space > 0 else fitting
            if not fitting and not rows[-1].pieces:
                fitting = 1
            if fitting:
                rows[-1].pieces.append(Piece(rest[:fitting], piece.role))
                room -= cell_len(rest[:fitting])
                rest = rest[fitting:]
            if rest:
                rows.append(Row(line.hang, []))
                room = max(LEAST_ROOM, width - line.hang)
    return rows


def _fitting(text: str, room: int) -> int:
    """How many characters of `text` fit into `room` cells. Marks stay with their letter."""
    if text.isascii():
        return min(len(text), max(0, room))
    for place, character in enumerate(text):
        room -= get_character_cell_size(character)
        if room < 0:
            return place
    return len(text)


def path_text(path: Path) -> str:
    """What a line shows, as one writes it down: `payload.customer.phone`, `Email`."""
    names = (step[0] if isinstance(step, tuple) else step for step in path if not isinstance(step, range))
    return ".".join(map(str, names))


def safe_pieces(text: str, role: Role, limit: int) -> Iterator[Piece]:
    """Text of unknown origin, at most `limit` characters of it; how long it is, where that is longer, stands behind."""
    if len(text) <= limit and text.isascii() and text.isprintable():
        if text:
            yield Piece(text, role)
        return
    shown = drawn(text[:limit])
    place = 0
    for start, end in shown.escapes:
        if place < start:
            yield Piece(shown.text[place:start], role)
        yield Piece(shown.text[start:end], "escape")
        place = end
    if place < len(shown.text):
        yield Piece(shown.text[place:], role)
    yield from cut_note(text, limit)


def paragraph_pieces(text: str, role: Role, limit: int) -> Iterator[Piece]:
    """The same for text of several lines: a row ends where a line of it ends."""
    *lines, last = text[:limit].split("\n")
    for line in lines:
        yield from safe_pieces(line, role, limit)
        yield Piece("\\n", "escape")
        yield BREAK
    yield from safe_pieces(last, role, limit)
    yield from cut_note(text, limit)


def cut_note(text: str, limit: int) -> Iterator[Piece]:
    """What stands behind a text that is shown only up to `limit` characters."""
    if len(text) > limit:
        yield Piece(f"… {len(text):,} characters", "muted")
