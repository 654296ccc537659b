"""Any two events side by side: what each is, and what differs between their payloads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from .display import entity_text
from .keys import COMPARISON_KEYS
from .line_screen import LineScreen
from .snapshots import comparison_of
from .widgets.change_lines import SHOWN_LENGTH, difference_lines, event_text, in_numbers
from .widgets.text_line import Path, Piece, TextLine, safe_pieces

if TYPE_CHECKING:
    from store import Event

    from .snapshots import Comparison

LABELS = ("older  ", "newer  ")


class ComparisonScreen(LineScreen["Event"]):
    """Compares two events, given in any order. Returns the one that the user wants to go to, None for neither."""

    BINDINGS: ClassVar[list[BindingType]] = [*COMPARISON_KEYS]

    def __init__(self, one: Event, other: Event) -> None:
        super().__init__("comparison")
        self._older, self._newer = sorted((one, other), key=lambda event: (event.occurred_at, event.id))
        self._found: Comparison | None = None
        self._folds: dict[Path, bool] = {}

    def on_mount(self) -> None:
        self._lines.focus()
        self._title.update(Content("Two events · comparing …"))
        self._ask("comparison", self._load)

    async def _load(self) -> None:
        self._found = await comparison_of(self._newer, self._older)
        told = in_numbers(self._found) if not self._found.reason else "not comparable"
        self._title.update(Content(f"Two events · {told}" if told else "Two events"))
        self._show()

    def _show(self) -> None:
        if self._found is not None:
            self._lines.show_lines([*self._both(), *self._differences(self._found)])

    def _both(self) -> Iterator[TextLine]:
        for label, event in zip(LABELS, (self._older, self._newer), strict=True):
            about = f" · {entity_text(event.entity)}" if event.entity else ""
            pieces = (Piece(label, "label"), Piece(f"{event_text(event)}{about}", "link"))
            yield TextLine((label,), pieces, hang=len(label), leads_to=event)

    def _differences(self, found: Comparison) -> Iterator[TextLine]:
        if found.reason:
            yield TextLine(("reason",), tuple(safe_pieces(found.reason, "plain", SHOWN_LENGTH)), gap=True)
        else:
            yield from difference_lines(found, self._folds)

    def action_open(self) -> None:
        """Go to the event of the highlighted line, or fold what it heads."""
        line = self._lines.highlighted
        if line is not None and line.leads_to is not None:
            self.dismiss(line.leads_to)
        elif line is not None and line.unfolded is not None:
            self._folds[line.path] = not line.unfolded
            self._show()
