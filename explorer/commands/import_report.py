"""What became of the lines of an import, and the report that says so."""

import time
from dataclasses import dataclass, field

from store import WriteReport

from .import_reading import ReadBatch, Rejection

SHOWN_REJECTIONS = 20
MOST_REASONS = 100
"""Reasons that are counted one by one: a hostile file could hold a new one in every line."""

MOST_SPANS = 1_000
"""Runs of rejected lines that are kept with their numbers, for the same reason."""

OTHER_REASONS = "Other reasons."


@dataclass
class _Lines:
    """Lines that were rejected for one reason: the first and last of each run, and how many are only counted."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    number: int = 0
    unnumbered: int = 0

    def __str__(self) -> str:
        if not self.spans:
            return f"{self.unnumbered:,} more"
        runs = [str(first) if first == last else f"{first}{_joint(first, last)}{last}" for first, last in self.spans]
        plural = "s" if self.number > 1 + self.unnumbered else ""
        return f"line{plural} {', '.join(runs)}" + (f" and {self.unnumbered:,} more" if self.unnumbered else "")


@dataclass
class Tally:
    """Counts of lines. Of the rejected ones the first are kept with reason and advice, the others only by reason."""

    stored: int = 0
    repeated: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    further: dict[str, _Lines] = field(default_factory=dict)
    spans: int = 0
    problem: str = ""
    started: float = field(default_factory=time.monotonic)

    @property
    def written(self) -> int:
        return self.stored + self.repeated

    @property
    def read(self) -> int:
        return self.written + len(self.rejected) + sum(lines.number for lines in self.further.values())

    def add(self, report: WriteReport) -> None:
        self.stored += report.stored
        self.repeated += report.repeated

    def read_batch(self, batch: ReadBatch) -> None:
        """Note what a batch holds beside its events."""
        for rejection in batch.rejections:
            self.reject(rejection)
        self.problem = batch.problem

    def reject(self, rejection: Rejection) -> None:
        if len(self.rejected) < SHOWN_REJECTIONS:
            self.rejected.append(rejection)
            return
        line_number, reason, _ = rejection
        if reason not in self.further and len(self.further) >= MOST_REASONS:
            reason = OTHER_REASONS
        lines = self.further.setdefault(reason, _Lines())
        lines.number += 1
        if lines.spans and not lines.unnumbered and lines.spans[-1][1] == line_number - 1:
            lines.spans[-1] = (lines.spans[-1][0], line_number)
        elif self.spans < MOST_SPANS:
            lines.spans.append((line_number, line_number))
            self.spans += 1
        else:
            lines.unnumbered += 1

    def report(self) -> str:
        """The counts, the rejected lines with their reasons, and how long it took."""
        seconds = time.monotonic() - self.started
        counts = {"read": self.read, "stored": self.stored, "repeated": self.repeated}
        counts["rejected"] = self.read - self.written
        lines = [f"{name:<9}{number:>13,}" for name, number in counts.items()]
        lines += [f"  line {number:,}: {' '.join(filter(None, why))}" for number, *why in self.rejected]
        most_frequent_first = sorted(self.further.items(), key=lambda item: -item[1].number)
        lines += [f"  {numbers}: {reason}" for reason, numbers in most_frequent_first]
        rate = f"{self.written / max(seconds, 0.001):,.0f} events a second"
        return "\n".join([*lines, f"took {seconds:,.1f} s, {rate}"])


def _joint(first: int, last: int) -> str:
    """Two lines are named both, a longer run by its ends."""
    return ", " if last == first + 1 else "-"
