"""What the user noted about an event, as one line that stands near its name."""

from __future__ import annotations

from .event_fields import LABEL_WIDTH, SHOWN_LENGTH
from .text_line import Piece, TextLine, safe_pieces

NO_NOTE = "without a note"


def mark_line(note: str) -> TextLine:
    """The line of an event that is marked, with its note or without one."""
    pieces = safe_pieces(note, "plain", SHOWN_LENGTH) if note else (Piece(NO_NOTE, "muted"),)
    return TextLine(("Marked",), (Piece("Marked".ljust(LABEL_WIDTH), "label"), *pieces), hang=LABEL_WIDTH)
