"""The writer: all or nothing, idempotent, and everything derived from the events stays exact."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from string import ascii_letters
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import (
    NEWEST,
    Actor,
    Choice,
    DatabaseAddress,
    EventFilter,
    Position,
    TimeRange,
    WriteReport,
    open_repository,
    open_writer,
)
from store.key_allocation import Placed, allocate
from store.time_keys import SLOT_BITS, SLOTS, microseconds
from tests.builders import NOON, make_event
from tests.store.exact import all_events, assert_exact


async def test_writing_twice_changes_nothing(database: DatabaseAddress) -> None:
    events = [make_event(number % 40, id=f"e{number}") for number in range(100)]
    async with await open_writer(database) as writer:
        assert await writer.write(events) == WriteReport(stored=100, repeated=0)
        before = await all_events(database)
        assert await writer.write(events) == WriteReport(stored=0, repeated=100)
        changed = [one.replaced(event_name="OTHER") for one in events]
        assert await writer.write(changed) == WriteReport(stored=0, repeated=100)
    assert await all_events(database) == before
    assert await assert_exact(database) == 100


async def test_of_equal_ids_in_a_batch_the_first_counts(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        report = await writer.write([make_event(1, id="same"), make_event(2, id="same"), make_event(3, id="other")])
    assert report == WriteReport(stored=2, repeated=1)
    assert [one.occurred_at for one in await all_events(database)] == [make_event(n).occurred_at for n in (3, 1)]


async def test_ids_of_any_length_are_stored_found_and_told_apart(database: DatabaseAddress) -> None:
    random = Random(1)  # not to be compressed to where it would fit
    long = "".join(random.choices(ascii_letters, k=3_000))
    ids = ["a", long, f"{long}b", "".join(random.choices(ascii_letters, k=1_000_000)), f"\0\x10\ud800{long}", "z"]
    events = [make_event(id=event_id, occurred_at=NOON) for event_id in ids]
    async with await open_writer(database) as writer:
        assert await writer.write([*events, *events[:3]]) == WriteReport(stored=6, repeated=3)
        assert await writer.write(events) == WriteReport(stored=0, repeated=6)
    assert await all_events(database) == tuple(reversed(events))
    assert await assert_exact(database) == 6
    repository = await open_repository(database)
    ever = EventFilter(time=TimeRange(since=None))
    for place, event in enumerate(events):
        assert await repository.event(event.id) == event
        page = await repository.page(ever, Position.of(event), "older", 10)
        assert page.events == tuple(reversed(events[:place]))
        assert await repository.ordinal(ever, Position.of(event)) == 5 - place
    for text, holding in ((long[1_500:1_520], events[1:3] + events[4:5]), (f"{long[-20:]}b", events[2:3])):
        found = await repository.page(ever.with_choice("texts", Choice(included=(text,))), NEWEST, "older", 10)
        assert found.events == tuple(reversed(holding))
    await repository.close()


async def test_an_empty_batch_is_fine(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        assert await writer.write([]) == WriteReport(stored=0, repeated=0)


async def test_late_events_and_ties_keep_every_count_exact(database: DatabaseAddress) -> None:
    crowd = [make_event(id=f"a{number}", occurred_at=NOON) for number in range(3 * SLOTS)]
    behind = [
        make_event(id=f"b{number}", occurred_at=NOON + timedelta(microseconds=number % 5)) for number in range(60)
    ]
    late = [make_event(id=f"c{number}", occurred_at=NOON) for number in range(40)]
    before_1970 = [
        make_event(id=f"d{number}", occurred_at=NOON - timedelta(days=40_000 + number)) for number in range(9)
    ]
    async with await open_writer(database) as writer:
        for batch in (crowd[:50], behind, crowd[50:], late, before_1970):
            await writer.write(batch)
    arrived = [*crowd[:50], *behind, *crowd[50:], *late, *before_1970]
    assert await all_events(database) == tuple(reversed(sorted(arrived, key=lambda one: one.occurred_at)))
    assert await assert_exact(database) == len(arrived)


class Unstorable(str):
    """A text that fails where it becomes bytes, halfway through a batch."""

    def isascii(self) -> bool:
        raise RuntimeError("unstorable")


async def test_a_failure_in_the_middle_of_a_batch_leaves_nothing(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        await writer.write([make_event(1)])
        with pytest.raises(RuntimeError, match="unstorable"):
            await writer.write([make_event(2, event_name="NEW"), make_event(3, payload=Unstorable("{}"))])
        assert await assert_exact(database) == 1
        await writer.write([make_event(2, event_name="NEW"), make_event(3, event_name="NEWER")])
    assert await assert_exact(database) == 3


async def test_a_cancelled_write_is_finished_or_not_begun(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        writing = asyncio.create_task(writer.write([make_event(number) for number in range(500)]))
        await asyncio.sleep(0)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        assert await assert_exact(database) in (0, 500)
        await writer.write([make_event(number) for number in range(501)])
    assert await assert_exact(database) == 501


async def test_two_writers_take_turns_and_see_each_other(database: DatabaseAddress) -> None:
    async with await open_writer(database) as first, await open_writer(database) as second:
        for turn in range(4):
            batches = [
                [
                    make_event(
                        number,
                        id=f"{turn}-{name}-{number}",
                        event_name=f"{name}{turn}",
                        actor=Actor(id=f"{turn}-{name}-{number % 3}"),
                    )
                    for number in range(30)
                ]
                for name in ("a", "b")
            ]
            await asyncio.gather(first.write(batches[0]), second.write(batches[1]))
    assert await assert_exact(database) == 240
    assert all(one.actor and one.id[:3] == (one.actor.id or "")[:3] for one in await all_events(database))


async def test_what_isolation_a_server_begins_with_does_not_matter_to_writers(postgres_url: str) -> None:
    name = urlsplit(postgres_url).path[1:]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
    address = DatabaseAddress.parse(postgres_url)
    async with await open_writer(address) as first, await open_writer(address) as second:
        for turn in range(4):
            same = [make_event(number, id=f"{turn}-{number}") for number in range(30)]
            reports = await asyncio.gather(first.write(same), second.write(same))
            assert sorted(report.stored for report in reports) == [0, 30]
    assert await assert_exact(address) == 120


KILLED = """
import asyncio, sys
from store import DatabaseAddress, open_writer
from tests.builders import make_event

