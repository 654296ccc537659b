"""What came in since: every event once, by the order of commits, whoever writes and whatever the clocks say."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from store import Choice, DatabaseAddress, Event, EventFilter, EventRepository, TimeRange, open_repository, open_writer
from store.batch import Batch
from tests.builders import NOON, make_event

OPEN = EventFilter(time=TimeRange(since=None))
WRITERS, TURNS, EVENTS = 4, 12, 5


async def test_nothing_is_lost_with_several_writers_that_commit_late(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(5)
    write = Batch.write

    async def write_and_dawdle(self: Batch, by_id: Mapping[bytes, Event]) -> int:
        stored = await write(self, by_id)
        await asyncio.sleep(random.random() * 0.01)
        return stored

    monkeypatch.setattr(Batch, "write", write_and_dawdle)

    async def write_turns(name: str) -> list[list[str]]:
        batches = []
        async with await open_writer(database) as writer:
            for turn in range(TURNS):
                batch = [
                    make_event(
                        id=f"{name}-{turn}-{number}",
                        occurred_at=NOON + timedelta(seconds=turn - (random.random() < 0.3) * 1_000),
                        event_name=f"N{random.randrange(30)}",
                    )
                    for number in range(EVENTS)
                ]
                await asyncio.sleep(random.random() * 0.01)
                await writer.write(batch)
                batches.append([event.id for event in batch])
        return batches

    async with await open_writer(database):  # makes the tables
        pass
    repository = await open_repository(database)
    found: list[str] = []

    async def follow() -> None:
        newest = 0
        while len(found) < WRITERS * TURNS * EVENTS:
            await repository.newest_batch(newest, seconds=5)
            arrivals = await repository.arrivals(OPEN, newest, enough=20)
            newest = arrivals.newest
            found.extend(event.id for event in arrivals.events)

    async with asyncio.timeout(30):
        *written, _ = await asyncio.gather(*(write_turns(f"w{number}") for number in range(WRITERS)), follow())
    await repository.close()
    batches = [batch for batches in written if batches for batch in batches]
    assert sorted(found) == sorted(event_id for batch in batches for event_id in batch)
    pieces = {tuple(sorted(found[start : start + EVENTS])) for start in range(0, len(found), EVENTS)}
    assert pieces == {tuple(sorted(batch)) for batch in batches}
    for name in range(WRITERS):
        own = [int(event_id.split("-")[1]) for event_id in found if event_id.startswith(f"w{name}-")]
        assert own == sorted(own)


async def test_late_events_are_found_where_the_filter_wants_them(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        await writer.write([make_event(number) for number in range(10)])
        repository = await open_repository(database)
        before = await repository.newest_batch()
        late = make_event(20, occurred_at=NOON - timedelta(days=400), event_name="NEW_NAME", payload='{"plan": "gold"}')
        await writer.write([make_event(21), late])
        await writer.write([make_event(21)])
        newest = await repository.newest_batch()
        assert newest > before
        conditions = {"event_names": "NEW_NAME", "texts": "GOLD", "payload.plan": "gold"}
        filters = [OPEN.with_choice(field, Choice(included=(value,))) for field, value in conditions.items()]
        for event_filter in filters:
            assert (await repository.arrivals(event_filter, before, enough=100)).events == (late,)
        assert (await repository.arrivals(OPEN, before, enough=100)).events == (late, make_event(21))
        assert await repository.count_arrivals(OPEN, before, newest) == 2
        since_noon = EventFilter(time=TimeRange(since=NOON))
        assert (await repository.arrivals(since_noon, before, enough=100)).events == (make_event(21),)
        assert await repository.count_arrivals(since_noon, before, newest) == 1
        assert (await repository.arrivals(OPEN, newest, enough=100)).events == ()
        await repository.close()


async def test_a_batch_is_never_cut(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        for batch in range(3):
            await writer.write([make_event(number, id=f"{batch}-{number}") for number in range(10)])
    repository = await open_repository(database)

    async def behind(after: int, enough: int) -> tuple[int, int]:
        arrivals = await repository.arrivals(OPEN, after, enough)
        return len(arrivals.events), arrivals.newest

    assert await behind(0, 1) == (10, 1)
    assert await behind(0, 11) == (20, 2)
    assert await behind(1, 500) == (20, 3)
    assert await behind(3, 500) == (0, 3)
    await repository.close()


async def test_waiting_ends_with_the_next_commit_or_after_its_time(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        repository = await open_repository(database)
        assert await repository.newest_batch() == 0
        assert await repository.newest_batch(other_than=0, seconds=0.2) == 0
        waiting = asyncio.create_task(_seconds_until_changed(repository, 0))
        await asyncio.sleep(0)
        await writer.write([make_event()])
        assert await waiting < 1
        await repository.close()


async def _seconds_until_changed(repository: EventRepository, number: int) -> float:
    started = time.monotonic()
    assert await repository.newest_batch(number, seconds=30) == number + 1
    return time.monotonic() - started


WRITE = """
import asyncio, sys
from store import DatabaseAddress, open_writer
from tests.builders import make_event

async def main():
    async with await open_writer(DatabaseAddress.parse(sys.argv[1])) as writer:
        await writer.write([make_event(int(sys.argv[2]))])

asyncio.run(main())
"""


def test_readers_of_one_process_see_what_other_processes_wrote_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "log.db"

    def write(number: int) -> None:
        subprocess.run([sys.executable, "-c", WRITE, str(path), str(number)], check=True)

    async def read() -> None:
        address = DatabaseAddress.parse(str(path))
        first = await open_repository(address)
        assert await first.newest_batch() == 1
        second = await open_repository(address)
        assert await second.newest_batch() == 1
        for number in (2, 3, 4):
            await asyncio.to_thread(write, number)
            assert await first.newest_batch() == number
            assert (await second.arrivals(OPEN, number - 1, enough=1)).events == (make_event(number),)
        await first.close()
        await second.close()

    write(1)
    asyncio.run(read())
