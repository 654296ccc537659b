"""The files of an import -> their events in batches, with what else there is to tell. All of it is plain values."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from io import BufferedIOBase
from itertools import repeat
from typing import NamedTuple

from store import EventColumns, FormatMistake, PlainEvent, SourceProblem, StoreError, columns_of, formats

from .collecting import collect
from .import_files import STANDARD_INPUT, ImportFile, opened
from .in_time import in_time

FIRST_EVENTS = 1_000
"""The first batch is small: whoever looks at the log meanwhile sees something at once."""

SECOND_EVENTS = 10_000
"""About as many are read while the database is opened, and the first batch written."""

BATCH_EVENTS = 30_000
"""Each batch changes nearly every page of the indexes, however many events it has: fewer batches write fewer pages.

Up to there each is a quarter larger than the one before, so that it is read by the time that one is written.
"""

BATCH_CHARACTERS = 32 << 20
"""How much payload is held at the most, before one event more: some logs have events of 10 MB."""


class Reading(NamedTuple):
    """What is to be read, and how: enough to do it in any process."""

    files: tuple[ImportFile, ...]
    format_name: str | None = None
    map_text: str | None = None
    id_paths: tuple[str, ...] = ()

    def log_format(self) -> formats.Format | None:
        """The format that was named or described, None when it shall be recognised. Raises FormatMistake."""
        if self.map_text is not None:
            return formats.read_map(self.map_text)
        return None if self.format_name is None else formats.format_named(self.format_name)

    @property
    def label(self) -> str:
        """What is read, in a few words."""
        return self.files[0].name if len(self.files) == 1 else f"{len(self.files):,} files"

    @property
    def may_pause(self) -> bool:
        """Whether somebody may still be writing what is read."""
        return any(file.name == STANDARD_INPUT for file in self.files)

    @property
    def size(self) -> int:
        """Bytes of all files, 0 where one of them does not say."""
        sizes = [file.size for file in self.files]
        return sum(sizes) if all(sizes) else 0


class FileBegan(NamedTuple):
    """The reading of a file began; `title` is what its format is called.

    `failed` are filters that find the calls that failed.
    """

    file: str
    title: str
    failed: tuple[str, ...] = ()


class Rejection(NamedTuple):
    """A record that is no event: where it stands, why it is none, and its letters as far as they are known."""

    file: str
    line: int | None
    record: int | None
    reason: str
    advice: str = ""
    text: str = ""


class FileEnded(NamedTuple):
    """The reading of a file ended after so many records.

    `remarks` counts those of which there is more to say. `problem` says why the file was not read, or not to its end;
    that is no failure where the user did not name the file and it is no log.
    """

    file: str
    read: int
    remarks: Mapping[str, int]
    problem: str = ""
    is_failure: bool = False


class IdClashes(NamedTuple):
    """So many events had an id that an earlier event with other contents had, too; and one such id."""

    number: int
    example: str


Told = FileBegan | Rejection | FileEnded | IdClashes


class ReadBatch(NamedTuple):
    """Some events with their first and last time, what else there is to tell, and how many bytes are read until now."""

    events: EventColumns
    first: datetime | None
    last: datetime | None
    told: list[Told]
    bytes_read: int


def read_batches(reading: Reading) -> Iterator[ReadBatch]:
    """Everything that the files hold, in their order. That a file cannot be read is told, not raised."""
    place = _Place()
    events: list[PlainEvent] = []
    told: list[Told] = []
    sizes, characters = _batch_sizes(), 0
    most = next(sizes)
    items = _items(reading, place)
    for item in in_time(items, _characters) if reading.may_pause else items:
        if isinstance(item, PlainEvent):
            events.append(item)
            is_due = len(events) >= most
        elif item is not None:
            told.append(item)
            is_due = len(told) >= most
        else:
            is_due = bool(events or told)
        characters += _characters(item)
        if is_due or characters >= BATCH_CHARACTERS:
            yield _batch(events, told, place)
            events, told, characters, most = [], [], 0, next(sizes)
            collect()
    if events or told:
        yield _batch(events, told, place)


def _batch_sizes() -> Iterator[int]:
    """The most events of each batch."""
    yield min(FIRST_EVENTS, BATCH_EVENTS)
    size = SECOND_EVENTS
    while size < BATCH_EVENTS:
        yield size
        size += size // 4
    yield from repeat(BATCH_EVENTS)


def _characters(item: PlainEvent | Told | None) -> int:
    """How much of the payload, or of the text of a record, is held with it."""
    if isinstance(item, PlainEvent):
        return len(item.payload or "") + len(item.request or "")
    return len(item.text) if isinstance(item, Rejection) else 0


class _Place:
    """How far the reading has come: bytes of all files together, as they lie there."""

    def __init__(self) -> None:
        self._before = 0
        self._file: BufferedIOBase | None = None

    def begin(self, file: BufferedIOBase) -> None:
        self._file = file

    def end(self, size: int) -> None:
        self._file = None
        self._before += size

    @property
    def bytes_read(self) -> int:
        if self._file is not None:
            with suppress(OSError, ValueError):  # of a pipe nobody knows
                return self._before + self._file.tell()
        return self._before


def _batch(events: list[PlainEvent], told: list[Told], place: _Place) -> ReadBatch:
    times = [event.occurred_at for event in events]
    return ReadBatch(columns_of(events), min(times, default=None), max(times, default=None), told, place.bytes_read)


def _items(reading: Reading, place: _Place) -> Iterator[PlainEvent | Told]:
    watch, log_format = formats.IdWatch(), reading.log_format()
    for file in reading.files:
        yield from _items_of(file, log_format, reading.id_paths, place, watch)
        place.end(file.size)
    if watch.clashes:
        yield IdClashes(watch.clashes, watch.example)


def _items_of(
    file: ImportFile,
    log_format: formats.Format | None,
    id_paths: tuple[str, ...],
    place: _Place,
    watch: formats.IdWatch,
) -> Iterator[PlainEvent | Told]:
    read, is_failure = 0, True
    remarks: Mapping[str, int] = {}
    problem: StoreError | None = None
    try:
        with opened(file.name) as raw:
            place.begin(raw)
            source = formats.open_log(raw, log_format, id_paths)
            remarks = source.remarks
            table = None if source.format is None else source.format.table
            yield FileBegan(file.name, source.title, () if table is None else table.failures)
            for _, outcome in source.outcomes():
                read += 1
                if isinstance(outcome, PlainEvent):
                    watch.show(outcome)
                    yield outcome
                else:
                    yield _rejection(file, outcome)
    except FormatMistake as mistake:
        problem, is_failure = mistake, file.is_named
    except SourceProblem as failure:
        problem = failure
    except OSError as error:
        problem = SourceProblem(f"It cannot be read: {error.strerror or 'unknown reason'}.")
    if problem is None:
        yield FileEnded(file.name, read, dict(remarks))
    else:
        told = " ".join(filter(None, (str(problem), problem.advice)))
        yield FileEnded(file.name, read, dict(remarks), told, is_failure)


def _rejection(file: ImportFile, rejected: formats.Rejected) -> Rejection:
    where, mistake, text = rejected
    return Rejection(file.name, where.line, where.record, str(mistake), mistake.advice, text)
