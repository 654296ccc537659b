"""The dialog that shows a text which may not have reached the clipboard, to be selected."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ..visible import visible
from .dialog import Dialog
from .frame import DialogFrame

LONGEST = 20_000
"""Characters that are shown: no more than are drawn at once, and than anybody selects."""


class TextToSelect(Dialog[None]):
    """Shows `text` line by line under the `sentence` that says what became of it or of the wish for it."""

    DEFAULT_CSS = """
    TextToSelect { align: center middle; }
    TextToSelect DialogFrame { width: 100; }
    TextToSelect #said { color: $text-warning; margin: 0 0 1 0; height: auto; }
    TextToSelect #lines { height: auto; max-height: 65vh; scrollbar-size-vertical: 1; }
    TextToSelect #text { height: auto; }
    """
    BINDINGS: ClassVar = [Binding("escape,q", "close", "Close", id="text_to_select.close")]

    def __init__(self, sentence: str, text: str, *, title: str = "Copied?") -> None:
        super().__init__()
        self._title = title
        self._sentence = sentence
        self._text = text

    def compose(self) -> ComposeResult:
        with DialogFrame(self._title, "esc close"):
            yield Static(visible(self._sentence), id="said", markup=False)
            with VerticalScroll(id="lines"):
                yield Static(self._content(), id="text", markup=False)

    def _content(self) -> Content:
        lines = [visible(line) for line in self._text[:LONGEST].split("\n")]
        if len(self._text) > LONGEST:
            lines.append(f"… and {len(self._text) - LONGEST:,} more characters: press e to export them.")
        return Content("\n".join(lines))

    def action_close(self) -> None:
        self.dismiss(None)
