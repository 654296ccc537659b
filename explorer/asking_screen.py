"""A screen over another one, which it goes back to when it is left."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

Answer = TypeVar("Answer")


class AskingScreen(Screen[Answer]):
    """Is left once, however many keys that leave it come at a time."""

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Leave. Textual takes away whatever screen is on top, and so the one below for a second key."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
