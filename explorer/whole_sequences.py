"""Escape sequences that a slow line tears apart, whole again before they are taken for keys, and no others.

Only the escape itself is not waited for so long: torn directly behind it, a sequence acts as that key first. Of what
follows nothing does.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from textual import constants

from .one_frame import ANSWER

ESCAPE = "\x1b"
ESCAPE_SECONDS = constants.ESCAPE_DELAY
"""How long an escape waits for more, as ESCDELAY says. Alone it is a key, which should act at once."""

REST_SECONDS = 1.0
"""How long what a key can send as well waits for the rest of a sequence, and how long a key may have begun one."""

_BRACKET = f"{ESCAPE}["
_STRING = r"(?:\]\d+;|P[\d;]*[!$+>|])[^\x07\x1b]*"

_RXVT_KEY = r"(?:[378]|2[34])\$"
"""Keys of rxvt, whole without the letter that should follow there."""

_BEGUN = re.compile(rf"\x1b(?:\[(?!{_RXVT_KEY})[0-?]*[ -/]*|O|\]\d+|{_STRING}\x1b?)?\Z")
"""The beginning of a sequence (CSI, SS3, OSC or DCS), at the end of what came so far."""

_NO_KEYS = re.compile(
    r"""
    \x1b\[(?:
        <(?:\d|\Z)                                  # a report of the mouse
        |20[01]~                                    # a paste begins or ends
        |[\d;]*[A-FHIOPQRSZu~](?=\x1b|\Z)           # a key, or word of the focus
        |[\d;]*(?<=[\d;])\Z                         # the beginning of any of these
    )
    |\x1bO[A-DFHP-S](?=\x1b|\Z)                     # a key
    |\x1b\[0n                                       # the answer of a terminal that has drawn a frame
    """,
    re.VERBOSE,
)
"""What nobody types behind an escape."""

_ANSWER = re.compile(
    rf"""
    \x1b\[(?:
        (?!\?[\d;]+\$y)[=>?][0-?]*[ -/]*[@-~]       # but for modes, of which Textual asks
        |<[0-?]*(?![0-?Mm])[ -/]*[@-~]              # but for reports of the mouse
        |(?!48;|1;[2-8][tx])[\d;]+[cntx]            # but for a new size, and keys: ctrl+4 and ctrl+8
        |[0-?]*\d{{7}}[0-?]*[ -/]*[@-~]             # a key with the number of a character that there is not
        |(?!{_RXVT_KEY})[0-?]+[ -/]*(?![ -~]|\Z)    # its end is lost
    )
    |\x1b{_STRING}(?:\x07|\x1b\\|(?=\x1b))
    """,
    re.VERBOSE,
)
"""What is no key: an answer to who asked before this program, or what else Textual cannot read.

It would take the letters of that for keys, or fail.
"""

_PASTE_ENDS = f"{ESCAPE}[201~"
_PASTE_OR_ANSWER = re.compile(rf"(?P<pasted>\x1b\[200~(?s:.*?)(?:\x1b\[201~|\Z))|{_ANSWER.pattern}", re.VERBOSE)
_ESCAPE_BY_NAME = re.compile(r"\x1b\[27(?:;[\d:]*)*u")


class WholeSequences:
    """Takes what a terminal sends as it comes, and gives it on with no sequence in two parts. Times are seconds.

    `heard` is called for each answer of a terminal that has drawn a frame.
    """

    def __init__(self, heard: Callable[[], object] = lambda: None) -> None:
        self._heard = heard
        self._begun, self._begun_at = "", float("-inf")
        self._acted = 0
        """How many characters of what has begun were given on already: they may be keys, and still begin a sequence."""
        self._pastes = False
        self._names_escape = False
        """Whether the terminal sends the key as a sequence: then an escape is none."""

    def taken(self, text: str, now: float) -> str:
        """What can be given on now that `text` came as well."""
        waiting = self._begun[self._acted :]
        if self._acted and not self._goes_on(text, now):
            text, self._acted = waiting + text, 0
        else:
            text = self._begun + text
        text = self._without_answers(text)
        if text and text == self._begun[self._acted :]:
            return ""  # nothing else came: what has begun waits no longer for that
        found = _BEGUN.search(text)
        self._begun, self._begun_at = (found.group(), now) if found else ("", now)
        given = text.removesuffix(self._begun)
        if given:
            self._acted = 0
        return self._looked_through(given)

    def seconds_left(self, now: float) -> float | None:
        """How long is still waited for the rest of a sequence; None where none has begun, or only that can come."""
        patience = self._patience()
        return None if patience is None else max(0.0, self._begun_at + patience - now)

    def given_up(self, now: float) -> str:
        """What was waited for long enough: it is no sequence, or was none so far."""
        if self.seconds_left(now) != 0.0:
            return ""
        given, self._acted = self._begun[self._acted :], len(self._begun)
        if self._begun not in (ESCAPE, _BRACKET):
            self._begun, self._acted = "", 0
        return given if len(given) <= 2 else ""

    def _without_answers(self, text: str) -> str:
        """The rest of what came. A multiplexer may put an answer into the middle of a paste, where it would end it."""
        for _ in range(text.count(ANSWER)):
            self._heard()
        return text.replace(ANSWER, "")

    def _goes_on(self, text: str, now: float) -> bool:
        """Whether `text` belongs to what has acted as keys. Two keys that come at once were not pressed."""
        joined = self._begun + text
        is_soon, is_at_once = now - self._begun_at < REST_SECONDS, len(joined) > self._acted + 1
        return is_soon and (joined == _BRACKET or (is_at_once and _NO_KEYS.match(joined) is not None))

    def _patience(self) -> float | None:
        begun = self._begun
        if len(begun) == self._acted or self._pastes:
            return None
        if begun.startswith(_BRACKET) and begun != _BRACKET:
            return None  # no key sends this
        at_once = (begun == ESCAPE and not self._names_escape) or self._acted
        return ESCAPE_SECONDS if at_once else REST_SECONDS

    def _looked_through(self, text: str) -> str:
        self._names_escape = self._names_escape or _ESCAPE_BY_NAME.search(text) is not None
        pasted = ""
        if self._pastes:
            before, end, text = text.partition(_PASTE_ENDS)
            pasted, self._pastes = before + end, not end
        return pasted + _PASTE_OR_ANSWER.sub(self._given_of, text)

    def _given_of(self, found: re.Match[str]) -> str:
        if pasted := found["pasted"]:
            self._pastes = not pasted.endswith(_PASTE_ENDS)
            return pasted
        return ""
