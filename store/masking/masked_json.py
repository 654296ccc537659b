"""JSON text -> the same text with pseudonyms in it, every other letter as it was."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from ..json_path import Path, is_index
from .masking import is_below, without_indexes
from .pseudonyms import Mask, looks_personal

_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*+")|(?P<sign>[{}\[\],:])|(?P<bare>[^\s{}\[\],:"]++)|(?P<odd>")', re.DOTALL
)
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity")
_CLOSING = {"[": "]", "{": "}"}
_KEY_OF_NAME = re.compile(r"(?:names?|owner|author)$", re.IGNORECASE)


def is_literal(text: str) -> bool:
    """Whether a text is written like a number, true, false or null."""
    return _LITERAL.fullmatch(text) is not None


def is_below_name(path: Path) -> bool:
    """Whether texts at a path are those of a name: the last of its keys that is no place in a list is one of a name."""
    return any(_KEY_OF_NAME.search(key) is not None for key in without_indexes(path)[-1:])


@dataclass(frozen=True, slots=True)
class JsonMask:
    """How JSON texts are masked: `mask` for what stands in any text, `hide` for a whole value at one of the `hidden`
    paths (without numbers of list elements; the empty path is everything), `hide_name` for one below a key of a name.
    """

    mask: Mask
    hide: Callable[[str], str]
    hidden: tuple[Path, ...] = ()
    hide_name: Callable[[str], str] | None = None
    is_quick: bool = True
    """Whether a text that holds nothing that looks personal has nothing to mask outside of the hidden paths."""

    def masked(self, text: str) -> str:
        """The text with pseudonyms. One that is no JSON is hidden as a whole where paths in it cannot be told."""
        has_keys = bool(self.hidden) or self.hide_name is not None
        if self.is_quick and not has_keys and "\\" not in text and not looks_personal(text):
            return text
        try:
            if has_keys:
                _check_json(text)
            return "".join(_Walk(self).pieces(text))
        except _NotJson:
            return json.dumps(self.hide(text)) if has_keys or "\\" in text else self.mask(text)


class _NotJson(Exception):
    """The text cannot be told apart into keys and values."""


def _check_json(text: str) -> None:
    """Raises _NotJson: by a text that is none, the keys that lead to a place in it are a guess."""
    try:
        json.loads(text, strict=False, parse_int=str)
    except (ValueError, RecursionError):
        raise _NotJson from None


class _Walk:
    """One way through the tokens of a text, which knows the keys that lead to where it is."""

    def __init__(self, mask: JsonMask) -> None:
        self._mask = mask
        self._longest = max(map(len, mask.hidden), default=0)
        self._around: list[tuple[str, Path]] = []
        """The objects and lists around the place: the sign that closes them, and the keys that lead to them."""
        self._path: Path = ()
        """The keys that lead to the next value, as many as make a difference."""
        self._expects_key = False
        self._names = False
        """Whether the nearest key is one of a name."""

    def pieces(self, text: str) -> list[str]:
        """The text in pieces, masked. Raises _NotJson."""
        pieces: list[str] = []
        end = 0
        for token in _TOKEN.finditer(text):
            pieces += (text[end : token.start()], self._token(token))
            end = token.end()
        if self._around:
            raise _NotJson
        return [*pieces, text[end:]]

    def _token(self, token: re.Match[str]) -> str:
        if token["sign"]:
            self._go_on(token["sign"])
            return token[0]
        if token["string"]:
            return self._string(token["string"])
        if not _LITERAL.fullmatch(token[0]):
            raise _NotJson
        return json.dumps(self._mask.hide(token[0])) if self._is_hidden and token[0] != "null" else token[0]

    def _string(self, letters: str) -> str:
        try:
            value = json.loads(letters, strict=False) if "\\" in letters else letters[1:-1]
        except ValueError:
            raise _NotJson from None
        masked = None
        if self._expects_key:
            self._path = self._beyond(value)
            self._names = _KEY_OF_NAME.search(value) is not None
        elif value and self._is_hidden:
            masked = self._mask.hide(value)
        elif value and self._names and self._mask.hide_name is not None:
            masked = self._mask.hide_name(value)
        if masked is None:
            masked = self._mask.mask(value)
        return letters if masked == value else json.dumps(masked, ensure_ascii=False)

    def _go_on(self, sign: str) -> None:
        if sign in _CLOSING:
            self._around.append((_CLOSING[sign], self._path))
        elif sign in "}]" and (not self._around or self._around.pop()[0] != sign):
            raise _NotJson
        elif sign == "," and self._around:
            self._path = self._around[-1][1]
        self._expects_key = sign in "{," and bool(self._around) and self._around[-1][0] == "}"

    def _beyond(self, key: str) -> Path:
        base = self._around[-1][1]
        return base if len(base) >= self._longest or is_index(key) else (*base, key)

    @property
    def _is_hidden(self) -> bool:
        return bool(self._mask.hidden) and is_below(self._path, self._mask.hidden)
