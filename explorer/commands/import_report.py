"""What became of the lines of an import, and the report that says so."""

import time
from collections import Counter
from dataclasses import dataclass, field

from store import EventMistake, WriteReport

SHOWN_REJECTIONS = 20
MOST_REASONS = 100
"""Reasons that are counted one by one: a hostile file could hold a new one in every line."""

OTHER_REASONS = "Other reasons."


@dataclass
class Tally:
    """Counts of lines. Of the rejected ones the first are kept with number, reason and advice, the others counted."""

    stored: int = 0
    repeated: int = 0
    rejected: list[tuple[int, str, str]] = field(default_factory=list)
    further: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    @property
    def written(self) -> int:
        return self.stored + self.repeated

    @property
    def read(self) -> int:
        return self.written + len(self.rejected) + self.further.total()

    def add(self, report: WriteReport) -> None:
        self.stored += report.stored
        self.repeated += report.repeated

    def reject(self, line_number: int, mistake: EventMistake) -> None:
        reason = str(mistake)
        if len(self.rejected) < SHOWN_REJECTIONS:
            self.rejected.append((line_number, reason, mistake.advice))
        elif reason in self.further or len(self.further) < MOST_REASONS:
            self.further[reason] += 1
        else:
            self.further[OTHER_REASONS] += 1

    def report(self) -> str:
        """The counts, the rejected lines with their reasons, and how long it took."""
        seconds = time.monotonic() - self.started
        counts = {"read": self.read, "stored": self.stored, "repeated": self.repeated}
        counts["rejected"] = self.read - self.written
        lines = [f"{name:<9}{number:>13,}" for name, number in counts.items()]
        lines += [f"  line {number:,}: {' '.join(filter(None, why))}" for number, *why in self.rejected]
        lines += [f"  {number:,} more: {reason}" for reason, number in self.further.most_common()]
        rate = f"{self.written / max(seconds, 0.001):,.0f} events a second"
        return "\n".join([*lines, f"took {seconds:,.1f} s, {rate}"])
