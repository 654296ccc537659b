"""Escape sequences that a slow line tears apart, whole again before they are taken for keys.

Only the escape itself is not waited for so long: torn directly behind it, a sequence acts as that key first.
"""

from __future__ import annotations

import re

from textual import constants

ESCAPE = "\x1b"
ESCAPE_SECONDS = constants.ESCAPE_DELAY
"""How long an escape waits for more, as ESCDELAY says. Alone it is a key, which should act at once."""

REST_SECONDS = 1.0
"""How long the beginning of a sequence waits for its rest."""

_BEGUN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O)?\Z")
"""The beginning of a sequence (CSI or SS3), at the end of what came so far."""

_REST = re.compile(r"\[(?:<|20[01]~|[IO]\Z)")
"""How the rest of one begins that was torn behind its escape: of a report of the mouse or a paste, all of the focus.

Any other `[` is a key.
"""


class WholeSequences:
    """Takes what a terminal sends as it comes, and gives it on with no sequence in two parts. Times are seconds."""

    def __init__(self) -> None:
        self._begun = ""
        self._begun_at = self._given_up_at = float("-inf")

    def taken(self, text: str, now: float) -> str:
        """What can be given on now that `text` came as well."""
        if not self._begun and now - self._given_up_at < REST_SECONDS and _REST.match(text):
            text = ESCAPE + text  # it acted as a key, and still begins this
        self._given_up_at = float("-inf")
        text = self._begun + text
        found = _BEGUN.search(text)
        self._begun, self._begun_at = (found.group(), now) if found else ("", now)
        return text.removesuffix(self._begun)

    def seconds_left(self, now: float) -> float | None:
        """How long is still waited for the rest of a sequence; None where none has begun."""
        if not self._begun:
            return None
        patience = ESCAPE_SECONDS if self._begun == ESCAPE else REST_SECONDS
        return max(0.0, self._begun_at + patience - now)

    def given_up(self, now: float) -> str:
        """What was waited for long enough: it is no sequence."""
        if self.seconds_left(now) != 0.0:
            return ""
        begun, self._begun = self._begun, ""
        if begun == ESCAPE:
            self._given_up_at = now
        return begun
