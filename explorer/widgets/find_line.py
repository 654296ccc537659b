"""The line in which to write a text that is found among the rows, all of which stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widgets import Input

from ..keys import FIND_LINE_KEYS
from .query_input import QueryInput


class FindLine(Container):
    """Posts `Wanted` on Enter, with the text to find, and `Left` on Escape."""

    DEFAULT_CSS = """
    FindLine { height: 1; background: $panel; border-left: outer $accent; }
    FindLine > QueryInput { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*FIND_LINE_KEYS]

    @dataclass
    class Wanted(Message):
        """The user wants the next row that holds `text`, which is not empty."""

        text: str

    @dataclass
    class Left(Message):
        """The user wants to find nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._input = QueryInput(placeholder="a text in the rows: n goes on to the next, N back")

    def compose(self) -> ComposeResult:
        yield self._input

    def write_in(self) -> None:
        """Focus the line. At once: keys typed ahead are meant for it."""
        self.screen.set_focus(self._input)
        self._input.select_all()

    @on(Input.Submitted)
    def _want(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Wanted(message.value) if message.value else self.Left())

    @on(Input.Changed)
    def _keep(self, message: Input.Changed) -> None:
        message.stop()

    async def action_find(self) -> None:
        await self._input.action_submit()

    def action_leave(self) -> None:
        self.post_message(self.Left())
