"""`activity tail` in a process of its own, on a log that somebody writes to, removes or takes away for a while."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from store import DatabaseAddress, open_writer
from store.formats import parse_line
from tests.logs import numbered_event, numbered_events, write_log

MOST_SECONDS = 60.0


class Tail:
    """The running command and what it has printed."""

    def __init__(self, database: str, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "explorer", "tail", *words, "--database", database],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def line(self, *, of_errors: bool = False) -> str:
        """The next line, waited for."""
        stream = self.process.stderr if of_errors else self.process.stdout
        assert stream is not None
        line = b""
        deadline = time.monotonic() + MOST_SECONDS
        while not line.endswith(b"\n"):
            assert select.select([stream], [], [], deadline - time.monotonic())[0], f"no line, only {line!r}"
            read = os.read(stream.fileno(), 1)
            assert read, f"it ended: {line!r}"
            line += read
        return line.decode().rstrip("\n")


@contextmanager
def tail(database: str, *words: str) -> Iterator[Tail]:
    running = Tail(database, *words)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


async def store_until_printed(running: Tail, address: DatabaseAddress, first: int) -> int:
    """Store one event after another until the first of them is printed: by then it watches. Returns the next number."""
    assert running.process.stdout is not None
    async with await open_writer(address) as writer:
        for number in range(first, first + 500):
            await writer.write([numbered_event(number)])
            if select.select([running.process.stdout], [], [], 0.1)[0]:
                return number + 1
    raise AssertionError("nothing was printed")


async def test_new_events_are_printed_in_the_order_in_which_they_are_stored(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "log.db", numbered_events(10))
    with tail(str(tmp_path / "log.db"), "since:all", "-name:sync.failed", "--format", "jsonl") as running:
        beyond = await store_until_printed(running, address, 100)
        late = numbered_event(7)
        late = late.replaced(id="late")
        await write_log(tmp_path / "log.db", [late, numbered_event(1_004), numbered_event(1_003)])
        printed = []
        while not printed or printed[-1].id != "event-1003":
            printed.append(parse_line(running.line()))
        numbers = [int(event.id.split("-")[1]) for event in printed[:-2]]
        watched = [number for number in range(numbers[0], beyond) if number % 6 != 2]
        assert printed == [*map(numbered_event, watched), late, numbered_event(1_003)]
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(MOST_SECONDS) == 130
        assert running.process.stderr is not None
        assert running.process.stderr.read() == b""


async def test_a_reader_that_has_seen_enough_ends_it_even_while_nothing_happens(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "log.db", numbered_events(1))
    with tail(str(tmp_path / "log.db"), "since:all") as running:
        await store_until_printed(running, address, 100)
        assert re.match(r"2026-11-20 1\d:\d\d:00\.000 +\S \w", running.line())
        assert running.process.stdout is not None
        running.process.stdout.close()
        assert running.process.wait(MOST_SECONDS) == 0
        assert running.process.stderr is not None
        assert running.process.stderr.read() == b""


async def test_another_file_under_the_same_name_is_said_and_printed(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "log.db", numbered_events(1))
    await write_log(tmp_path / "log.db", numbered_events(3))
    await write_log(tmp_path / "other.db", [numbered_event(900)])
    with tail(str(tmp_path / "log.db"), "since:all", "--format", "jsonl") as running:
        await store_until_printed(running, address, 100)
        for ending in ("", "-wal", "-shm"):
            (tmp_path / f"log.db{ending}").unlink()
        assert "is gone" in running.line(of_errors=True)
        (tmp_path / "other.db").rename(tmp_path / "log.db")
        while "Another log has taken its place" not in running.line(of_errors=True):
            pass
        while parse_line(running.line()).id != "event-900":
            pass


async def test_what_came_in_while_a_server_did_not_answer_is_printed_then(postgres_url: str) -> None:
    address = DatabaseAddress.parse(postgres_url)
    async with await open_writer(address) as writer:
        await writer.write(numbered_events(1))
        with psycopg.connect(postgres_url) as other:
            name = other.info.dbname
            found = other.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", (name,))
            writers = [pid for (pid,) in found]
        with tail(postgres_url, "since:all", "--format", "jsonl") as running:
            await store_until_printed(running, address, 100)
            with psycopg.connect(postgres_url, dbname="postgres", autocommit=True) as other:
                other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
                gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> ALL (%s)"
                other.execute(gone, (name, writers))
                assert "cannot be reached" in running.line(of_errors=True)
                await writer.write([numbered_event(900)])
                other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            assert [running.line(of_errors=True) for _ in range(2)][1] == "Trying again until the log answers."
            assert running.line(of_errors=True) == "The log answers again. What came in meanwhile follows."
            while parse_line(running.line()).id != "event-900":
                pass


@pytest.mark.parametrize("database", ["nowhere.db"])
def test_a_log_that_was_never_there_is_not_waited_for(tmp_path: Path, database: str) -> None:
    with tail(str(tmp_path / database)) as running:
        assert running.process.wait(MOST_SECONDS) == 1
        assert "There is no file" in running.line(of_errors=True)
