"""The frame that every dialog stands in: a titled box in the middle of the screen, never larger than the terminal."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.content import Content


class DialogFrame(VerticalScroll, can_focus=False, inherit_bindings=False):
    """`title`, and the `keys` that end the dialog, are drawn into the border."""

    DEFAULT_CSS = """
    DialogFrame {
        width: 68; max-width: 100%; height: auto; max-height: 100%; padding: 1 2;
        background: $surface; color: $foreground; border: round $primary; scrollbar-size-vertical: 1;
        border-title-color: $foreground; border-title-style: bold; border-subtitle-color: $text-muted;
    }
    """

    def __init__(self, title: str, keys: str) -> None:
        super().__init__()
        self.border_title = Content(title)
        self.border_subtitle = Content(keys)
