"""An import that is interrupted, terminated or killed: nothing lost, nothing doubled, every count exact."""

import os
import random
import re
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, islice
from pathlib import Path

import pytest

from explorer.__main__ import main
from store.formats import write_line
from tests.builders import make_event

ROOT = Path(__file__).resolve().parent.parent.parent
EVENTS = 50_000
EVENTS_TO_KILL, BATCH_TO_KILL = 5_000, 100
KILLS = int(os.environ.get("ACTIVITY_TEST_KILLS", "20"))
"""How often an import into each kind of database is killed."""

SMALL_BATCHES = """
import sys
from explorer.commands import import_reading
from explorer.__main__ import main
import_reading.BATCH_EVENTS = 1_000
sys.exit(main(sys.argv[1:]))
"""
FORKING = """
import os, sys
from explorer.commands import import_reading
from explorer.__main__ import main
import explorer.commands.import_events, store.writer, store.formats, sqlalchemy.ext.asyncio, psycopg, aiosqlite
import_reading.BATCH_EVENTS = int(sys.argv[1])
for line in sys.stdin:
    importing = os.fork()
    if not importing:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os._exit(main(["import", *line.rstrip("\\n").split("\\t")]))
    print(importing, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(importing, 0)[1]), flush=True)
"""
"""Starts one import after the other without loading everything each time."""

IGNORING = """
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of EVENTS events."""
    return write_lines(tmp_path_factory.mktemp("lines") / "events.jsonl", EVENTS)


def write_lines(path: Path, events: int) -> str:
    """A file of events with several names and actors, each id once."""
    actors = [{"type": "USER", "id": f"u{number}", "email": f"u{number}@acme.example"} for number in range(50)]
    with path.open("w") as file:
        for number in range(events):
            event = make_event(number, event_name=f"NAME_{number % 9}", actor=actors[number % 50], trace_id=f"{number}")
            file.write(f"{write_line(event)}\n")
    return str(path)


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Iterator[str]]:
    """Addresses at which new logs can be made."""
    if request.param == "sqlite":
        yield (str(tmp_path / f"log-{number}.db") for number in count())
        return
    server = request.getfixturevalue("postgres_server")
    made: list[str] = []

    def create() -> Iterator[str]:
        while True:
            made.append(server.create_database())
            yield made[-1]

    yield create()
    for url in made:
        server.drop_database(url)


