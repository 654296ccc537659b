"""A text to click, which does what a key does as well."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.message import Message
from textual.widgets import Static


class PaneAction(Static):
    """A text to click, which posts the message that `message` makes."""

    ALLOW_SELECT = False

    def __init__(self, text: str, message: Callable[[], Message], *, id: str) -> None:
        super().__init__(text, id=id, markup=False)
        self._message = message

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self._message())


class PaneTitle(Static):
    """What a pane shows, in the line that the mouse can drag."""

    ALLOW_SELECT = False
