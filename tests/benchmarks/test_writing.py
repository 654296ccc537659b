"""The writer against the raw driver's executemany of the same rows, and the rate of `activity import`."""

import itertools
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Table

from sample_data.generate import events
from store import DatabaseAddress, batch, open_writer
from store.dialect import SQLITE
from store.formats import write_line
from tests.benchmarks.figures import report

BATCHES, BATCH = 5, 10_000
LINES = 100_000
BAR_RATIO, BAR_LINES_A_SECOND = 0.5, 20_000

Insert = tuple[Table, list[tuple[object, ...]], bool]


def executemany(path: Path, inserts: Sequence[Insert]) -> float:
    """Seconds that plain sqlite3 takes to put one batch of rows into the same tables and indexes."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in SQLITE.writer_settings:
        connection.execute(setting)
    started = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for table, rows, added in inserts:
        keys = ", ".join(column.name for column in table.primary_key)
        adding = f" ON CONFLICT ({keys}) DO UPDATE SET count = {table.name}.count + excluded.count" if added else ""
        places = ", ".join("?" * len(table.columns))
        connection.executemany(f"INSERT INTO {table.name} VALUES ({places}){adding}", rows)
    connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


async def test_the_writer_reaches_half_the_rate_of_the_raw_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generated = events(BATCHES * BATCH, seed=3, days=365, until=datetime.now(UTC))
    batches = [list(itertools.islice(generated, BATCH)) for _ in range(BATCHES)]
    recorded: list[list[Insert]] = []
    insert_rows = batch.insert_rows

    async def recording(connection: object, table: Table, rows: Sequence[tuple[object, ...]], **options: bool) -> None:
        recorded[-1].append((table, list(rows), options.get("added", False)))
        await insert_rows(connection, table, rows, **options)

    monkeypatch.setattr(batch, "insert_rows", recording)
    async with await open_writer(DatabaseAddress.parse(str(tmp_path / "recorded.db"))) as writer:
        for each in batches:
            recorded.append([])
            await writer.write(each)
    monkeypatch.undo()
    ours = raw = 0.0
    async with await open_writer(DatabaseAddress.parse(str(tmp_path / "raw.db"))):
        pass
    async with await open_writer(DatabaseAddress.parse(str(tmp_path / "ours.db"))) as writer:
        for each, inserts in zip(batches, recorded, strict=True):
            started = time.perf_counter()
            await writer.write(each)
            ours += time.perf_counter() - started
            raw += executemany(tmp_path / "raw.db", inserts)
    report("writer", ours_a_second=BATCHES * BATCH / ours, raw_a_second=BATCHES * BATCH / raw, ratio=raw / ours)
    assert raw / ours >= BAR_RATIO


def test_import_reads_twenty_thousand_lines_a_second(tmp_path: Path) -> None:
    lines = tmp_path / "events.jsonl"
    with lines.open("w") as file:
        file.writelines(f"{write_line(event)}\n" for event in events(LINES, seed=5, days=365, until=datetime.now(UTC)))
    command = [sys.executable, "-m", "explorer", "import", str(lines), "--into", str(tmp_path / "imported.db")]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    rate = LINES / (time.perf_counter() - started)
    report("import", lines_a_second=rate)
    assert rate >= BAR_LINES_A_SECOND
