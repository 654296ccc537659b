"""Ten hours of following at 50 events a second, compressed: the app and `activity tail` hold no more at their end.

ACTIVITY_BENCHMARK_FOLLOWED sets how many events are written (40,000 unless set); 1,800,000 are ten hours.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from store import DatabaseAddress, open_writer
from tests.benchmarks.figures import report
from tests.logs import numbered_events
from tests.terminal.pseudo_terminal import PseudoTerminal

EVENTS = int(os.environ.get("ACTIVITY_BENCHMARK_FOLLOWED", "40_000"))
BEFORE, BATCH, MOST_A_SECOND = 500, 1_000, 2_000
SAMPLES = 40
BAR_MEGABYTES = 8.0
"""How much more memory is held in the last quarter than in the second one."""

SPARE_FILES = 4
"""A connection that is opened later has two or three files, and up to four are opened."""

WRITER = """
import asyncio, sys, time
from datetime import UTC, datetime
from store import DatabaseAddress, open_writer
from tests.logs import numbered_event

async def main():
    place, first, count, size, most = sys.argv[1], *map(int, sys.argv[2:])
    async with await open_writer(DatabaseAddress.parse(place)) as writer:
        begun = time.monotonic()
        for done in range(0, count, size):
            await asyncio.sleep(max(0.0, begun + done / most - time.monotonic()))
            events = map(numbered_event, range(first + done, first + done + size))
            await writer.write([event.replaced(occurred_at=datetime.now(UTC)) for event in events])
            print(done + size, flush=True)

asyncio.run(main())
"""


class Held(NamedTuple):
    """What a process holds at one moment."""

    megabytes: float
    files: int


def held(process: int) -> Held:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return Held(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, len(list(Path(f"/proc/{process}/fd").iterdir())))


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield str(tmp_path / "log.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")


async def test_who_follows_for_ten_hours_holds_no_more_at_the_end(place: str, tmp_path: Path) -> None:
    async with await open_writer(DatabaseAddress.parse(place)) as writer:
        await writer.write(numbered_events(BEFORE))
    follow(place, tmp_path)


def follow(place: str, home: Path) -> None:
    command = [sys.executable, "-m", "explorer"]
    environment = {**os.environ, "HOME": str(home)}
    samples: dict[str, list[Held]] = {"app": [], "tail": []}
    with (
        (home / "tail").open("wb") as printed,
        subprocess.Popen([*command, "tail", "--database", place], stdout=printed, env=environment) as tail,
        PseudoTerminal([*command, place], columns=160, rows=48, environ=environment) as app,
    ):
        app.wait_for(f"of {BEFORE:,}", 30)
        app.send("F")
        app.wait_for("following", 30)
        numbers = map(str, (BEFORE, EVENTS, BATCH, MOST_A_SECOND))
        writing = subprocess.Popen([sys.executable, "-c", WRITER, place, *numbers], stdout=subprocess.PIPE, text=True)
        assert writing.stdout is not None
        try:
            for line in writing.stdout:
                app.take_in()
                if int(line) % (EVENTS // SAMPLES) == 0:
                    samples["app"].append(held(app.process.pid))
                    samples["tail"].append(held(tail.pid))
            assert writing.wait() == 0
            app.wait_for(lambda: f"following · row 1 of {BEFORE + EVENTS:,} " in app.text, 120)
        finally:
            writing.kill()
            tail.kill()
    for name, each in samples.items():
        quarter = len(each) // 4
        second, last = each[quarter : 2 * quarter], each[-quarter:]
        more = statistics.median(one.megabytes for one in last) - statistics.median(one.megabytes for one in second)
        report(name, megabytes=" ".join(f"{one.megabytes:.0f}" for one in each), more=more, files=f"{each[-1].files}")
        assert more <= BAR_MEGABYTES
        assert max(one.files for one in last) <= max(one.files for one in second) + SPARE_FILES
