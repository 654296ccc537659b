"""What became of the records of an import, counted."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from store import WriteReport

from .import_reading import FileBegan, FileEnded, IdClashes, ReadBatch, Rejection, Told

SHOWN_REJECTIONS = 20
MOST_REASONS = 100
"""Reasons that are counted one by one: a hostile file could hold a new one in every line."""

MOST_SPANS = 1_000
"""Runs of rejected records that are kept with their numbers, for the same reason."""

OTHER_REASONS = "Other reasons."


class Reason(NamedTuple):
    """Why records of a file were rejected. They are counted by `unit`: the file has a record a line, or it has not."""

    file: str
    unit: str
    reason: str


@dataclass
class Places:
    """Records that were rejected for one reason: the first and last of each run, and how many are only counted."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    number: int = 0
    unnumbered: int = 0


@dataclass
class FileTally:
    """What was read of one file, in which format, and why not all of it. `is_done` when its reading has ended.

    `failed` are filters that find the calls that failed, where the format has some.
    """

    name: str
    title: str = ""
    failed: tuple[str, ...] = ()
    read: int = 0
    rejected: int = 0
    problem: str = ""
    is_done: bool = False


@dataclass
class Tally:
    """Counts of records. Of the rejected ones the first are kept with all there is to say, the others by reason."""

    stored: int = 0
    repeated: int = 0
    rejected: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    further: dict[Reason, Places] = field(default_factory=dict)
    spans: int = 0
    files: list[FileTally] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    id_clashes: IdClashes | None = None
    first: datetime | None = None
    last: datetime | None = None
    failures: list[FileTally] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    @property
    def written(self) -> int:
        return self.stored + self.repeated

    @property
    def read(self) -> int:
        return self.written + self.rejected

    @property
    def seconds(self) -> float:
        """How long it took until now, never 0."""
        return max(time.monotonic() - self.started, 0.001)

    def tell(self, told: Told) -> None:
        """Note what a batch holds beside its events."""
        match told:
            case Rejection():
                self._reject(told)
            case FileBegan():
                self.files.append(FileTally(told.file, told.title, told.failed))
            case FileEnded():
                self._end(told)
            case IdClashes():
                self.id_clashes = told

    def add(self, report: WriteReport, batch: ReadBatch) -> None:
        """Note that the events of a batch are in the log."""
        self.stored += report.stored
        self.repeated += report.repeated
        times = [moment for moment in (self.first, batch.first) if moment is not None]
        self.first = min(times, default=None)
        times = [moment for moment in (self.last, batch.last) if moment is not None]
        self.last = max(times, default=None)

    def _reject(self, rejection: Rejection) -> None:
        self.rejected += 1
        if self.files:
            self.files[-1].rejected += 1
        if len(self.rejections) < SHOWN_REJECTIONS:
            self.rejections.append(rejection._replace(text=""))
            return
        number = rejection.line or rejection.record or 0
        reason = Reason(rejection.file, "record" if rejection.line is None else "line", rejection.reason)
        if reason not in self.further and len(self.further) >= MOST_REASONS:
            reason = reason._replace(reason=OTHER_REASONS)
        places = self.further.setdefault(reason, Places())
        places.number += 1
        if places.spans and not places.unnumbered and places.spans[-1][1] >= number - 1:
            places.spans[-1] = (places.spans[-1][0], number)
        elif self.spans < MOST_SPANS:
            places.spans.append((number, number))
            self.spans += 1
        else:
            places.unnumbered += 1

    def _end(self, ended: FileEnded) -> None:
        if not self.files or self.files[-1].is_done:  # it could not even begin
            self.files.append(FileTally(ended.file))
        file = self.files[-1]
        file.read, file.problem, file.is_done = ended.read, ended.problem, True
        self.remarks.update(ended.remarks)
        if ended.is_failure:
            self.failures.append(file)
