"""The line in which a filter is written: whatever it holds is safe to draw, and a mistake in it is underlined."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.text import Text

from .line_input import Harmless, LineInput

MOST_CHARACTERS = 20_000


class QueryInput(LineInput):
    """Takes no more than MOST_CHARACTERS from the user."""

    DEFAULT_CSS = """
    QueryInput > .query-input--mistake { color: $text-error; text-style: underline; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"query-input--mistake"}

    def __init__(self, *, placeholder: str = "") -> None:
        super().__init__(placeholder=placeholder)
        self.max_length = MOST_CHARACTERS
        self._mistake: tuple[int, int] | None = None
        self.highlighter = _Marking(self)

    def write(self, text: str) -> None:
        """Show a text, ready for more of it."""
        self.value = f"{text} " if text else ""
        self.cursor_position = len(self.value)

    def mark(self, mistake: tuple[int, int] | None) -> None:
        """Underline from one place up to another, which may lie behind the end; None for nothing."""
        self._mistake = mistake
        self.refresh()

    @property
    def mistake(self) -> tuple[int, int] | None:
        """What is underlined, from one place up to another."""
        if self._mistake is None or not self.value:
            return None
        start, end = self._mistake
        return min(start, len(self.value.rstrip()) - 1), end

    @property
    def mistake_style(self) -> Style:
        return self.get_component_rich_style("query-input--mistake")


class _Marking(Harmless):
    """Draws the mistake of its line, too."""

    def __init__(self, line: QueryInput) -> None:
        self._line = line

    def highlight(self, text: Text) -> None:
        super().highlight(text)
        if self._line.mistake is not None:
            text.stylize(self._line.mistake_style, *self._line.mistake)
