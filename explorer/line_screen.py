"""A screen of lines under a title, walked with the keys that every list has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from .display import visible
from .widgets.line_list import LineList

if TYPE_CHECKING:
    from store import StoreError

Chosen = TypeVar("Chosen")


class LineScreen(Screen["Chosen | None"], Generic[Chosen]):
    """Returns what the user chose, None when they leave. `name` begins the ids of what stands on the screen."""

    DEFAULT_CSS = """
    LineScreen { layout: vertical; }
    LineScreen .line-screen--title { height: auto; background: $panel; padding: 0 1; }
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._title = Static(id=f"{name}-title", classes="line-screen--title", markup=False)
        self._lines = LineList(id=f"{name}-lines")

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._lines
        yield Footer()

    def action_move(self, step: int) -> None:
        self._lines.move(step)

    def action_page(self, pages: float) -> None:
        self._lines.page(pages)

    def action_first_line(self) -> None:
        self._lines.move_to(0)

    def action_last_line(self) -> None:
        self._lines.move_to(len(self._lines.lines) - 1)

    def action_open(self) -> None:
        """Use the highlighted line."""
        raise NotImplementedError

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(LineList.LineClicked)
    def _use_clicked_line(self, message: LineList.LineClicked) -> None:
        message.stop()
        self.action_open()

    def _show_problem(self, problem: StoreError) -> None:
        self._title.update(Content(visible(f"{problem} {problem.advice}".strip())))
