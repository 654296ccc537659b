"""The stream of `activity demo --live`: requests of now, in a copy of the sample and never in the sample itself."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from itertools import islice

from sample_data.demo import demo_database
from sample_data.live import LONGEST_TRACE, go_on, happening_at, live_database, live_traces
from store import EventFilter, TimeRange, open_repository

NOW = datetime(2026, 11, 26, 12, 0, 0, 123_456, tzinfo=UTC)
OPEN = EventFilter(time=TimeRange(since=None))


def test_requests_happen_at_their_moment_also_in_their_payloads() -> None:
    traces = [happening_at(trace, NOW) for trace in islice(live_traces(1, NOW), 200)]
    for trace in traces:
        assert 1 <= len(trace) <= LONGEST_TRACE
        assert len({event.trace_id for event in trace}) == 1
        assert max(event.occurred_at for event in trace) == NOW.replace(microsecond=123_000)
        for event in trace:
            told = json.loads(event.payload or "{}").get("timestamp")
            assert told is None or abs(datetime.fromisoformat(told) - event.occurred_at) <= timedelta(milliseconds=1)
    ids = [event.id for trace in traces for event in trace]
    assert len(ids) == len(set(ids))


async def test_the_story_goes_on_in_a_copy() -> None:
    sample = await demo_database(NOW)
    copy = await live_database(NOW)
    assert copy.path != sample.path
    repository = await open_repository(copy)
    before = await repository.newest_batch()
    count = (await repository.count(OPEN)).number
    stream = asyncio.create_task(go_on(copy, lambda: NOW))
    assert await repository.newest_batch(before, seconds=30) > before
    assert (await repository.count(OPEN)).number > count
    stream.cancel()
    await asyncio.wait({stream})
    await repository.close()
    repository = await open_repository(sample)
    assert (await repository.count(OPEN)).number == count
    await repository.close()
