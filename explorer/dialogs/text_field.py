"""A text field of a dialog: its caption, one line to write in, and a note under it that says at once what is wrong."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static
from textual.widgets.input import Selection

from ..display import visible
from ..widgets.line_input import LineInput


class TextField(Vertical):
    """The dialog reads `text` whenever the input changes, and answers with `say`.

    What is written first comes behind the text, or with `replaces` in its place.
    """

    DEFAULT_CSS = """
    TextField { height: auto; margin: 0 0 1 0; }
    TextField > LineInput { background: $panel; }
    TextField > .text-field--caption { text-style: bold; }
    TextField > .text-field--note { height: auto; min-height: 1; color: $text-muted; }
    TextField.-mistaken > .text-field--note { color: $text-error; }
    """

    def __init__(
        self, caption: str, text: str = "", *, placeholder: str = "", line_break: str = " ", replaces: bool = False
    ) -> None:
        super().__init__()
        self._caption = Static(caption, classes="text-field--caption", markup=False)
        self._input = LineInput(text, placeholder=placeholder, line_break=line_break, replaces=replaces)
        self._note = Static(classes="text-field--note", markup=False)

    def compose(self) -> ComposeResult:
        yield self._caption
        yield self._input
        yield self._note

    @property
    def text(self) -> str:
        return self._input.value.strip()

    @property
    def before_cursor(self) -> str:
        """The text up to the cursor."""
        return self._input.value[: self._input.cursor_position].lstrip()

    def write(self, text: str) -> None:
        """Put another text into the field."""
        self._input.value = text

    def select(self, length: int) -> None:
        """Select the beginning of the text: what is written next stands in its place."""
        self._input.selection = Selection(0, length)

    def say(self, note: str, *, mistaken: bool = False) -> None:
        """Show a note, which may hold data, under the field."""
        self._note.update(visible(note))
        self.set_class(mistaken, "-mistaken")
