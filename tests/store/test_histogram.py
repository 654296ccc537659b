"""Bars of a histogram: between which times they count."""

from datetime import timedelta

from store import Actor, DatabaseAddress, EventFilter, TimeRange, open_repository, open_writer
from store.event import Event
from tests.builders import NOON, make_event


def batch(number: int) -> list[Event]:
    """Events of Ann, one for each of 40 minutes, and few of others."""
    actors = [Actor(id="ann")] * 40 + [Actor(id="bob")] * 3
    return [
        make_event(id=f"{number}-{place}", occurred_at=NOON + timedelta(minutes=place), actor=actor)
        for place, actor in enumerate(actors)
    ]


async def test_bars_part_at_their_edge_a_span_that_holds_no_whole_bucket(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        await writer.write(batch(0))
        repository = await open_repository(database)
        time = TimeRange(since=NOON - timedelta(minutes=1), until=NOON + timedelta(minutes=59))
        histogram = await repository.histogram(EventFilter(time=time), NOON, 2)
        assert [(bar.since, bar.count) for bar in histogram.bars] == [(NOON - timedelta(hours=1), 0), (NOON, 43)]
        await repository.close()
