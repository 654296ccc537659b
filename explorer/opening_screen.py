"""The first frame: one sentence where the log will be, drawn about as soon as an app that shows nothing."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from .widgets.panes import NARROW

OPENING = "Opening the log …"


class OpeningScreen(Screen[None]):
    """Looks as the screen that covers it will at first, so that nothing jumps. It knows nothing and has no keys."""

    DEFAULT_CSS = """
    OpeningScreen { background: $surface; }
    OpeningScreen #beside { dock: left; width: 34; height: 100%; border-right: vkey $panel; }
    OpeningScreen #above { dock: top; height: 1; background: $panel; }
    OpeningScreen #opening { height: 1fr; padding: 1 2; text-style: bold; }
    """

    def compose(self) -> ComposeResult:
        if self.app.size.width >= NARROW:
            yield Static(id="beside")
        yield Static(id="above")
        yield Static(OPENING, id="opening", markup=False)
