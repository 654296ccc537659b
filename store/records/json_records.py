"""JSON -> records: lines, the elements of a list, the nodes of a GraphQL connection, single objects."""

import io
from collections.abc import Iterator
from typing import TextIO

from ..errors import EventMistake
from .json_text import decoded, members
from .record import Place, Record, Rejected
from .window import MOST_CHARACTERS, Window

NODE_KEYS = frozenset({"node", "cursor", "__typename"})
"""The keys of an edge of a GraphQL connection; its node is the record."""


def line_records(file: TextIO, within: tuple[str, ...] | None) -> Iterator[Record | Rejected]:
    """One record a line, not decoded yet; a line with a list, or with one `within`, gives each element of it."""
    number = 0
    while line := file.readline(MOST_CHARACTERS):
        number += 1
        if len(line) == MOST_CHARACTERS and line[-1] != "\n":
            while (rest := file.readline(MOST_CHARACTERS)) and rest[-1] != "\n":
                pass
            yield Rejected(Place(number), EventMistake(f"The line is longer than {MOST_CHARACTERS >> 20} MB."))
        elif not line.isspace():
            if within or line.startswith("["):
                yield from _within_line(line, Place(number), within or ())
            else:
                yield Record(Place(number), line.strip(" \t\r\n"))


def document_records(file: TextIO, within: tuple[str, ...] | None) -> Iterator[Record | Rejected]:
    """The records of one JSON document, or of several behind each other.

    A list gives its elements, an object the elements of the list that stands `within` it, or itself when that is None.
    The document may be of any length.
    """
    return _Document(Window(file), Place()).records(within)


class _Document:
    """Counts the records as it walks through a document."""

    def __init__(self, window: Window, place: Place) -> None:
        self._window = window
        self._place = place._replace(record=0)
        self._is_broken = False

    def records(self, within: tuple[str, ...] | None) -> Iterator[Record | Rejected]:
        window = self._window
        while not self._is_broken and (sign := window.sign()):
            if sign == "[":
                yield from self._elements()
            elif sign == "{" and within:
                yield from self._members(within)
            else:
                yield self._record()

    def _elements(self) -> Iterator[Record | Rejected]:
        """The elements of a list. A missing comma is forgiven: each element is whole by itself."""
        window = self._window
        window.takes("[")
        last: Record | Rejected | None = None
        while not window.takes("]"):
            if not window.sign():
                self._is_broken = True
                if not isinstance(last, Rejected):  # which was cut off then, and says so
                    yield self._broken("The file ends before its list does.")
                return
            if not window.takes(","):
                last = self._record()
                yield last

    def _members(self, within: tuple[str, ...]) -> Iterator[Record | Rejected]:
        window = self._window
        window.takes("{")
        while not self._is_broken and not window.takes("}"):
            if window.takes(","):
                continue
            if window.sign() != '"':
                is_end = not window.sign()
                yield self._broken("The file ends before its object does." if is_end else "A key should stand here.")
                return
            try:
                _, key = window.value()
            except EventMistake as mistake:
                yield self._broken(str(mistake))
                return
            if not window.takes(":"):
                yield self._broken("A colon should stand behind the key.")
                return
            sign = window.sign()
            if key == within[0] and sign == "[" and len(within) == 1:
                yield from self._elements()
            elif key == within[0] and sign == "{" and len(within) > 1:
                yield from self._members(within[1:])
            elif sign and sign not in ",}]":
                window.skip()

    def _record(self) -> Record | Rejected:
        place = self._next_place()
        try:
            text, value = self._window.value()
        except EventMistake as mistake:
            return Rejected(place, mistake, self._window.skipped)
        if isinstance(value, dict) and isinstance(value.get("node"), dict) and value.keys() <= NODE_KEYS:
            return Record(place, {member.key: member.letters for member in members(text)}["node"], value["node"])
        return Record(place, text, value)

    def _broken(self, reason: str) -> Rejected:
        self._is_broken = True
        return Rejected(self._next_place(), EventMistake(reason, "What stands behind it was not read."))

    def _next_place(self) -> Place:
        self._place = self._place._replace(record=(self._place.record or 0) + 1)
        return self._place


def _within_line(line: str, place: Place, within: tuple[str, ...]) -> Iterator[Record | Rejected]:
    try:
        value = decoded(line)
    except EventMistake as mistake:
        yield Rejected(place, mistake, line)
        return
    inner = value
    for key in within:
        inner = inner.get(key) if isinstance(inner, dict) else None
    if isinstance(value, list) or isinstance(inner, list):
        yield from _Document(Window(io.StringIO(line)), place).records(within)
    else:
        yield Record(place, line.strip(" \t\r\n"), value)
