"""The sample database: soon there, full to the last quarter of an hour, and never broken by a second start."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sample_data.demo import demo_database
from sample_data.fixed_set import fixed_events
from store import NEWEST, EventFilter, open_repository

NOW = datetime(2026, 12, 9, 16, 20, 30, tzinfo=UTC)
FOLDER = Path(".cache") / "activity-explorer"


async def newest(now: datetime) -> datetime:
    repository = await open_repository(await demo_database(now))
    try:
        page = await repository.page(EventFilter().settled(now + timedelta(days=1)), NEWEST, "older", 1)
    finally:
        await repository.close()
    return page.events[0].occurred_at


async def test_it_is_built_once_and_then_used_again(own_home: Path) -> None:
    first = await demo_database(NOW)
    assert first.path is not None
    built = first.path.stat()
    again = await demo_database(NOW + timedelta(minutes=5))
    assert again.path == first.path
    assert again.path.stat().st_ino == built.st_ino
    assert [file.name for file in (own_home / FOLDER).iterdir()] == [first.path.name]


async def test_the_next_day_it_is_built_anew_and_after_some_days_the_old_one_is_gone() -> None:
    first, second = await demo_database(NOW), await demo_database(NOW + timedelta(days=1))
    assert first.path and second.path and first.path != second.path
    assert first.path.exists()
    await demo_database(NOW + timedelta(days=4))
    assert not first.path.exists() and not second.path.exists()


@pytest.mark.parametrize("hour", [0, 5, 12, 23])
async def test_the_newest_event_lies_within_the_last_quarter_of_an_hour(hour: int) -> None:
    now = NOW.replace(hour=hour, minute=1)
    assert now - timedelta(minutes=15) <= await newest(now) <= now


async def test_a_later_start_of_the_same_day_brings_what_has_happened_since() -> None:
    await demo_database(NOW)
    later = NOW + timedelta(hours=5)
    assert later - timedelta(minutes=15) <= await newest(later) <= later


async def test_the_last_thirty_days_are_full() -> None:
    repository = await open_repository(await demo_database(NOW))
    try:
        for back in range(30):
            day = NOW - timedelta(days=back)
            window = EventFilter().time.replaced(since=day - timedelta(days=1), until=day)
            assert (await repository.count(EventFilter(time=window))).number > 20
    finally:
        await repository.close()


async def test_an_event_has_the_same_id_tomorrow() -> None:
    event = fixed_events()[1_000]
    for now in (NOW, NOW + timedelta(days=1)):
        repository = await open_repository(await demo_database(now))
        try:
            found = await repository.event(event.id)
        finally:
            await repository.close()
        assert found is not None
        assert found.event_name == event.event_name
        assert found.occurred_at.time() == event.occurred_at.time()


def test_every_quarter_of_an_hour_of_the_last_day_has_an_event() -> None:
    times = [event.occurred_at for event in fixed_events()]
    last_day = [time for time in times if time >= times[-1] - timedelta(hours=24, minutes=40)]
    assert max(later - earlier for earlier, later in pairwise(last_day)) <= timedelta(minutes=15)


def test_times_within_payloads_move_with_the_story_and_history_stays() -> None:
    moved, told = fixed_events((NOW + timedelta(days=30)).date()), fixed_events()
    shift = moved[-1].occurred_at - told[-1].occurred_at
    assert shift.seconds == 0 and shift.days > 30
    assert moved[0] == told[0]
    last = told[-1].occurred_at
    assert f'"timestamp":"{(last + shift).date()}' in (moved[-1].payload or "")


def test_two_starts_at_once_both_open_a_whole_log(own_home: Path) -> None:
    program = (
        "import asyncio, datetime, sys\n"
        "from sample_data.demo import demo_database\n"
        "from store import EventFilter, open_repository\n"
        "async def count(now):\n"
        "    repository = await open_repository(await demo_database(now))\n"
        "    print((await repository.count(EventFilter().settled(now))).number)\n"
        "    await repository.close()\n"
        f"asyncio.run(count(datetime.datetime.fromisoformat('{NOW.isoformat()}')))\n"
    )
    environment = os.environ | {"HOME": str(own_home), "PYTHONPATH": os.pathsep.join(sys.path)}
    starts = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [start.communicate(timeout=60)[0] for start in starts]
    assert answers[0] == answers[1]
    assert int(answers[0]) > 4_000
    assert len(list((own_home / FOLDER).glob("*.sqlite"))) == 1
    assert not list((own_home / FOLDER).glob("*.building*"))


async def test_a_file_that_is_no_database_or_not_ours_is_built_anew() -> None:
    built = await demo_database(NOW)
    assert built.path is not None
    built.path.write_bytes(b"this is no database" * 500)
    assert await newest(NOW) > NOW - timedelta(minutes=15)
    built.path.unlink()
    with closing(sqlite3.connect(built.path)) as connection:
        connection.execute("CREATE TABLE somebody_elses (number INTEGER)")
    assert await newest(NOW) > NOW - timedelta(minutes=15)


async def test_where_the_cache_folder_cannot_be_made_a_private_one_serves(own_home: Path) -> None:
    (own_home / ".cache").write_text("a file where the folder should be")
    address = await demo_database(NOW)
    assert address.path is not None and address.path.exists()
    assert own_home not in address.path.parents
    assert address.path.parent.stat().st_mode & 0o077 == 0


async def test_the_event_loop_goes_on_while_it_is_built() -> None:
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counting = asyncio.create_task(count_turns())
    await demo_database(NOW)
    counting.cancel()
    assert turns > 20
