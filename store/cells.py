"""The cells of the rollup that events fall into: for each owner and level of the ladder, how many in each bucket."""

from collections import Counter
from collections.abc import Iterator, Mapping

from .time_keys import LEVELS

ALL_EVENTS = 0
"""The owner of the cells that count every event."""

Cells = Mapping[tuple[int, int, int], int]
"""How many events, by owner, bucket of one level and combination."""


def every_level(finest: Cells) -> Iterator[tuple[int, Cells]]:
    """Every level with its cells, worked out from those of the finest, which comes first."""
    cells = finest
    for level, width in enumerate(LEVELS):
        if level:
            factor, finer = width // LEVELS[level - 1], cells
            coarser: Counter[tuple[int, int, int]] = Counter()
            for (owner, bucket, combination), count in finer.items():
                coarser[owner, bucket // factor, combination] += count
            cells = coarser
        yield level, cells


def rollup_rows(level: int, cells: Cells) -> Iterator[tuple[int, int, int, int, int]]:
    """Rows of the table `rollup`, in order, so that neighbouring cells lie on the same pages."""
    return (
        (owner, level, bucket, combination, cells[owner, bucket, combination])
        for owner, bucket, combination in sorted(cells)
    )


def counts_of_combinations(cells: Cells) -> Counter[int]:
    """How many of all events each combination has in the cells of one level."""
    counts: Counter[int] = Counter()
    for (owner, _, combination), count in cells.items():
        if owner == ALL_EVENTS:
            counts[combination] += count
    return counts
