"""Exports against what the database itself needs to dump the same rows to a file, and the memory they take."""

import asyncio
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from explorer.commands.collecting import collect, seldom_collected
from explorer.export.about import About
from explorer.export.documents import FormatName, chosen_columns
from explorer.export.export import Target, export_events
from explorer.export.pages import pages
from store import DatabaseAddress, EventFilter, EventRepository, TimeRange, open_repository
from tests.benchmarks.figures import percentile, report

EVENTS = 100_000
ROUNDS = 5
BAR_RATIO = 0.3
BAR_MEGABYTES = 250
NOW = datetime.now(UTC)
ROWS = f"""
SELECT event.time_key, event.occurred_at, event.id, combination.event_name, combination.entity_type,
    combination.actor_type, combination.environment, event_detail.entity_id, event_detail.entity_name,
    event_detail.trace_id, event_detail.parent_entity_id, event_detail.actor_more, event_detail.payload,
    event_detail.request, actor.id AS actor_id, actor.name AS actor_name, actor.email, actor.ip_address
FROM event JOIN event_detail ON event_detail.time_key = event.time_key
    JOIN combination ON combination.combination_ref = event.combination_ref
    LEFT JOIN actor ON actor.actor_ref = event.actor_ref
WHERE event.time_key >
    (SELECT min(time_key) FROM (SELECT time_key FROM event ORDER BY time_key DESC LIMIT {EVENTS + 1}) AS newest)
ORDER BY event.time_key"""


class Seconds(NamedTuple):
    """How long a work took, and how long a processor was busy with it in this process and in those it started."""

    passed: float
    busy: float


async def seconds(work: Callable[[], Awaitable[object]]) -> Seconds:
    started, busy = time.perf_counter(), busy_seconds()
    await work()
    return Seconds(time.perf_counter() - started, busy_seconds() - busy)


def busy_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


async def exported(repository: EventRepository, format_name: FormatName, path: Path) -> None:
    """The newest events as a file."""
    everything = EventFilter(time=TimeRange(since=None))
    about = About(everything, NOW, format_name, chosen_columns(format_name, None))
    found = pages(repository, everything, "newer", EVENTS)
    with seldom_collected():  # as `activity query` does
        done = await export_events(found, about, Target(path, replaces=True), lambda events, searched_to: collect())
    assert done.events == EVENTS


async def hold_to_the_dump(
    address: DatabaseAddress, format_name: FormatName, dump: Callable[[], Awaitable[object]], folder: Path
) -> None:
    """Of SQLite, which works where it is asked, what counts is how busy a processor was: others may use it, too."""
    repository = await open_repository(address)
    ours, raw = [], []
    for _ in range(ROUNDS):
        raw.append(await seconds(dump))
        ours.append(await seconds(lambda: exported(repository, format_name, folder / "ours")))
    await repository.close()
    passed, busy = (
        percentile(dumped, 0.5) / percentile(written, 0.5)
        for dumped, written in zip(zip(*raw, strict=True), zip(*ours, strict=True), strict=True)
    )
    report(
        f"export {format_name} {'SQLite' if address.is_sqlite else 'Postgres'}",
        ours_a_second=EVENTS / percentile([each.passed for each in ours], 0.5),
        dump_a_second=EVENTS / percentile([each.passed for each in raw], 0.5),
        ratio=passed,
        ratio_of_busy_seconds=busy,
    )
    assert (busy if address.is_sqlite else passed) >= BAR_RATIO


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the shell of SQLite is not there")
@pytest.mark.parametrize(("format_name", "mode"), [("jsonl", "json"), ("csv", "csv")])
async def test_an_export_keeps_up_with_the_shell_of_sqlite(
    format_name: FormatName, mode: str, large_log: DatabaseAddress, tmp_path: Path
) -> None:
    async def dump() -> None:
        with (tmp_path / "raw").open("wb") as file:
            command = ["sqlite3", "-readonly", f"-{mode}", str(large_log.path), "PRAGMA cache_size=-65536", ROWS]
            process = await asyncio.create_subprocess_exec(*command, stdout=file)
            assert await process.wait() == 0

    await hold_to_the_dump(large_log, format_name, dump, tmp_path)


@pytest.mark.parametrize("format_name", ["jsonl", "csv"])
async def test_an_export_keeps_up_with_a_copy_by_postgres(
    format_name: FormatName, large_postgres_log: DatabaseAddress, tmp_path: Path
) -> None:
    psycopg = pytest.importorskip("psycopg")
    rows = f"SELECT row_to_json(rows) FROM ({ROWS}) AS rows" if format_name == "jsonl" else ROWS
    url = large_postgres_log.sqlalchemy_url.replace("+psycopg", "", 1)

    async def dump() -> None:
        async with (
            await psycopg.AsyncConnection.connect(url) as connection,
            connection.cursor() as cursor,
            cursor.copy(f"COPY ({rows}) TO STDOUT (FORMAT csv)") as copy,
        ):
            with (tmp_path / "raw").open("wb") as file:
                async for data in copy:
                    file.write(data)

    await hold_to_the_dump(large_postgres_log, format_name, dump, tmp_path)


def test_memory_stays_flat_however_much_is_exported(large_log: DatabaseAddress, tmp_path: Path) -> None:
    def megabytes(limit: int) -> float:
        words = ["query", "since:all", "--limit", str(limit), "--database", str(large_log.path)]
        command = [sys.executable, "-m", "explorer", *words, "--output", str(tmp_path / "out.jsonl"), "--replace"]
        script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True)\n"
        script += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        ran = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True, check=True)
        return int(ran.stdout) / 1024

    some, many = megabytes(EVENTS), megabytes(EVENTS * 5)  # both more than the cache of SQLite holds
    report("export: memory", some_events_mb=some, five_times_as_many_mb=many)
    assert many <= BAR_MEGABYTES
    assert many / some <= 1.2
