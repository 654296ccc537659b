"""The dates and times under a histogram: where they stand and what they say, whatever the span."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

DAY = timedelta(days=1)
STEPS = (
    *(timedelta(milliseconds=number) for number in (1, 10, 100)),
    *(timedelta(seconds=number) for number in (1, 5, 10, 30)),
    *(timedelta(minutes=number) for number in (1, 5, 10, 30)),
    *(timedelta(hours=number) for number in (1, 3, 6, 12)),
    *(timedelta(days=number) for number in (1, 2, 7, 14)),
)
"""Ticks stand where one of these begins; beyond them where a month or year does."""

MONTHS = (1, 3, 6, 12, 60, 120, 600, 1200, 12000)
ROOM = 12
"""Cells that a label needs with the gap behind it."""

EPOCH = datetime(1970, 1, 1)


def axis_line(starts: Sequence[datetime], cell_width: int) -> str:
    """One line of labels under bars that begin at `starts` (all in one zone) and are `cell_width` cells wide each.

    The first label has the whole date. Others say a time of day, or the date where another day begins, with its year
    where that is another one.
    """
    if not starts:
        return ""
    moments = [start.replace(tzinfo=None) for start in starts]
    labelled, line, width = moments[0], _label(None, moments[0]), len(starts) * cell_width
    for place in _ticks(moments, cell_width):
        column, label = place * cell_width, _label(labelled, moments[place])
        if len(line) < column <= width - len(label):
            labelled, line = moments[place], line.ljust(column) + label
    return line[:width]


def _ticks(moments: Sequence[datetime], cell_width: int) -> list[int]:
    """The bars in which a step begins, for the shortest step whose labels find room."""
    least_bars = max(1, -(-ROOM // cell_width))
    found: list[int] = []
    steps: tuple[timedelta | int, ...] = (*STEPS, *MONTHS)
    for step in steps:
        numbers = [_number(moment, step) for moment in moments]
        found = [place for place in range(1, len(moments)) if numbers[place] != numbers[place - 1]]
        if all(later - earlier >= least_bars for earlier, later in pairwise(found)):
            return found
    return found


def _number(moment: datetime, step: timedelta | int) -> int:
    """Which one of the steps since 1970 a moment lies in."""
    if isinstance(step, timedelta):
        return (moment - EPOCH) // step
    return (moment.year * 12 + moment.month - 1) // step


def _label(previous: datetime | None, moment: datetime) -> str:
    if previous is None or previous.year != moment.year:
        return moment.date().isoformat()
    if previous.date() != moment.date():
        return f"{moment:%m-%d}"
    if previous.replace(second=0, microsecond=0) != moment.replace(second=0, microsecond=0):
        return f"{moment:%H:%M}"
    return f"{moment:%H:%M:%S}" if previous.second != moment.second else f"{moment:%H:%M:%S}.{moment.microsecond:06}"
