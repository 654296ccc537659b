"""The term of a filter's textual form that somebody is writing at this moment: what is there of it, and where."""

import re
from typing import NamedTuple

from .errors import FilterMistake
from .filter_terms import FILTER_WORDS
from .json_path import PAYLOAD, Path, parse_path
from .quoting import QUOTED, unquoted

_TERM = re.compile(r'(?:[^\s"]|"(?:[^"\\]|\\.)*+(?:"|\Z))+', re.DOTALL)
_PARTS = re.compile(
    rf'(?P<minus>-?)(?:(?P<word>[a-zA-Z_]+|(?i:payload)\.(?P<path>(?:{QUOTED}|[^\s:"]++)++)):)?(?P<value>.*)', re.DOTALL
)
_QUOTED = re.compile(QUOTED, re.DOTALL)


class UnfinishedTerm(NamedTuple):
    """The text from `start` to `end` is the term. Without a `word`, `value` may become the word of a field or a text.

    Behind the word `payload` stands a `path`. `value` is what is written up to the cursor, without quotes; `is_open`
    says that no value can end there yet.
    """

    start: int
    end: int
    excluded: bool
    word: str | None
    value: str
    is_open: bool
    path: Path = ()

    @property
    def unfinished_path(self) -> str | None:
        """What is written of a path into the payload, `pl` of `payload.pl`; None where none is being written."""
        is_path = self.word is None and self.value.lower().startswith(PAYLOAD)
        return self.value[len(PAYLOAD) :] if is_path else None


def unfinished_term(text: str, cursor: int) -> UnfinishedTerm:
    """The term that ends or goes on at `cursor` (from 0 to the length of the text); an empty one between two terms."""
    head = text[:cursor]
    term = next((term for term in _TERM.finditer(head) if term.end() == cursor), None)
    if term is None:
        return UnfinishedTerm(cursor, cursor, False, None, "", True)
    parts = _PARTS.fullmatch(term[0])
    assert parts is not None, "anything has these parts"
    path = _path(parts["path"])
    word = "payload" if path else (parts["word"] or "").lower()
    if word not in FILTER_WORDS or (word == "payload" and not path):
        return UnfinishedTerm(term.start(), _end(text, cursor), bool(parts["minus"]), None, term[0].lstrip("-"), False)
    value, is_open = parts["value"], not parts["value"]
    if value.startswith('"'):
        is_open = _QUOTED.fullmatch(value) is None
        value = unquoted(f'{value}"' if is_open else value)
    end = cursor if value and is_open else _end(text, cursor)
    return UnfinishedTerm(term.start(), end, bool(parts["minus"]), word, value, is_open, path)


def _path(text: str | None) -> Path:
    """The path that is written, an empty one for a text that is none."""
    try:
        return parse_path(text or "")
    except FilterMistake:
        return ()


def _end(text: str, cursor: int) -> int:
    """Where the term that goes on at `cursor` ends."""
    rest = _TERM.match(text, cursor)
    return rest.end() if rest else cursor
