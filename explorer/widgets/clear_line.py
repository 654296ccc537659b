"""The first line of the sidebar: its title, and the way back to the default filter when that is not what is shown."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from ..keys import CLEAR_KEYS
from .sidebar_messages import ClearRequested, EdgeReached


class ClearLine(Widget):
    """Posts `ClearRequested` on a click or Enter. It takes no focus while there is nothing to clear."""

    DEFAULT_CSS = """
    ClearLine { height: 1; background: $panel; color: $text-muted; }
    ClearLine.-dirty { color: $text; }
    ClearLine:focus { text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*CLEAR_KEYS]
    ALLOW_SELECT = False

    def show(self, *, is_default: bool) -> None:
        self.can_focus = not is_default
        self.set_class(not is_default, "-dirty")
        self.refresh()

    def action_clear(self) -> None:
        if self.can_focus:
            self.post_message(ClearRequested())

    def action_leave(self) -> None:
        self.post_message(EdgeReached(1))

    def on_click(self) -> None:
        self.action_clear()

    def render(self) -> Content:
        return Content.styled("✕ Clear filters", "bold") if self.can_focus else Content("Filters")
