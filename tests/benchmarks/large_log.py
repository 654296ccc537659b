"""Logs of any size for the benchmarks, built once and kept."""

import contextlib
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sample_data.generate import events
from store import DatabaseAddress, EventFilter, StoreError, TimeRange, open_repository, open_writer

BATCH = 20_000


async def build_log(path: Path, count: int) -> DatabaseAddress:
    """The address of a log of exactly `count` events, which end now or on the day it was first asked for."""
    address = DatabaseAddress.parse(str(path))
    with contextlib.suppress(StoreError):
        repository = await open_repository(address)
        found = await repository.count(EventFilter(time=TimeRange(since=None)))
        await repository.close()
        if found.number == count:
            return address
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    await fill_log(address, count)
    return address


async def fill_log(address: DatabaseAddress, count: int) -> None:
    """Write that many events to an empty database; they end now."""
    until = datetime.now(UTC) - timedelta(minutes=1)
    async with await open_writer(address) as writer:
        generated = events(count, seed=1, days=365, until=until)
        while batch := list(itertools.islice(generated, BATCH)):
            await writer.write(batch)
