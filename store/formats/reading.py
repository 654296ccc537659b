"""A file of any known format -> its events, each with its place, and what is worth saying about them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BufferedIOBase
from typing import NamedTuple

from ..errors import EventMistake, FilterMistake, FormatMistake
from ..event import Event
from ..plain_event import PlainEvent, whole_event
from ..records.csv_records import csv_records
from ..records.json_records import document_records, line_records
from ..records.record import Place, Record, Rejected
from ..records.unpacked import SourceText, readable, source_text
from .catalogue import FORMATS
from .content_id import content_id
from .documents import members_of
from .format import Format
from .mapping import doubt_finder, record_reader, time_comparer
from .picking import Pick, at, joined
from .recognition import Recognised, Shape, recognise

NOT_UTF8 = "with bytes that are not valid UTF-8, which are kept as they are"
OTHER_TIME = "with a second time that disagrees with the first one, which is used"
DOUBTED_TIME = "with a time that clocks skipped or showed twice, read as if they had not been changed yet"
EMPTY = "empty"

_comma = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')
"""A comma with an even number of quotes behind it stands in none of them."""
_not_utf8 = re.compile("[\udc80-\udcff]").search


class Found(NamedTuple):
    """One record of a file: its event, or why it is none. `text` is its letters, as far as they are known."""

    place: Place
    outcome: Event | EventMistake
    text: str = ""


class LogSource:
    """A file whose format is known. Its events can be read once.

    `format` is None, and the file without events, when it is empty. `remarks` counts the records read so far of which
    there is more to say, by what there is to say.
    """

    def __init__(self, text: SourceText, shape: Shape, log_format: Format | None) -> None:
        self.format = log_format
        self.remarks: Counter[str] = Counter()
        self._text = text
        self._shape = shape

    @property
    def title(self) -> str:
        """What the format is called."""
        return EMPTY if self.format is None else self.format.title

    def events(self) -> Iterator[Found]:
        """The events in the order of the file, and in place of a record that is none the reason.

        Raises SourceProblem when the file cannot be read to its end.
        """
        for record, outcome in self.outcomes():
            event = outcome.mistake if isinstance(outcome, Rejected) else whole_event(outcome)
            yield Found(record.place, event, record.text)

    def outcomes(self) -> Iterator[tuple[Record | Rejected, PlainEvent | Rejected]]:
        """The same as plain values: each record, and what became of it."""
        if self.format is None:
            return
        read, table = self.format.read, self.format.table
        disagree = None if table is None else time_comparer(table)
        is_doubted = None if table is None else doubt_finder(table)
        with readable():
            for record in self._records():
                if isinstance(record, Rejected):
                    yield record, record
                    continue
                try:
                    event = read(record)
                except EventMistake as mistake:
                    yield record, Rejected(record.place, mistake, record.text)
                    continue
                if not record.text.isascii() and _not_utf8(record.text):
                    self.remarks[NOT_UTF8] += 1
                if disagree is not None and disagree(record):
                    self.remarks[OTHER_TIME] += 1
                if is_doubted is not None and is_doubted(record, event.occurred_at):
                    self.remarks[DOUBTED_TIME] += 1
                yield record, event

    def _records(self) -> Iterator[Record | Rejected]:
        file, shape = self._text.file, self._shape
        if shape.kind == "csv":
            file.reconfigure(newline="")
            return csv_records(file, shape.delimiter)
        return (line_records if shape.kind == "lines" else document_records)(file, shape.within)


def open_log(file: BufferedIOBase, chosen: Format | None = None, id_paths: Sequence[str] = ()) -> LogSource:
    """Look at how a file begins, and get ready to read the rest.

    `chosen` is the format when it is known; `id_paths` (see `parse_id_paths`) name what the ids of the events shall be
    made of, joined by a slash. Raises FormatMistake when the format is none of ours, SourceProblem when the file cannot
    be read.
    """
    with readable():
        text = source_text(file)
    found = recognise(text.head, text.is_whole, FORMATS if chosen is None else (chosen,))
    if found is None and chosen is not None:
        found = Recognised(Shape("lines"), chosen)
    if found is None or (found.shape.kind != "empty" and (chosen or found.format) is None):
        raise FormatMistake(
            "Its format is not known.",
            "Name it with --format, or describe it in a map file for --map: import --dry-run may propose one.",
        )
    return LogSource(text, *_settled(found, chosen, id_paths))


def parse_id_paths(text: str) -> tuple[str, ...]:
    """The paths of a text in which commas part them. Raises FormatMistake."""
    paths = tuple(path.strip() for path in _comma.split(text))
    try:
        for path in paths:
            at(path)
    except FilterMistake as mistake:
        raise FormatMistake(f"The fields of the id cannot be understood. {mistake}", mistake.advice) from None
    return paths


def _settled(found: Recognised, chosen: Format | None, id_paths: Sequence[str]) -> tuple[Shape, Format | None]:
    shape, log_format = found.shape, chosen or found.format
    if shape.kind == "empty" or log_format is None:
        return shape, None
    if log_format.within is not None:
        shape = shape._replace(within=log_format.within)
    return shape, _with_ids(log_format, joined("/", *id_paths)) if id_paths else log_format


def _with_ids(log_format: Format, pick: Pick) -> Format:
    if log_format.table is not None:
        table = log_format.table._replace(id=pick)
        return log_format._replace(table=table, read=record_reader(table))

    def read(record: Record) -> PlainEvent:
        event, found = log_format.read(record), members_of(record)
        return event._replace(id=pick.find(found) or content_id(record.text))

    return log_format._replace(read=read)