def importing(lines: str, database: str) -> "subprocess.Popen[str]":
    """An import in small batches, so that a random moment lies in any part of one."""
    return subprocess.Popen(
        [sys.executable, "-c", SMALL_BATCHES, "import", lines, "--into", database],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def stopped(
    stop: Callable[[int], None], lines: str, databases: Iterator[str], capsys: pytest.CaptureFixture[str]
) -> tuple[str, "subprocess.Popen[str]", str, str]:
    """An import that was stopped once a part of it was stored: its database, its process, its report and what it said.

    Where a busy machine looked so late that the import was complete, another one is stopped.
    """
    for database in islice(databases, 9):
        process = importing(lines, database)
        while process.poll() is None and not counted(database, capsys):
            pass
        with suppress(ProcessLookupError, FileNotFoundError):
            stop(process.pid)
        report, said = process.communicate()
        if counted(database, capsys) < EVENTS:
            return database, process, report, said
    raise AssertionError("each of them was complete")


def counted(database: str, capsys: pytest.CaptureFixture[str]) -> int:
    """How many events there are; 0 as long as there is no log."""
    capsys.readouterr()
    code = main(["count", "since:all", "--database", database])
    out = capsys.readouterr().out
    return int(out) if code == 0 else 0


def hold_complete(
    lines: str, database: str, before: int, capsys: pytest.CaptureFixture[str], events: int = EVENTS
) -> None:
    """The log of `before` events is exact, and another import adds exactly what is missing."""
    assert not before or main(["check", database]) == 0, capsys.readouterr()  # killed at once it made no log
    capsys.readouterr()
    assert main(["import", lines, "--into", database]) == 0
    report = capsys.readouterr().out
    assert re.search(rf"^stored +{events - before:,}\nrepeated +{before:,}\nrejected +0$", report, re.MULTILINE)
    assert main(["check", database]) == 0
    assert counted(database, capsys) == events


class Forked:
    """Imports that begin at once, one after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", FORKING, str(BATCH_TO_KILL)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, lines: str, database: str, seconds: float) -> int:
        """Import, and kill that after so many seconds. Returns how it ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{lines}\t--into\t{database}\n")
        self._process.stdin.flush()
        importing = int(self._process.stdout.readline())
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            with suppress(ProcessLookupError):
                os.kill(importing, signal.SIGKILL)
        return int(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate()


def test_an_import_killed_at_random_moments_goes_on_where_it_was(
    tmp_path: Path, databases: Iterator[str], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = write_lines(tmp_path / "events.jsonl", EVENTS_TO_KILL)
    imports = Forked()
    started = time.monotonic()
    assert imports.run(lines, next(databases), 600) == 0
    seconds = time.monotonic() - started
    moments, kills, database, stored = random.Random(7), 0, next(databases), 0
    while kills < KILLS:
        ended = imports.run(lines, database, moments.uniform(0, 0.6) * seconds)
        if ended == -signal.SIGKILL:
            kills += 1
            before, stored = stored, counted(database, capsys)
            assert stored >= before
            assert stored % BATCH_TO_KILL == 0
            assert not stored or main(["check", database]) == 0, capsys.readouterr()
        else:  # what is left was too little to be killed in: begin anew
            assert ended == 0
            hold_complete(lines, database, EVENTS_TO_KILL, capsys, EVENTS_TO_KILL)
            database, stored = next(databases), 0
    imports.end()
    hold_complete(lines, database, stored, capsys, EVENTS_TO_KILL)


def test_an_import_whose_disk_takes_no_more_says_so_and_goes_on_when_there_is_room(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, database = write_lines(tmp_path / "events.jsonl", EVENTS_TO_KILL), str(tmp_path / "log.db")
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, most[1]))
    try:
        process = importing(lines, database)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    _, said = process.communicate()
    stored = counted(database, capsys)
    assert process.returncode == 1
    assert 0 < stored < EVENTS_TO_KILL
    assert f"At least {stored:,} events of this import are in the log." in said
    assert "The disk of" in said
    assert "Traceback" not in said
    hold_complete(lines, database, stored, capsys, EVENTS_TO_KILL)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_stopped_import_reports_what_is_stored_and_goes_on_next_time(
    number: signal.Signals, code: int, lines: str, databases: Iterator[str], capsys: pytest.CaptureFixture[str]
) -> None:
    database, process, report, said = stopped(lambda group: os.killpg(group, number), lines, databases, capsys)
    assert process.returncode == code
    assert "Traceback" not in said
    stored = counted(database, capsys)
    assert 0 < stored < EVENTS
    assert re.search(rf"^stored +{stored:,}$", report, re.MULTILINE)
    assert f"Interrupted. At least {stored:,} events of this import are in the log." in said
    hold_complete(lines, database, stored, capsys)


def test_an_import_whose_reader_is_killed_says_so_and_what_is_stored(
    lines: str, databases: Iterator[str], capsys: pytest.CaptureFixture[str]
) -> None:
    def kill_reader(parent: int) -> None:
        readers = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if readers:  # there is none any more once all is read: the import is complete then, and another one is stopped
            (reader,) = readers
            os.kill(int(reader), signal.SIGKILL)

    database, process, _, said = stopped(kill_reader, lines, databases, capsys)
    stored = counted(database, capsys)
    assert process.returncode == 1
    assert said.startswith(f"At least {stored:,} events of this import are in the log.")
    assert "was killed" in said
    hold_complete(lines, database, stored, capsys)


def test_an_import_is_done_also_when_its_caller_ignores_the_ends_of_processes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.jsonl").write_text(f"{write_line(make_event(1))}\n")
    command = [
        sys.executable,
        "-c",
        IGNORING,
        sys.executable,
        "-m",
        "explorer",
        "import",
        str(tmp_path / "one.jsonl"),
        "--into",
    ]
    imported = subprocess.run([*command, str(tmp_path / "log.db")], cwd=ROOT, capture_output=True, check=False)
    assert (imported.returncode, imported.stderr) == (0, b"")
    assert counted(str(tmp_path / "log.db"), capsys) == 1
