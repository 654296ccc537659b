"""A text field of one line that is safe to paste anything into, and to show whatever it is given."""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.widgets import Input

from ..display import visible
from ..key_names import character_of

STAND_IN = "¿"
"""What is drawn for a character that a terminal would obey, reorder or hide. The field holds the character itself."""


class Harmless(Highlighter):
    """Draws one cell for every character that a terminal would not simply draw: the cursor counts on it."""

    def highlight(self, text: Text) -> None:
        if visible(text.plain) != text.plain:
            text.plain = "".join(each if visible(each) == each else STAND_IN for each in text.plain)


class LineInput(Input):
    """Takes pasted text whole, its line breaks replaced by `line_break`.

    What a terminal would obey, reorder or hide is left out of it. A text from elsewhere, such as a kept note, may hold
    it: a stand-in is drawn. Who comes to the field writes on, or with `replaces` in the place of what it holds.
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        line_break: str = " ",
        replaces: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=True, select_on_focus=replaces)
        self._line_break = line_break
        self.cursor_blink = False
        self.highlighter = Harmless()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is a letter of the text: then it is no key of what stands around the field."""
        return super().check_consume_key(key, character or character_of(key))

    def action_delete_left_all(self) -> None:
        """Empty the line, wherever the cursor stands and whatever is selected."""
        self.replace("", 0, len(self.value))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        line = self._line_break.join(part.strip() for part in event.text.strip().splitlines())
        kept = "".join(character for character in line if visible(character) == character)
        self.replace(kept, *self.selection)
