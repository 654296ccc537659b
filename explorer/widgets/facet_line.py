"""How one value of a facet list is drawn: cursor, mark, sign of its kind, label, and its count or a remove sign."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ..display import kind_sign, visible
from .facet_rows import FacetRow, Side

CURSOR_MARK = "›"  # noqa: RUF001 - no "greater than"
BOXES: dict[Side | None, str] = {"included": "[✓]", "excluded": "[-]", None: "[ ]"}
"""They tell a row's side without colour."""

REMOVE_SIGN = "✕"
EMPTY_LABEL = '""'


class LineStyles(NamedTuple):
    """The styles of a row (`label`) and of what stands at its right end (`note`)."""

    label: Style
    note: Style


def facet_line(
    row: FacetRow, styles: LineStyles, width: int, *, highlighted: bool, count_sign: str | None, signed: bool
) -> Strip:
    """One line of `width` cells, safe to draw. `count_sign` stands before the count; None draws no count."""
    left = f"{CURSOR_MARK if highlighted else ' '}{BOXES[row.side]} {f'{kind_sign(row.kind)} ' if signed else ''}"
    note = f" {REMOVE_SIGN}" if count_sign is None else f" {count_sign}{row.event_count:,}"
    if count_sign is not None and row.is_pattern:
        note = ""  # what it means is counted with the values that fit it
    elif count_sign is not None and not row.is_counted:
        note = " …"
    room = max(0, width - cell_len(left) - cell_len(note))
    label = visible(row.label or EMPTY_LABEL, room)
    plain = styles.label + Style(strike=False)
    parts = [(left, plain), (label, styles.label), (" " * (room - cell_len(label)), plain), (note, styles.note)]
    return Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(width, plain)
