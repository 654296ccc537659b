"""Following at 1,000 events a second: how long after its commit an event is seen and shown, and whether any is lost."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from explorer.areas.following import Following
from explorer.event_list import EventList
from store import DatabaseAddress, EventFilter, TimeRange, open_repository
from tests.benchmarks.figures import percentile, report
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import numbered_events, write_log

SECONDS = int(os.environ.get("ACTIVITY_BENCHMARK_SECONDS", "8"))
EVENTS_A_SECOND, BATCHES_A_SECOND = 1_000, 20
BAR_SECONDS = 1.0
OPEN = EventFilter(time=TimeRange(since=None))

WRITE = """
import asyncio, sys, time
from datetime import UTC, datetime
from store import DatabaseAddress, open_writer
from tests.logs import numbered_event

async def main():
    path, seconds, a_second, batches = sys.argv[1], *map(int, sys.argv[2:])
    size = a_second // batches
    async with await open_writer(DatabaseAddress.parse(path)) as writer:
        begun = time.monotonic()
        for batch in range(seconds * batches):
            await asyncio.sleep(max(0.0, begun + batch / batches - time.monotonic()))
            numbers = range(1_000 + batch * size, 1_000 + (batch + 1) * size)
            events = map(numbered_event, numbers)
            await writer.write([event.model_copy(update={"occurred_at": datetime.now(UTC)}) for event in events])

asyncio.run(main())
"""


def megabytes() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def age(moment: datetime) -> float:
    return (datetime.now(UTC) - moment).total_seconds()


async def test_events_are_seen_and_shown_within_a_second_and_none_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    address = await write_log(path, numbered_events(500))
    total = SECONDS * EVENTS_A_SECOND
    seen: list[float] = []
    shown: list[float] = []

    async def tail(address: DatabaseAddress) -> None:
        repository = await open_repository(address)
        newest = await repository.newest_batch()
        ids: set[str] = set()
        while len(ids) < total:
            await repository.newest_batch(newest, seconds=30)
            arrivals = await repository.arrivals(OPEN, newest, enough=1_000)
            newest = arrivals.newest
            seen.extend(age(event.occurred_at) for event in arrivals.events)
            ids |= {event.id for event in arrivals.events}
        await repository.close()

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
        before = megabytes()
        command = [sys.executable, "-c", WRITE, str(path), str(SECONDS), str(EVENTS_A_SECOND), str(BATCHES_A_SECOND)]
        with subprocess.Popen(command) as writer:  # noqa: ASYNC220  it only starts here
            async with asyncio.timeout(10 * SECONDS):
                await tail(address)
                while app.screen.query_one(EventList)._count.number < 500 + total:
                    await pilot.pause(0.05)
        assert writer.returncode == 0
        grown = megabytes() - before
        assert table.highlighted is not None
        assert table.row_count == 500 + total
    report(
        "following",
        events=str(total),
        lost=str(total - len(seen)),
        seen_p50=percentile(seen, 0.5),
        seen_p99=percentile(seen, 0.99),
        shown_p50=percentile(shown, 0.5),
        shown_p99=percentile(shown, 0.99),
        grown_megabytes=grown,
    )
    assert len(seen) == total
    assert percentile(shown, 0.99) < BAR_SECONDS
