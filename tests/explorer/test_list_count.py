"""How many events a followed list has, while batches come in between any two questions about it."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from explorer.list_count import ListCount
from explorer.searching import Listed
from store import Count, EventFilter, EventRepository, MappingProblem, QuestionTooLong, StoreError


class BatchesOfALog:
    """Holds so many events in each batch. Before each answer the next of `upcoming` batches come in."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.upcoming: list[Sequence[int]] = []

    def _come_in(self) -> None:
        self.batches += self.upcoming.pop(0) if self.upcoming else ()

    async def newest_batch(self) -> int:
        self._come_in()
        return len(self.batches)

    async def count(self, event_filter: EventFilter) -> Count:
        self._come_in()
        return Count(number=sum(self.batches))

    async def count_arrivals(self, event_filter: EventFilter, after: int, newest: int) -> int:
        self._come_in()
        return sum(self.batches[after:newest])


def list_of(log: BatchesOfALog) -> Listed:
    return Listed(cast(EventRepository, log), EventFilter(), EventFilter(), "log")


_BATCHES = st.lists(st.integers(0, 9), max_size=2)
_STEPS = st.lists(
    st.tuples(st.sampled_from(["counted", "counted before it was followed", "looked"]), st.lists(_BATCHES, max_size=6)),
    max_size=8,
)


@given(_STEPS)
@example([("counted", [[], [5]]), ("looked", []), ("looked", [[3]])])
@example([("counted", [[], [5], [], [], [5]]), ("looked", [[3]])])
def test_a_number_is_that_of_all_batches_up_to_one_and_in_the_end_up_to_the_newest(
    steps: list[tuple[str, list[Sequence[int]]]],
) -> None:
    async def follow() -> None:
        log, count, seen = BatchesOfALog(), ListCount(), 0
        for step, upcoming in [*steps, ("counted", []), ("looked", [[7]])]:
            log.upcoming = list(upcoming)
            if step == "looked":
                newest = await log.newest_batch()
                await count.add(seen, newest, await log.count_arrivals(EventFilter(), seen, newest))
                seen = newest
                count.grow()
            else:
                await count.load(list_of(log), is_followed=step == "counted")
            if count.counted is None or count.counted.exact:
                assert count.number in [sum(log.batches[:number]) for number in range(len(log.batches) + 1)]
            assert count.number <= sum(log.batches)
        assert count.counted == Count(number=sum(log.batches))

    asyncio.run(follow())


def test_what_came_in_is_added_once_it_is_shown() -> None:
    async def follow() -> None:
        log, count = BatchesOfALog(), ListCount()
        log.batches = [4, 2]
        await count.load(list_of(log), is_followed=True)
        log.batches += [3]
        await count.add(2, 3, 3)
        assert count.number == 6
        assert count.grow() == count.number == 9

    asyncio.run(follow())


def test_where_batches_come_in_whenever_it_is_counted_there_are_at_least_so_many_and_all_that_come_in_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("explorer.list_count.QUICK_SECONDS", 60.0)

    async def follow() -> None:
        log, count = BatchesOfALog(), ListCount()
        log.upcoming = [[1]] * 6
        await count.load(list_of(log), is_followed=True)
        assert count.counted == Count(number=4)
        await count.add(2, 6, 4)
        assert count.grow() == 5
        assert count.counted == Count(number=5, exact=False)
        log.batches += [1]
        await count.add(6, 7, 1)
        assert count.grow() == 6
        assert count.counted == Count(number=6, exact=False)
        await count.load(list_of(log), is_followed=True)
        assert count.counted == Count(number=len(log.batches))

    asyncio.run(follow())


@pytest.mark.parametrize("problem", [QuestionTooLong, MappingProblem])
def test_a_log_that_does_not_tell_its_newest_batch_is_counted_all_the_same(problem: type[StoreError]) -> None:
    class Silent(BatchesOfALog):
        async def newest_batch(self) -> int:
            raise problem("It does not tell.", "Ask nothing.")

    async def follow() -> None:
        log, count = Silent(), ListCount()
        log.batches = [4]
        await count.load(list_of(log), is_followed=True)
        assert count.counted == Count(number=4)
        await count.add(0, 1, 0)
        assert count.grow() == 4
        await count.add(1, 2, 3)
        count.grow()
        assert count.counted == Count(number=4, exact=False)

    asyncio.run(follow())
