"""The beginning of a file -> how its records stand in it, and of which format they are."""

from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Literal, NamedTuple

from ..errors import EventMistake
from ..records.csv_records import csv_records, delimiter_of
from ..records.json_records import NODE_KEYS
from ..records.json_text import beginning, decoded
from ..records.record import Members, Record
from .documents import members_of
from .format import Format

SAMPLES = 50
"""Records that are looked at. Some may be broken, or of a kind that the format does not tell events of."""

DEEPEST = 4
"""How many objects deep a list of records may stand in a document."""


class Shape(NamedTuple):
    """How records stand in a file. A list of them may stand `within` objects, at the end of these keys."""

    kind: Literal["empty", "lines", "document", "csv"]
    within: tuple[str, ...] | None = None
    delimiter: str = ","


class Recognised(NamedTuple):
    """`format` is None when the records are of none, or when there are no records."""

    shape: Shape
    format: Format | None


def recognise(head: str, is_whole: bool, formats: Iterable[Format]) -> Recognised | None:
    """What a file holds that begins like this; None when it holds no records at all."""
    if not head.strip():
        return Recognised(Shape("empty"), None) if is_whole else None
    known = tuple(formats)
    ended = head if is_whole else head[: head.rfind("\n") + 1]
    lines = [line for line in ended.split("\n") if line.strip()][:SAMPLES]
    found = [value for line in lines if (value := _whole(line)) is not None]
    if _are_lines(lines, found, known):
        looked = [_records(value, known) for value in found]
        within = next((place for place, _ in looked if place is not None), None)
        samples = [each for _, few in looked for each in few]
        return Recognised(Shape("lines", within), _of_most(samples, known))
    if head.lstrip()[0] in "[{":
        whole = _whole(head) if is_whole else None
        return _document(beginning(head) if whole is None else whole, whole is not None, known)
    delimiter = delimiter_of(head)
    if delimiter is None:
        return None
    rows = islice(csv_records(StringIO(head, newline=""), delimiter), SAMPLES)
    samples = [members_of(row) for row in rows if isinstance(row, Record)]
    of_cells = tuple(each for each in known if each.table is not None)  # our own form nests, which a row cannot
    return Recognised(Shape("csv", delimiter=delimiter), _of_most(samples, of_cells))


def _are_lines(lines: list[str], found: list[Members | list[object]], formats: tuple[Format, ...]) -> bool:
    """Whether each line is a document by itself: the first one is, or most are. A single one may hold a list."""
    if len(lines) == 1:
        return bool(found) and isinstance(found[0], dict) and any(each.recognises(found[0]) for each in formats)
    return bool(found) and (2 * len(found) >= len(lines) or _whole(lines[0]) is not None)


def _document(value: object, is_whole: bool, formats: tuple[Format, ...]) -> Recognised:
    within, samples = _records(value, formats)
    log_format = _of_most(samples, formats)
    lists = [value] if isinstance(value, list) else [each for _, each in lists_within(value, ())]
    if log_format is None and is_whole and lists and not any(lists):
        return Recognised(Shape("empty"), None)
    return Recognised(Shape("document", within), log_format)


def _whole(line: str) -> Members | list[object] | None:
    """The object or list that a line is, None when it is neither, or not whole."""
    try:
        value = decoded(line)
    except EventMistake:
        return None
    return value if isinstance(value, (dict, list)) else None


def _records(value: object, formats: tuple[Format, ...]) -> tuple[tuple[str, ...] | None, list[Members]]:
    """Within which keys records stand, and the first of them: a list, a recognised object, or a list in an object."""
    if isinstance(value, list):
        return (), _objects(value)
    if not isinstance(value, dict):
        return None, []
    if not any(each.recognises(value) for each in formats):
        for within, elements in lists_within(value, ()):
            samples = _objects(elements)
            if _of_most(samples, formats) is not None:
                return within, samples
    return None, [value]


def lists_within(members: object, within: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[object]]]:
    """Every list of an object that may be its list of records, and at the end of which keys it stands."""
    for key, value in members.items() if isinstance(members, dict) else ():
        if isinstance(value, list):
            yield (*within, key), value
        elif isinstance(value, dict) and len(within) < DEEPEST:
            yield from lists_within(value, (*within, key))


def _objects(elements: list[object]) -> list[Members]:
    """The objects among the first elements, and of edges of a connection the nodes."""
    objects = [each for each in elements[:SAMPLES] if isinstance(each, dict)]
    return [
        each["node"] if each.keys() <= NODE_KEYS and isinstance(each.get("node"), dict) else each for each in objects
    ]


def _of_most(samples: Iterable[Members], formats: tuple[Format, ...]) -> Format | None:
    """The format to which most of the samples belong."""
    names = Counter(next((each.name for each in formats if each.recognises(sample)), None) for sample in samples)
    del names[None]
    return next((each for each in formats if names and each.name == names.most_common(1)[0][0]), None)