async def main():
    async with await open_writer(DatabaseAddress.parse(sys.argv[1])) as writer:
        for batch in range(10_000):
            events = [make_event(batch, id=f"{batch}-{number}", event_name=f"N{number % 7}") for number in range(200)]
            await writer.write(events)
            print(batch, flush=True)

asyncio.run(main())
"""


async def test_a_killed_writer_leaves_whole_batches_and_exact_counts(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    process = subprocess.Popen(  # noqa: ASYNC220  nothing else runs on this loop
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(5):
        done = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    stored = await assert_exact(DatabaseAddress.parse(str(path)))
    assert stored % 200 == 0
    assert stored >= (done + 1) * 200


class PlainLog:
    """Keys and true times in a list: the model of a log that `allocate` works on."""

    def __init__(self) -> None:
        self.placed: list[tuple[int, int, int]] = []
        self.arrived = 0

    async def last_keys(self, times: Sequence[int]) -> dict[int, int]:
        last: dict[int, int] = {}
        for key, _, _ in self.placed:
            if key >> SLOT_BITS in times:
                last[key >> SLOT_BITS] = max(key, last.get(key >> SLOT_BITS, key))
        return last

    async def keys_from(self, first: int) -> AsyncIterator[Placed]:
        for key, time, _ in sorted(self.placed):
            if key >= first:
                yield Placed(key, time)

    async def add(self, times: list[int]) -> None:
        allocation = await allocate(times, self.last_keys, self.keys_from)
        moved = {move.old_key: move.time_key for move in allocation.moves}
        assert list(moved) == sorted(moved)
        self.placed = [(moved.get(key, key), time, number) for key, time, number in self.placed]
        for key, time in zip(allocation.keys, times, strict=True):
            self.placed.append((key, time, self.arrived))
            self.arrived += 1


@given(st.lists(st.lists(st.integers(-2, 4), max_size=90).map(sorted), max_size=8))
def test_keys_are_unique_and_follow_time_and_then_arrival(batches: list[list[int]]) -> None:
    log = PlainLog()
    for times in batches:
        asyncio.run(log.add(times))
    in_order = sorted(log.placed)
    assert len({key for key, _, _ in in_order}) == len(in_order)
    assert [(time, number) for _, time, number in in_order] == sorted((time, number) for _, time, number in in_order)
    assert all(key >> SLOT_BITS >= time for key, time, _ in in_order)


def test_the_time_of_an_event_is_kept_to_the_microsecond() -> None:
    assert microseconds(NOON + timedelta(microseconds=1)) - microseconds(NOON) == 1
