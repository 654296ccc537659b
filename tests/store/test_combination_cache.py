"""What a reader knows of the combinations of a log is what the log says, however its own questions overlap."""

import asyncio
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from store import DatabaseAddress
from store.combination_cache import CombinationCache
from store.compiled import Statement
from store.connections import NO_PARAMETERS, Connections
from store.held_connection import Rows
from store.meta_numbers import SELECT_WRITTEN

TURNS = st.lists(st.integers(0, 5), min_size=1, max_size=12)
"""How many turns of the event loop pass before each of several things happens."""


class LateAnswers(Connections):
    """A log to which batches come, one event of a new name each, and whose answers take as long as a test says."""

    def __init__(self, turns: list[int]) -> None:
        super().__init__(DatabaseAddress.parse("nowhere.db"), writes=True)  # but never connects
        self.batches = 0
        self._turns = turns
        self._asked = 0

    async def rows(self, statement: Statement, parameters: Mapping[str, object] = NO_PARAMETERS) -> Rows:
        written = str(self.batches)
        names = [(0, number, f"NAME_{number}", "", "", "", 1) for number in range(1, self.batches + 1)]
        self._asked += 1
        await _pass(self._turns[self._asked % len(self._turns)])
        return [(written,)] if statement is SELECT_WRITTEN else [*names, (2, 0, written, None, None, None, None)]


async def _pass(turns: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)


@given(TURNS, TURNS, TURNS)
def test_looks_that_overlap_leave_what_the_newest_of_them_saw(
    answer_turns: list[int], batch_turns: list[int], look_turns: list[int]
) -> None:
    log = LateAnswers(answer_turns)
    cache = CombinationCache(log)

    async def write() -> None:
        for turns in batch_turns:
            await _pass(turns)
            log.batches += 1

    async def look() -> None:
        before = log.batches
        await cache.refresh(at_once=True)
        assert min(cache.written, cache.total, len(cache.combinations)) >= before

    async def run() -> None:
        looks = [asyncio.ensure_future(write())]
        for turns in look_turns:
            await _pass(turns)
            looks.append(asyncio.ensure_future(look()))
        await asyncio.gather(*looks)
        await cache.refresh(at_once=True)
        assert (cache.written, cache.total) == (log.batches, log.batches)
        assert cache.combinations.keys() == cache.counts.keys() == set(range(1, log.batches + 1))
        assert not await cache.misses(cache.counts)

    asyncio.run(run())
