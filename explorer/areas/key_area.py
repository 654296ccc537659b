"""A capability of the screen of the log that has keys: they act wherever the focus is in its panes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ..questions import Arguments, ask
from ..widgets.undrawn import Undrawn

if TYPE_CHECKING:
    from ..shown import Shown


class KeyArea(Undrawn):
    """One capability: its keys, its questions, its dialogs. It reads what is `shown` and tells the screen by messages.

    `shown` gives None while no log is open. A few areas stand in one another and the panes in the innermost; most are
    mounted later and beside them (`late_areas`).
    """

    DEFAULT_CSS = """
    KeyArea { height: 1fr; width: 1fr; }
    """

    def __init__(self, *, shown: Callable[[], Shown | None]) -> None:
        super().__init__()
        self.shown = shown

    def ask(
        self,
        group: str,
        question: Callable[[*Arguments], Awaitable[None]],
        *arguments: *Arguments,
    ) -> None:
        """Put a question in its group; the one that was there is cancelled, in the database too."""
        if self.is_attached:  # the user is not leaving
            ask(self, group, question, *arguments)
