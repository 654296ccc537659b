"""Following: how long after its commit an event is seen and shown, whether any is lost, and what it takes for long.

ACTIVITY_BENCHMARK_SECONDS sets how long each stream lasts (8 unless set): the figures of a minute and more tell whether
memory, files and tasks stay as they are.
"""

import asyncio
import os
import subprocess
import sys
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from explorer.areas.following import Following
from store import DatabaseAddress, EventFilter, TimeRange, open_repository, open_writer
from tests.benchmarks.figures import percentile, report
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import numbered_events

SECONDS = int(os.environ.get("ACTIVITY_BENCHMARK_SECONDS", "8"))
FIRST = 1_000
"""The number of the first event that is written while the log is followed."""

BAR_SECONDS = 1.0
SAMPLES = 10
OPEN = EventFilter(time=TimeRange(since=None))

WRITE = """
import asyncio, sys, time
from dataclasses import replace
from datetime import UTC, datetime
from store import DatabaseAddress, open_writer
from store.dialect import Postgres
from store.session_orders import POSTGRES_ORDERS
from tests.logs import numbered_event

async def main():
    place, how, first, *numbers = sys.argv[1:]
    first, seconds, a_second, batches = map(int, (first, *numbers))
    if how == "silent":
        Postgres.orders = replace(POSTGRES_ORDERS, commit=["COMMIT"])
    size = a_second // batches
    async with await open_writer(DatabaseAddress.parse(place)) as writer:
        begun = time.monotonic()
        for batch in range(seconds * batches):
            await asyncio.sleep(max(0.0, begun + batch / batches - time.monotonic()))
            numbers = range(first + batch * size, first + (batch + 1) * size)
            events = map(numbered_event, numbers)
            await writer.write([event.replaced(occurred_at=datetime.now(UTC)) for event in events])

asyncio.run(main())
"""


class Stream(NamedTuple):
    """How many events are written in how many batches each second."""

    events_a_second: int
    batches_a_second: int


class Taken(NamedTuple):
    """What this process holds at one moment."""

    megabytes: float
    files: int
    tasks: int


def taken() -> Taken:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    files = len(list(Path("/proc/self/fd").iterdir()))
    return Taken(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, files, len(asyncio.all_tasks()))


def age(moment: datetime) -> float:
    return (datetime.now(UTC) - moment).total_seconds()


@pytest.fixture(params=["sqlite", "psycopg silent", "psycopg", "asyncpg"])
def kind(request: pytest.FixtureRequest) -> str:
    """The database; a `silent` writer announces nothing."""
    return str(request.param)


@pytest.fixture
def address(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseAddress]:
    if kind == "sqlite":
        yield DatabaseAddress.parse(str(tmp_path / "log.db"))
        return
    url: str = request.getfixturevalue("postgres_url")
    yield DatabaseAddress.parse(url.replace("postgresql://", f"postgresql+{kind.split()[0]}://"))


@pytest.mark.parametrize("stream", [Stream(3, 3), Stream(1_000, 20)], ids=["now and then", "1,000 a second"])
async def test_events_are_seen_and_shown_within_a_second_and_none_is_lost(
    address: DatabaseAddress, kind: str, stream: Stream
) -> None:
    async with await open_writer(address) as writer:
        await writer.write(numbered_events(500))
    total = SECONDS * stream.events_a_second
    is_seen, seen, shown = bytearray(total), array("d"), array("d")
    samples: list[Taken] = []

    async def tail() -> None:
        repository = await open_repository(address)
        newest = await repository.newest_batch()
        while len(seen) < total:
            await repository.newest_batch(newest, seconds=30)
            arrivals = await repository.arrivals(OPEN, newest, enough=1_000)
            newest = arrivals.newest
            for event in arrivals.events:
                seen.append(age(event.occurred_at))
                is_seen[int(event.id.removeprefix("event-")) - FIRST] += 1
        await repository.close()

    async def watch() -> None:
        while True:
            await asyncio.sleep(SECONDS / SAMPLES)
            samples.append(taken())

    app = app_on(address, event_filter=OPEN)
    async with app.run_test(size=(160, 48)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("F")
        await until(pilot, lambda: app.screen.query_one(Following).is_up_to_date, "a first look")
        tell = table.tell_highlighted

        def told(message: object) -> object:
            event = getattr(message, "event", None)
            if event is not None:
                shown.append(age(event.occurred_at))
            return tell(message)

        table.tell_highlighted = told
        watching = asyncio.create_task(watch())
        place = address.path or address.sqlalchemy_url
        how = "silent" if "silent" in kind else "announcing"
        command = [sys.executable, "-c", WRITE, place, how, *map(str, (FIRST, SECONDS, *stream))]
        with subprocess.Popen(command) as writing:  # noqa: ASYNC220  it only starts here
            async with asyncio.timeout(10 * SECONDS):
                await tail()
                while table.rows.end != 500 + total or not app.screen.query_one(Following).is_up_to_date:
                    await pilot.pause(0.05)
        watching.cancel()
        assert writing.returncode == 0
    report(
        f"following {kind}",
        events=str(total),
        lost=str(is_seen.count(0)),
        twice=str(total - is_seen.count(0) - is_seen.count(1)),
        seen_p50=percentile(seen, 0.5),
        seen_p99=percentile(seen, 0.99),
        shown_p50=percentile(shown, 0.5),
        shown_p99=percentile(shown, 0.99),
    )
    for name, figures in zip(Taken._fields, zip(*samples, strict=True), strict=True):
        report(name, **{"over time": " ".join(f"{figure:.0f}" for figure in figures)})
    assert is_seen.count(1) == total
    assert percentile(shown, 0.99) < BAR_SECONDS
