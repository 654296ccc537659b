"""The list of commands, to find one by its name."""

from __future__ import annotations

from textual.command import CommandPalette

from .asking_screen import AskingScreen


class Palette(CommandPalette, AskingScreen[None]):
    """Textual's own, which takes no screen away but itself."""
