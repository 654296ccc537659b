"""The list of commands, to find one by its name."""

from __future__ import annotations

from textual.command import CommandPalette

from .asking_screen import AskingScreen


class Palette(CommandPalette, AskingScreen[None]):
    """Textual's own, which takes no screen away but itself. What is said stands above it: its list would cover that."""

    DEFAULT_CSS = """
    Palette > ToastRack { dock: top; margin: 0; }
    """
