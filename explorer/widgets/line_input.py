"""A text field of one line that is safe to paste anything into."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from ..display import visible


class LineInput(Input):
    """Takes pasted text whole, its line breaks replaced by `line_break`.

    What a terminal would obey, reorder or hide is left out of it: a text field draws its text as it is.
    """

    def __init__(self, value: str = "", *, placeholder: str = "", line_break: str = " ", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self._line_break = line_break
        self.cursor_blink = False

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        line = self._line_break.join(part.strip() for part in event.text.strip().splitlines())
        kept = "".join(character for character in line if visible(character) == character)
        self.replace(kept, *self.selection)
