"""The files of an import -> their events in batches, with what else there is to tell. All of it is plain values."""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from store import Event, EventMistake, formats

from .import_files import opened, size_of

BATCH_EVENTS = 10_000
GZIP_START = b"\x1f\x8b"


class Reading(NamedTuple):
    """What is to be read, and how: enough to do it in any process."""

    file: str

    @property
    def label(self) -> str:
        """What is read, in a few words."""
        return self.file

    @property
    def size(self) -> int:
        """Bytes to be read, 0 where that is not known before."""
        return size_of(self.file)


class Rejection(NamedTuple):
    """Where a record stands that is no event, and why. The advice may be empty."""

    line: int
    reason: str
    advice: str


class ReadBatch(NamedTuple):
    """Some events, the rejected records between them, and how many bytes are read until now.

    `problem` says why a file could not be read to its end.
    """

    events: list[Event]
    rejections: list[Rejection]
    bytes_read: int
    problem: str = ""


def read_batches(reading: Reading) -> Iterator[ReadBatch]:
    """Everything that the files hold, in their order. That a file cannot be read is told, not raised."""
    events: list[Event] = []
    rejections: list[Rejection] = []
    place = 0
    problem = ""
    try:
        with opened(reading.file) as raw:
            for number, outcome in formats.read_events(_lines_of(raw)):
                if isinstance(outcome, EventMistake):
                    rejections.append(Rejection(number, str(outcome), outcome.advice))
                else:
                    events.append(outcome)
                if max(len(events), len(rejections)) >= BATCH_EVENTS:
                    place = _place(raw)
                    yield ReadBatch(events, rejections, place)
                    events, rejections = [], []
            place = _place(raw)
    except (OSError, EOFError, zlib.error) as error:
        problem = f"{_reason(error)}."
    if events or rejections or problem:
        yield ReadBatch(events, rejections, place, problem)


def _lines_of(raw: BinaryIO) -> BinaryIO:
    """The file itself, or what it holds when it is compressed with gzip."""
    if isinstance(raw, io.BufferedReader) and raw.peek(2)[:2] == GZIP_START:
        return io.BufferedReader(gzip.GzipFile(fileobj=raw))
    return raw


def _place(raw: BinaryIO) -> int:
    """How much of the file is read, of a compressed one as it lies there; of a pipe nobody knows."""
    return raw.tell() if raw.seekable() else 0


def _reason(problem: OSError | EOFError | zlib.error) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return "its compressed data are damaged or end too early"
