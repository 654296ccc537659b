"""A text that is read stretch by stretch: JSON values one by one from a document of any length, in flat memory."""

import json
import re
from typing import TextIO

from ..errors import EventMistake
from .json_text import CLOSING, decoded_at, space_end

STRETCH = 1 << 20
"""Characters that are read at a time."""

MOST_CHARACTERS = 64 << 20
"""The longest value that is read; a longer one is rejected without being held in memory."""

_LONGEST_TOKEN = 16
"""An error this near to the end of what is read may come from a token that goes on behind it."""

MARKS = frozenset('[]{}",\n')
_marks = re.compile(r'[\[\]{}",\n]').search
_string_end = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL).match


class Window:
    """Where reading has come in a text, and the stretch around it. `stretch` is there for tests."""

    def __init__(self, file: TextIO, stretch: int = STRETCH, most: int = MOST_CHARACTERS) -> None:
        self._file = file
        self._stretch = stretch
        self._most = most
        self._text = ""
        self._place = 0
        self._kept: int | None = None
        self.skipped = ""
        """The letters of what was last stepped over without being understood, empty when they were too many."""

    def sign(self) -> str:
        """The next character that is no white space, without stepping over it. Empty at the end of the text."""
        while True:
            self._place = space_end(self._text, self._place)
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._more():
                return ""

    def takes(self, sign: str) -> bool:
        """Whether that is the next character; if so, step over it."""
        if self.sign() != sign:
            return False
        self._place += 1
        return True

    def value(self) -> tuple[str, object]:
        """Step over the next value: its letters, and what they say.

        Raises EventMistake, having stepped over what its brackets and quotes say is the value: see `skipped`.
        """
        self.sign()
        while True:
            try:
                value, end = decoded_at(self._text, self._place)
            except EventMistake as mistake:
                if len(self._text) - self._place > self._most:
                    self.skip()
                    raise EventMistake(f"It is longer than {self._most >> 20} MB.") from None
                if not self._may_go_on(mistake) or not self._more():
                    self.skip()
                    raise
            else:
                # A number has no end sign: `1` may go on as `1.5`, `1e5` or `1e+5`.
                if self._text[end - 1] in '}]"' or len(self._text) - end > len("e+5") or not self._more():
                    start, self._place = self._place, end
                    return self._text[start:end], value

    def skip(self) -> None:
        """Step over the next value by its brackets and quotes alone, well-formed or not.

        Without brackets or quotes it ends before a comma, a line break, or a bracket. At least one character is taken.
        """
        is_first = self.sign() in MARKS
        self._kept = self._place
        self._skip(is_first)
        self.skipped = "" if self._kept is None else self._text[self._kept : self._place]
        self._kept = None

    def _skip(self, is_first: bool) -> None:
        closings: list[str] = []
        while mark := self._mark():
            is_inside = bool(closings)
            if mark == '"':
                self._place += 1
                self._skip_string()
            elif is_inside or is_first:
                self._place += 1
                if mark in CLOSING:
                    closings.append(CLOSING[mark])
                elif mark in "]}" and closings:
                    closings.pop()
                if not closings:
                    return
            else:
                return
            is_first = False

    def _mark(self) -> str:
        """The next mark of structure, at which the window then stands; letters before it are stepped over."""
        while (found := _marks(self._text, self._place)) is None:
            self._place = len(self._text)
            if not self._more():
                return ""
        self._place = found.start()
        return found[0]

    def _skip_string(self) -> None:
        """From right of the opening quote to right of the closing one."""
        while True:
            found = _string_end(self._text, self._place)
            self._place = self._place if found is None else found.end()
            if self._text.startswith('"', self._place):
                self._place += 1
                return
            if not self._more():
                self._place = len(self._text)
                return

    def _may_go_on(self, mistake: EventMistake) -> bool:
        error = mistake.__cause__
        if not isinstance(error, json.JSONDecodeError):
            return False
        return error.msg.startswith("Unterminated") or error.pos > len(self._text) - _LONGEST_TOKEN

    def _more(self) -> bool:
        """Read on, at least as much as is held, so that a long value is decoded a few times and not a thousand."""
        if self._kept is not None and self._place - self._kept > self._most:
            self._kept = None
        start = self._place if self._kept is None else self._kept
        held = self._text[start:]
        more = self._file.read(max(self._stretch, len(held)))
        if more:
            self._text, self._place = held + more, self._place - start
            if self._kept is not None:
                self._kept = 0
        return bool(more)
