"""Counts every event anew, slice by slice: what the rollup should hold, in steady memory however long the log is."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from .cells import Cells, counts_of_combinations, every_level
from .slices import FIRST_KEY, cells_of, next_slice
from .time_keys import END, LAST_KEY, LEVELS

SLICE_EVENTS = 100_000
FIRST_BUCKET, LAST_BUCKET = -(2**63), 2**63 - 1


class LevelCells(NamedTuple):
    """All cells that one level should have in the buckets from `first` to `last`."""

    level: int
    first: int
    last: int
    cells: Cells


class Recounted(NamedTuple):
    """A slice of the log: its keys from `low` to just before `high`, and the buckets that are complete with it."""

    low: int
    high: int
    events: int
    combinations: Counter[int]
    levels: Sequence[LevelCells]


async def recounted(connection: AsyncConnection) -> AsyncIterator[Recounted]:
    """The whole log, inside a transaction of somebody else: every key and every bucket there can be, each once."""
    pending: list[Counter[tuple[int, int, int]]] = [Counter() for _ in LEVELS]
    firsts = [FIRST_BUCKET] * len(LEVELS)
    low, is_last = FIRST_KEY, False
    while not is_last:
        part = await next_slice(connection, low, SLICE_EVENTS, LEVELS[0])
        is_last = part is None or part.until == END
        combinations = Counter[int]()
        if part is not None:
            finest = await cells_of(connection, part)
            combinations = counts_of_combinations(finest)
            for level, cells in every_level(finest):
                pending[level].update(cells)
        levels: list[LevelCells] = []
        for level, width in enumerate(LEVELS):
            beyond = LAST_BUCKET if part is None or is_last else part.until // width
            if beyond > firsts[level]:
                done = {cell: count for cell, count in pending[level].items() if cell[1] < beyond}
                for cell in done:
                    del pending[level][cell]
                levels.append(LevelCells(level, firsts[level], LAST_BUCKET if is_last else beyond - 1, done))
                firsts[level] = beyond
        high = LAST_KEY if part is None or is_last else part.high
        yield Recounted(low, high, combinations.total(), combinations, levels)
        low = high
