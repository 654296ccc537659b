"""The writer against raw drivers and shells that are given the same rows, and the rate of `activity import`."""

import csv
import gc
import itertools
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

import psycopg
import pytest
from sqlalchemy import Table

from sample_data.generate import events
from store import DatabaseAddress, batch, open_writer, schema
from store.dialect import SQLITE
from store.formats import write_line
from tests.benchmarks.figures import report
from tests.postgres_server import Server

BATCHES, BATCH = 9, 10_000
LINES = 100_000
BAR_RATIO, BAR_IMPORT_RATIO, BAR_COPY_RATIO = 0.5, 0.7, 0.4
BAR_LINES_A_SECOND, BAR_LINES_RATIO = 20_000, 0.3

Insert = tuple[Table, list[tuple[object, ...]], bool]


def executemany(path: Path, inserts: Sequence[Insert]) -> float:
    """Seconds that plain sqlite3 takes to put one batch of rows into the same tables and indexes."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in SQLITE.orders.writer_settings:
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


@contextmanager
def shell(path: Path) -> Iterator[Callable[[str], None]]:
    """The shell of SQLite on a file: it is told orders, each of which has been carried out when telling returns."""
    process = subprocess.Popen(["sqlite3", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    orders, said = process.stdin, process.stdout
    assert orders is not None
    assert said is not None

    def tell(order: str) -> None:
        orders.write(f"{order}\n.print done\n")
        orders.flush()
        while said.readline() != "done\n":
            pass

    with process:
        for setting in SQLITE.orders.writer_settings:
            tell(f"{setting};")
        yield tell
        orders.close()


def imported(tell: Callable[[str], None], folder: Path, inserts: Sequence[Insert]) -> float:
    """Seconds that `.import` of the shell takes for one batch of rows, as CSV, but for counts.

    Ids are bytes, which CSV cannot hold: as many of their digits are.
    """
    orders = []
    for table, rows, added in inserts:
        if not added and rows:
            orders.append(f".import --csv {folder / table.name} {table.name}")
            with (folder / table.name).open("w", newline="") as file:
                csv.writer(file).writerows(
                    [cell.hex()[: len(cell)] if isinstance(cell, bytes) else cell for cell in row] for row in rows
                )
    started = time.perf_counter()
    for order in ("BEGIN IMMEDIATE;", *orders, "COMMIT;"):
        tell(order)
    return time.perf_counter() - started


def copy(url: str, inserts: Sequence[Insert]) -> float:
    """Seconds that plain psycopg takes to copy one batch of rows into the same tables and indexes, but for counts."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        started = time.perf_counter()
        for table, rows, added in inserts:
            if not added:
                with cursor.copy(f"COPY {table.name} FROM STDIN") as copying:
                    for row in rows:
                        copying.write_row(row)
        connection.commit()
        return time.perf_counter() - started


async def ratio_to(
    raw: Callable[[Sequence[Insert]], float], ours_at: str, raw_at: str, monkeypatch: pytest.MonkeyPatch
) -> float:
    """How fast the writer is, in rates of `raw`, which is given the same rows for an empty log at `raw_at`.

    Both write each batch one behind another, and the middle one of the ratios counts: what else the machine does now
    and then falls upon one of the two.
    """
    generated = events(BATCHES * BATCH, seed=3, days=365, until=datetime.now(UTC))
    batches = [list(itertools.islice(generated, BATCH)) for _ in range(BATCHES)]
    recorded: list[list[Insert]] = []
    insert_rows, note_arrivals = batch.insert_rows, batch.note_arrivals

    async def recording(connection: object, table: Table, rows: Sequence[tuple[object, ...]], **options: bool) -> None:
        recorded[-1].append((table, list(rows), options.get("added", False)))
        await insert_rows(connection, table, rows, **options)

    async def noting(connection: object, dialect: object, number: int, keys: Sequence[int]) -> None:
        recorded[-1].append((schema.arrival, [(number, key) for key in keys], False))
        await note_arrivals(connection, dialect, number, keys)

    async with await open_writer(DatabaseAddress.parse(raw_at)):
        pass
    gc.freeze()
    gc.disable()  # as `activity import` does
    ours_seconds, raw_seconds = [], []
    async with await open_writer(DatabaseAddress.parse(ours_at)) as writer:
        for each in batches:
            recorded.append([])
            started = time.perf_counter()
            with monkeypatch.context() as patched:
                patched.setattr(batch, "insert_rows", recording)
                patched.setattr(batch, "note_arrivals", noting)
                await writer.write(each)
            ours_seconds.append(time.perf_counter() - started)
            raw_seconds.append(raw(recorded[-1]))
    gc.enable()
    gc.unfreeze()
    ratio = median(theirs / ours for theirs, ours in zip(raw_seconds, ours_seconds, strict=True))
    report(
        "writer",
        ours_a_second=BATCHES * BATCH / sum(ours_seconds),
        raw_a_second=BATCHES * BATCH / sum(raw_seconds),
        ratio=ratio,
    )
    return ratio


