"""The story goes on while somebody watches: requests that happen now, written into a copy of the sample database."""

import asyncio
import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from pathlib import Path
from random import Random

from store import DatabaseAddress, Event

from .demo import demo_database
from .log import iso
from .replay import events

LONGEST_TRACE = 25
"""So many events of one request at the most: hundreds at once are no stream."""

TRACES_AT_ONCE = 2_000
MOST_SECONDS_BETWEEN = 1.6
LATE_SHARE = 0.03
"""So many requests are told late, by up to ten minutes."""


async def live_database(now: datetime) -> DatabaseAddress:
    """A copy of the sample database as of `now` (aware), which ends with this process. Raises OSError or StoreError."""
    sample = await demo_database(now)
    return DatabaseAddress.parse(str(await asyncio.to_thread(_copied, str(sample.path))))


def _copied(sample: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="activity-live-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "sample.sqlite"
    with closing(sqlite3.connect(f"file:{sample}?mode=ro", uri=True)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)  # also what other processes write meanwhile is in it whole or not at all
    return path


async def go_on(address: DatabaseAddress, clock: Callable[[], datetime]) -> None:
    """Write one request after another, each at the time of `clock` (UTC), without end. Raises StoreError."""
    from store import open_writer

    began = clock()
    seed = int(began.timestamp())
    chance = Random(seed)
    async with await open_writer(address) as writer:
        traces = live_traces(seed, began)
        while True:
            trace = await asyncio.to_thread(next, traces)  # to make the first ones takes a while
            late = timedelta(seconds=chance.uniform(60, 600) if chance.random() < LATE_SHARE else 0)
            await writer.write(happening_at(trace, clock() - late))
            await asyncio.sleep(chance.expovariate(2 / MOST_SECONDS_BETWEEN))


def live_traces(seed: int, now: datetime) -> Iterator[list[Event]]:
    """The events of one request after another, without end. They have the times of some story before `now`."""
    while True:
        made = events(TRACES_AT_ONCE, seed=seed, days=30, until=now)
        for _, trace in groupby(made, key=lambda event: event.trace_id):
            yield list(islice(trace, LONGEST_TRACE))
        seed += 1


def happening_at(trace: list[Event], moment: datetime) -> list[Event]:
    """The same events with the last of them at `moment` (UTC), also in their payloads."""
    moment = moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)
    shift = moment - max(event.occurred_at for event in trace)
    return [_moved(event, event.occurred_at + shift) for event in trace]


def _moved(event: Event, moment: datetime) -> Event:
    payload = event.payload and event.payload.replace(iso(event.occurred_at.astimezone(UTC)), iso(moment))
    return event.replaced(occurred_at=moment, payload=payload)
