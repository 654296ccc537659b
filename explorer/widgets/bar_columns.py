"""Bars of a histogram as columns of a terminal: how many fit, and how high each is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ..display import events_text

if TYPE_CHECKING:
    from store import Histogram

EIGHTHS = " ▁▂▃▄▅▆▇█"
EMPTY_SIGN = "."
"""Drawn where nothing happened, so that a gap is seen to be a gap."""

UNCOUNTED_SIGN = "░"
"""Drawn where not everything was counted."""


class BarColumn(NamedTuple):
    """What happened from `since` to just before `until`, drawn as one column; or less, unless it `is_counted`."""

    since: datetime
    until: datetime
    event_count: int
    failure_count: int
    is_counted: bool = True


def bar_columns(histogram: Histogram, width: int) -> list[BarColumn]:
    """At most `width` columns: a bar each, or as many neighbouring bars in one as it takes."""
    bars = histogram.bars
    group = max(1, -(-len(bars) // max(1, width)))
    groups = [bars[first : first + group] for first in range(0, len(bars), group)]
    return [
        BarColumn(
            each[0].since,
            each[-1].until,
            sum(bar.count for bar in each),
            sum(bar.failures for bar in each),
            is_counted=histogram.is_counted(each[0].since),
        )
        for each in groups
    ]


def column_signs(columns: Sequence[BarColumn], lines: int) -> list[str]:
    """One text of a sign per column for each line, the upper line first. The highest count fills all lines.

    Every count but 0 shows at least an eighth of a line.
    """
    top = max((column.event_count for column in columns), default=0)
    heights = [-(-column.event_count * lines * 8 // top) if top else 0 for column in columns]
    drawn = []
    for line in reversed(range(lines)):
        signs = (EIGHTHS[max(0, min(8, height - 8 * line))] for height in heights)
        drawn.append("".join(signs))
    drawn[-1] = "".join(
        (sign if column.event_count else EMPTY_SIGN) if column.is_counted else UNCOUNTED_SIGN
        for column, sign in zip(columns, drawn[-1], strict=True)
    )
    return drawn


def most_text(columns: Sequence[BarColumn]) -> str:
    """How many events there are in a column at most, as a further remark; nothing where none was counted."""
    is_known = any(column.is_counted for column in columns)
    return f", at most {max(column.event_count for column in columns):,}" if is_known else ""


def count_text(column: BarColumn) -> str:
    """How many events a column holds: "3 events", "at least 3 events", "not counted"."""
    if column.is_counted:
        return events_text(column.event_count)
    return f"at least {events_text(column.event_count)}" if column.event_count else "not counted"


def later_text(histogram: Histogram) -> str:
    """How many events come behind the last bar, to be put behind something: " · 3 later", " · ≥3 later"."""
    if histogram.later_is_exact:
        return f" · {histogram.later:,} later" if histogram.later else ""
    return f" · ≥{histogram.later:,} later"
