"""What the log holds of one entity or one actor, and the way to any part of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from .display import events_text, visible
from .keys import SUMMARY_KEYS
from .questions import answered
from .summary import summary
from .widgets.line_list import LineList
from .widgets.summary_lines import summary_lines
from .widgets.text_line import Piece, TextLine

if TYPE_CHECKING:
    from store import EventFilter, EventRepository, StoreError

    from .summary import Summary


class SummaryScreen(Screen["EventFilter | None"]):
    """Sums up what passes a settled filter, called `title`. Returns the list the user wants to see, None for none."""

    DEFAULT_CSS = """
    SummaryScreen { layout: vertical; }
    SummaryScreen #summary-title { height: auto; background: $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*SUMMARY_KEYS]

    def __init__(
        self, repository: EventRepository, event_filter: EventFilter, title: str, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._repository = repository
        self._filter = event_filter
        self._about = title
        self._clock = clock
        self._title = Static(id="summary-title", markup=False)
        self._lines = LineList(id="summary-lines")

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._lines
        yield Footer()

    def on_mount(self) -> None:
        self._lines.focus()
        self._title.update(Content(f"{visible(self._about)} · counting …"))
        self.run_worker(answered(self._load(), self._show_problem), group="summary", exclusive=True)

    async def _load(self) -> None:
        self._show(await summary(self._repository, self._filter))

    def _show(self, found: Summary) -> None:
        total = events_text(found.total)
        self._title.update(Content(f"{visible(self._about)} · {total}"))
        everything = TextLine(("everything",), (Piece(f"Show all: {total}", "link"),))
        self._lines.show_lines([everything, *summary_lines(found, self._clock())])

    def _show_problem(self, problem: StoreError) -> None:
        self._title.update(Content(visible(f"{problem} {problem.advice}".strip())))

    def action_move(self, step: int) -> None:
        self._lines.move(step)

    def action_page(self, pages: float) -> None:
        self._lines.page(pages)

    def action_first_line(self) -> None:
        self._lines.move_to(0)

    def action_last_line(self) -> None:
        self._lines.move_to(len(self._lines.lines) - 1)

    def action_open(self) -> None:
        """Show the events of the highlighted line, or all of them."""
        line = self._lines.highlighted
        if line is not None and line.narrows is not None:
            field, value = line.narrows
            self.dismiss(self._filter.with_value(field, value))
        elif line is not None and line.path == ("everything",):
            self.dismiss(self._filter)

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(LineList.LineClicked)
    def _use_clicked_line(self, message: LineList.LineClicked) -> None:
        message.stop()
        self.action_open()
