"""The cells of the rollup that events fall into: for each level of the ladder, how many in each bucket."""

from collections import Counter
from collections.abc import Iterator, Mapping

from .time_keys import LEVELS

Cells = Mapping[tuple[int, int], int]
"""How many events, by bucket of one level and combination."""


def every_level(finest: Cells) -> Iterator[tuple[int, Cells]]:
    """Every level with its cells, worked out from those of the finest, which comes first."""
    cells = finest
    for level, width in enumerate(LEVELS):
        if level:
            factor, finer = width // LEVELS[level - 1], cells
            coarser: Counter[tuple[int, int]] = Counter()
            for (bucket, combination), count in finer.items():
                coarser[bucket // factor, combination] += count
            cells = coarser
        yield level, cells


def rollup_rows(level: int, cells: Cells) -> Iterator[tuple[int, int, int, int]]:
    """Rows of the table `rollup`, in order, so that neighbouring cells lie on the same pages."""
    return ((level, bucket, combination, cells[bucket, combination]) for bucket, combination in sorted(cells))