async def test_the_writer_reaches_half_the_rate_of_the_raw_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw_at = tmp_path / "raw.db"
    ratio = await ratio_to(partial(executemany, raw_at), str(tmp_path / "ours.db"), str(raw_at), monkeypatch)
    assert ratio >= BAR_RATIO


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the shell of SQLite is not there")
async def test_the_writer_reaches_seven_tenths_of_the_rate_of_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw_at = tmp_path / "raw.db"
    with shell(raw_at) as tell:
        raw = partial(imported, tell, tmp_path)
        ratio = await ratio_to(raw, str(tmp_path / "ours.db"), str(raw_at), monkeypatch)
    with sqlite3.connect(raw_at) as connection:
        assert connection.execute("SELECT count(*) FROM event JOIN event_detail USING (time_key)").fetchone() == (
            BATCHES * BATCH,
        )
    assert ratio >= BAR_IMPORT_RATIO


async def test_the_writer_reaches_two_fifths_of_the_rate_of_copy(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw_at = postgres_server.create_database()
    ratio = await ratio_to(partial(copy, raw_at), postgres_server.create_database(), raw_at, monkeypatch)
    assert ratio >= BAR_COPY_RATIO


def import_lines(folder: Path) -> tuple[Path, float]:
    """A log that `activity import` has made of JSON Lines, and the seconds that it took from its start to its end."""
    lines, log = folder / "events.jsonl", folder / "imported.db"
    with lines.open("w") as file:
        file.writelines(f"{write_line(event)}\n" for event in events(LINES, seed=5, days=365, until=datetime.now(UTC)))
    command = [sys.executable, "-m", "explorer", "import", str(lines), "--into", str(log)]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return log, time.perf_counter() - started


def test_import_reads_twenty_thousand_lines_a_second(tmp_path: Path) -> None:
    _, seconds = import_lines(tmp_path)
    report("import", lines_a_second=LINES / seconds)
    assert LINES / seconds >= BAR_LINES_A_SECOND


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the shell of SQLite is not there")
async def test_import_reaches_three_tenths_of_the_rate_of_the_shell(tmp_path: Path) -> None:
    log, seconds = import_lines(tmp_path)
    raw_at = tmp_path / "raw.db"
    async with await open_writer(DatabaseAddress.parse(str(raw_at))):
        pass
    with sqlite3.connect(log) as connection:
        counted = (schema.meta, schema.rollup, schema.owner)
        tables = [table for table in schema.metadata.sorted_tables if table not in counted]
        inserts = [(table, connection.execute(f"SELECT * FROM {table.name}").fetchall(), False) for table in tables]
    with shell(raw_at) as tell:
        raw_seconds = imported(tell, tmp_path, inserts)
    with sqlite3.connect(raw_at) as connection:
        assert connection.execute("SELECT count(*) FROM event JOIN event_detail USING (time_key)").fetchone() == (
            LINES,
        )
    ratio = raw_seconds / seconds
    report("import against the shell", lines_a_second=LINES / seconds, raw_a_second=LINES / raw_seconds, ratio=ratio)
    assert ratio >= BAR_LINES_RATIO
