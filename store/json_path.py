"""Paths into a payload, `plan.id` or `items.0."a key"`: read and written without loss, and what a document has there.

Keys stand apart by dots. One that is empty or holds a dot, a colon, a quote, a backslash or white space stands in
double quotes, as values of a filter do. At a list, a number takes that element (0 is the first), and anything else is
looked for in every element; a path that ends at a list means its elements.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from .errors import FilterMistake
from .quoting import QUOTED, unquoted, written

Path = tuple[str, ...]

_BARE = r'[^\s".:\\]++'
_KEY = re.compile(rf"(?:{QUOTED}|{_BARE})", re.DOTALL)
_INDEX = re.compile(r"0|[1-9][0-9]{0,17}")
_ADVICE = 'Write keys with dots between them, and in quotes what is no plain word: plan.id or "a key".0'
_WORDS: Mapping[object, str] = {True: "true", False: "false", None: "null"}

MOST_TEXTS = 20
"""So much of a list is shown of a payload that has one."""

LONG = 100_000
"""Characters from which on a payload is read so that other threads have their turn meanwhile."""

MOST_KEYS = 12
"""Deeper nobody looks for what a payload has."""

NO_DOCUMENT = object()
"""What an absent payload and one that is no JSON hold: nothing at all."""


def parse_path(text: str) -> Path:
    """The keys that `text` writes. Raises FilterMistake, with the column in `text`."""
    keys: list[str] = []
    position = 0
    while found := _KEY.match(text, position):
        key, position = found[0], found.end()
        keys.append(unquoted(key) if key[0] == '"' else key)
        if position == len(text):
            return tuple(keys)
        if text[position] != ".":
            break
        position += 1
    rest = text[position:]
    if not rest or rest[0] == ".":
        raise FilterMistake("A key is missing in the path.", position + 1, 1, 'The empty key is written "".')
    if rest[0] == '"' and (position == 0 or text[position - 1] == "."):
        raise FilterMistake("This quote is never closed.", position + 1, 1, _ADVICE)
    raise FilterMistake("The path cannot go on like this.", position + 1, 1, _ADVICE)


def write_path(path: Path, also: str = "") -> str:
    """The text that `parse_path` reads as the same keys; one that holds a sign of `also` stands in quotes."""
    return ".".join(written(key, also=f".:{also}") for key in path)


def is_index(key: str) -> bool:
    """Whether a key takes an element where it meets a list."""
    return _INDEX.fullmatch(key) is not None


def _as_it_is(members: dict[str, object]) -> dict[str, object]:
    """An object, given on by a function of Python: only between two of its steps can another thread have its turn."""
    return members


_READ_NUMBERS: Any = {"parse_int": str, "parse_float": str, "parse_constant": str}
_DECODER = json.JSONDecoder(**_READ_NUMBERS)
_PATIENT_DECODER = json.JSONDecoder(object_hook=_as_it_is, **_READ_NUMBERS)


def parse_document(payload: str | None) -> object:
    """A payload's JSON with every number as the text it is written as; the last of repeated keys wins.

    NO_DOCUMENT for what is no JSON, or is nested too deeply to be read.
    """
    if payload is None:
        return NO_DOCUMENT
    try:
        document: object = (_DECODER if len(payload) <= LONG else _PATIENT_DECODER).decode(payload)
    except (ValueError, RecursionError):
        return NO_DOCUMENT
    return document


def values_at(document: object, path: Path) -> Iterator[str]:
    """The text of every string, number, true, false and null that lies at `path`. Objects have none."""
    return (_text_of(node) for node in _nodes_at(document, path) if not isinstance(node, dict))


def filled_at(document: object, path: Path) -> Iterator[str]:
    """The same without null, which says that there is nothing."""
    nodes = (node for node in _nodes_at(document, path) if node is not None)
    return (_text_of(node) for node in nodes if not isinstance(node, dict))


def texts_at(payload: str | None, paths: Sequence[Path], most: int | None = MOST_TEXTS) -> list[list[str]]:
    """What a payload shows at each path, in the order of the document; `{…}` for an object. None for `most` is all."""
    document = parse_document(payload)
    found = ((_text_of(node) for node in islice(_nodes_at(document, path), most)) for path in paths)
    return [list(texts) for texts in found]


def values_within(payload: str | None) -> Iterator[tuple[Path, str]]:
    """The text of every string, number, true, false and null of a payload, with a path that leads there, in the order
    of the document. Numbers of list elements are left out of paths, and so are keys deeper than MOST_KEYS."""
    waiting: list[tuple[object, Path]] = [(parse_document(payload), ())]
    while waiting:
        node, path = waiting.pop()
        if isinstance(node, list):
            waiting.extend((element, path) for element in reversed(node))
        elif isinstance(node, dict):
            if len(path) < MOST_KEYS:
                waiting.extend((node[key], (*path, key)) for key in reversed(node))
        elif path and node is not NO_DOCUMENT:
            yield path, _text_of(node)


def _nodes_at(document: object, path: Path) -> Iterator[object]:
    """Everything that lies at `path`, in the order of the document, a list as its elements."""
    waiting = [(document, 0)]
    while waiting:
        node, depth = waiting.pop()
        is_end = depth == len(path)
        if isinstance(node, list):
            if is_end or not is_index(path[depth]):
                waiting.extend((element, depth) for element in reversed(node))
            elif int(path[depth]) < len(node):
                waiting.append((node[int(path[depth])], depth + 1))
        elif is_end:
            yield node
        elif isinstance(node, dict) and path[depth] in node:
            waiting.append((node[path[depth]], depth + 1))


def _text_of(node: object) -> str:
    if isinstance(node, dict):
        return "{…}" if node else "{}"
    return node if isinstance(node, str) else _WORDS[node]


@lru_cache(maxsize=1024)
def path_of_field(field: str) -> Path | None:
    """The path of a filter's field that is called `payload.<path>`, None for any other name.

    Raises FilterMistake for a path that cannot be read.
    """
    return parse_path(field.removeprefix(PAYLOAD)) if field.startswith(PAYLOAD) else None


PAYLOAD = "payload."
"""Begins the name of every field of a filter that is a path into the payload."""
