"""Bars of a histogram as columns of a terminal: how many fit, and how high each is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store import Histogram

EIGHTHS = " ▁▂▃▄▅▆▇█"
EMPTY_SIGN = "."
"""Drawn where nothing happened, so that a gap is seen to be a gap."""

UNCOUNTED_SIGN = "░"
"""Drawn where nothing was counted."""


class BarColumn(NamedTuple):
    """What happened from `since` to just before `until`, drawn as one column; less, unless it `is_counted` at all."""

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
    counted_since = histogram.counted_since
    return [
        BarColumn(
            each[0].since,
            each[-1].until,
            sum(bar.count for bar in each),
            sum(bar.failures for bar in each),
            is_counted=counted_since is None or counted_since < each[-1].until,
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
