"""A file of no known format -> a map file for it: which of its keys may hold what of an event."""

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from io import BufferedIOBase
from itertools import islice
from typing import NamedTuple

from ..errors import EventMistake
from ..guesses.columns import REQUIRED, Column, by_names, by_values, documents, is_count, may_be_time
from ..guesses.names import VAGUE_NAMES
from ..guesses.paths import guess_paths
from ..json_path import parse_path, texts_at, write_path
from ..records.csv_records import csv_records
from ..records.json_records import document_records, line_records
from ..records.json_text import beginning, members
from ..records.record import Record, Rejected
from ..records.unpacked import SourceText, readable, source_text
from .documents import members_of
from .map_file import FIELDS
from .recognition import Shape, lists_within, recognise

SAMPLE_RECORDS = 200

NEVER_IN_DOCUMENTS = ("id", "request")
"""An id is told by the keys of a record itself, or made of its content, and the request is not mapped."""

_has_offset = re.compile(r".*(?:[Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2}){0,2})").fullmatch


class ProposedMap(NamedTuple):
    """Paths by the fields of an event that may stand there, and keys that hold JSON as text.

    The records are those of a list `within` an object, None where they stand by themselves. Of times that have
    `no_offset` the zone is not known. Those fields `by_values` were told by what they hold alone; what is `missing` by
    nothing, and has to be filled in. All this was guessed from so many `records`.
    """

    fields: Mapping[str, str]
    opens: tuple[str, ...]
    no_offset: bool
    by_values: tuple[str, ...]
    missing: tuple[str, ...]
    records: int
    within: tuple[str, ...] | None = None


def propose_map(file: BufferedIOBase) -> ProposedMap | None:
    """A map for the records with which a file begins, None where it has none. Raises SourceProblem."""
    with readable():
        text = source_text(file)
    found = recognise(text.head, text.is_whole, ())
    if found is None:
        return None
    proposals = [
        _proposal(records)._replace(within=within) for within, records in _samples(text, found.shape) if records
    ]
    return max(proposals, key=lambda each: (-len(each.missing), len(each.fields)), default=None)


def _samples(text: SourceText, shape: Shape) -> Iterator[tuple[tuple[str, ...] | None, Sequence[Record]]]:
    """The first records, for each list of a document that may be the list of records, and where that stands."""
    lines = text.head if text.is_whole else text.head[: text.head.rfind("\n") + 1]
    if shape.kind == "csv":
        yield None, _first(csv_records(io.StringIO(lines, newline=""), shape.delimiter))
    elif shape.kind == "lines":
        yield None, _first(line_records(io.StringIO(lines, newline="\n"), shape.within))
    elif shape.kind == "document":
        yield None, _first(document_records(io.StringIO(text.head, newline="\n"), shape.within))
        for within, _ in lists_within(beginning(text.head), ()):
            yield within, _first(document_records(io.StringIO(text.head, newline="\n"), within))


def _first(records: Iterator[Record | Rejected]) -> Sequence[Record]:
    return [each for each in islice(records, SAMPLE_RECORDS) if isinstance(each, Record) and _is_object(each)]


def _is_object(record: Record) -> bool:
    try:
        members_of(record)
    except EventMistake:
        return False
    return True


def _proposal(records: Sequence[Record]) -> ProposedMap:
    columns = _columns(records)
    named = by_names(columns)
    if "id" in named and len(set(columns[named["id"]].values)) < len(records):
        del named["id"]  # which is made of the content then
    inner = documents(columns, named.values())
    inner = {name: texts for name, texts in inner.items() if columns[name].kind == "json" or texts[0][0] == "{"}
    sure = [name for name, key in named.items() if name != "event_name" or key.lower() not in VAGUE_NAMES]
    paths = guess_paths(inner, sure, NEVER_IN_DOCUMENTS)
    told = by_values(columns, named | paths)
    found = {**named, **told}
    times = columns[found["occurred_at"]].values if "occurred_at" in found else _values_at(inner, paths)
    if "occurred_at" in paths and not may_be_time(Column("text", times), least=max(1, len(times) // 2)):
        del paths["occurred_at"]
    fields = {name: write_path((key,)) for name, key in found.items()}
    fields |= paths
    return ProposedMap(
        fields={name: fields[name] for name in FIELDS if name in fields},
        opens=tuple(name for name in inner if columns[name].kind == "text"),
        no_offset=any(not is_count(time) and not _has_offset(time.strip()) for time in times),
        by_values=tuple(told),
        missing=tuple(sorted(REQUIRED - {"id"} - fields.keys())),
        records=len(records),
    )


def _columns(records: Sequence[Record]) -> Mapping[str, Column]:
    """The keys of the records, with what they hold: objects and lists as JSON, and anything else as it is found."""
    values: dict[str, list[str]] = defaultdict(list)
    nested = set()
    for record in records:
        for key, value, letters in members(record.text):
            if isinstance(value, dict | list):
                nested.add(key)
                values[key].append(letters)
            elif isinstance(value, str) and value:
                values[key].append(str(value))
    return {key: Column("json" if key in nested else "text", texts) for key, texts in values.items()}


def _values_at(inner: Mapping[str, Sequence[str]], paths: Mapping[str, str]) -> Sequence[str]:
    """The times that stand in documents, where a path leads to them."""
    if "occurred_at" not in paths:
        return ()
    key, *path = parse_path(paths["occurred_at"])
    return [time for text in inner[key] for time in texts_at(text, [tuple(path)])[0]]
