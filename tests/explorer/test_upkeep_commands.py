"""`activity prune` and `activity check`: what they ask, what they say, and how they end."""

import asyncio
import io
import re
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from explorer.__main__ import main
from explorer.commands.words import KEEPS_ITS_SIZE
from store import DatabaseAddress, DatabaseUnavailable
from store.formats import write_line
from tests.builders import NOON, make_event
from tests.store.old_logs import write_old_log


class Keyboard(io.StringIO):
    """An input that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Screen(io.StringIO):
    """An output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(params=["sqlite", "postgres"])
def log(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The address of a log of 30 events, one a day, the last at NOON."""
    database = str(tmp_path / "log.db")
    if request.param == "postgres":
        database = request.getfixturevalue("postgres_url")
    lines = tmp_path / "events.jsonl"
    events = [make_event(number, occurred_at=NOON - timedelta(days=29 - number)) for number in range(30)]
    lines.write_text("".join(f"{write_line(event)}\n" for event in events))
    assert main(["import", str(lines), "--into", database]) == 0
    capsys.readouterr()
    return database


def count_of(log: str, capsys: pytest.CaptureFixture[str]) -> int:
    assert main(["count", "since:all", "--database", log]) == 0
    return int(capsys.readouterr().out)


def test_prune_knows_days_as_filters_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    times = [midnight - timedelta(days=1, microseconds=1), midnight - timedelta(days=1)]
    lines, log = tmp_path / "events.jsonl", str(tmp_path / "log.db")
    lines.write_text("".join(f"{write_line(make_event(place, occurred_at=at))}\n" for place, at in enumerate(times)))
    assert main(["import", str(lines), "--into", log]) == 0
    capsys.readouterr()
    assert main(["prune", "--before", f"last {midnight - timedelta(days=1):%A}", "--yes", log]) == 0
    assert main(["prune", "--before", "yesterday", "--yes", log]) == 0
    if datetime.now(UTC).date() == now.date():
        printed = capsys.readouterr()
        assert printed.out.startswith("Deleted: 1 event.\nNothing to delete: there are no events of ")


def test_prune_deletes_what_is_older_and_says_how_many(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--before", "2026-11-11", "--yes", log]) == 0
    printed = capsys.readouterr()
    assert printed.out == "Deleted: 20 events.\n"
    assert re.match(r"To be deleted for good: 20 events of \S+ before 2026-11-11 00:00:00.000 UTC.\n", printed.err)
    assert ("keeps its size" in printed.err) == log.endswith(".db")
    assert count_of(log, capsys) == 10
    assert main(["prune", "--before", "2026-11-11", "--yes", log]) == 0
    assert capsys.readouterr().out.startswith("Nothing to delete: there are no events of ")


def test_prune_counts_a_span_back_from_now(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    days = (datetime.now(UTC) - NOON).days + 10
    assert main(["prune", log, "--before", f"-{days}d", "--yes"]) == 0
    assert capsys.readouterr().out == "Deleted: 20 events.\n"
    assert count_of(log, capsys) == 10


@pytest.mark.parametrize(
    ("answer", "code", "left"), [("yes\n", 0, 10), ("y\n", 1, 30), ("no\n", 1, 30), ("", 1, 30), ("yes!\n", 1, 30)]
)
def test_on_a_terminal_prune_asks_first(
    answer: str, code: int, left: int, log: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdin", Keyboard(answer))
        patched.setattr(sys, "stderr", screen)
        assert main(["prune", "--before", "2026-11-11", log]) == code
    assert "20 events" in screen.getvalue()
    assert "Type yes" in screen.getvalue()
    assert ("Nothing was deleted." in screen.getvalue()) == bool(code)
    capsys.readouterr()
    assert count_of(log, capsys) == left


def test_without_a_terminal_prune_wants_to_be_told_yes(
    log: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    assert main(["prune", "--before", "2026-11-11", log]) == 2
    printed = capsys.readouterr()
    assert (printed.out, "--yes" in printed.err) == ("", True)
    assert count_of(log, capsys) == 30


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["prune", "x.db"], "--before"),
        (["prune", "--before", "-90d"], "DATABASE"),
        (["prune", "--before", "all", "--yes", "x.db"], "delete its database"),
        (["prune", "--before", "yesteryear", "--yes", "x.db"], "no time"),
        (["prune", "--before", "+3d", "--yes", "x.db"], "Write -3d"),
        (["prune", "--before", "-3d", "--into-nothing", "x.db"], "there is no option --into-nothing"),
    ],
)
def test_wrong_usage_of_prune_is_told_with_code_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert (printed.out, said in printed.err) == ("", True)


def test_prune_makes_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--before", "-3d", "--yes", str(tmp_path / "none.db")]) == 1
    assert list(tmp_path.iterdir()) == []


def test_check_says_that_all_is_well(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", log]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("All is well with the 30 events of ")
    assert printed.err == ""


def test_check_says_what_is_wrong_and_repair_makes_it_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sqlite_log(tmp_path, "UPDATE rollup SET count = 5 WHERE level = 5", capsys)
    assert main(["check", path]) == 1
    printed = capsys.readouterr()
    assert "The rollup counts 5 events of combination 1 in the 1536 hours from " in printed.out
    assert "Not all is well with the 3 events of " in printed.out
    assert printed.err == "To count it anew from the events: activity check --repair DATABASE\n"
    assert main(["check", "--repair", path]) == 0
    printed = capsys.readouterr()
    assert printed.out.endswith("Repaired: everything was counted anew from the 3 events.\n")
    assert printed.err == ""
    assert main(["check", path]) == 0


def test_a_log_that_nothing_else_can_be_asked_of_is_checked_and_repaired(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sqlite_log(tmp_path, "DELETE FROM meta WHERE name = 'written'", capsys)
    assert main(["count", "actor:ann", "--database", path]) == 1
    assert "activity check --repair DATABASE" in capsys.readouterr().err
    assert main(["check", path]) == 1
    assert "The log does not say how many batches it has." in capsys.readouterr().out
    assert main(["check", "--repair", path]) == 0
    assert main(["count", "actor:ann", "--database", path]) == 0
    assert capsys.readouterr().out.endswith("\n0\n")


def test_a_log_of_an_older_version_says_how_to_bring_it_up_to_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "log.db")
    asyncio.run(write_old_log(DatabaseAddress.parse(path), 3, map(make_event, range(3))))
    assert main(["check", path]) == 1
    printed = capsys.readouterr()
    assert "has schema version 3, this program reads version 6." in printed.err
    assert printed.err.endswith("To bring it to version 6: activity check --repair DATABASE\n")
    assert main(["check", "--repair", path]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "The log has schema version 3, which is older than 6.",
        "Repaired: everything was counted anew from the 3 events.",
    ]
    assert printed.err == f"{KEEPS_ITS_SIZE}\n"
    assert main(["check", path]) == 0


def test_a_log_that_is_brought_up_to_date_says_so_until_it_is_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    path = str(tmp_path / "log.db")
    asyncio.run(write_old_log(DatabaseAddress.parse(path), 5, map(make_event, range(3))))
    with monkeypatch.context() as patched:
        patched.setattr("store.batch.Batch.store", interrupted)
        assert main(["check", "--repair", path]) == 130
    assert capsys.readouterr().err == (
        "Interrupted. Nobody can read the log until it is up to date: the same command goes on from there.\n"
    )
    for words in (["check", path], ["count", "--database", path], ["prune", "--before", "-3d", "--yes", path]):
        assert main(words) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "is being brought from schema version 5 to 6, and is not whole until then." in printed.err
        assert "If it was stopped, this goes on: activity check --repair DATABASE" in printed.err
    assert main(["check", "--repair", path]) == 0
    capsys.readouterr()
    assert count_of(path, capsys) == 3


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "Interrupted. The log is up to date, and was not checked to the end.\n"),
        (DatabaseUnavailable("The disk is full.", "Make room."), 1, "The disk is full.\nMake room.\n"),
    ],
)
def test_a_check_that_is_stopped_behind_the_last_event_leaves_a_log_that_can_be_read(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    said: str,
) -> None:
    async def stopped(*_: object) -> int:
        raise error

    path = str(tmp_path / "log.db")
    asyncio.run(write_old_log(DatabaseAddress.parse(path), 5, map(make_event, range(3))))
    monkeypatch.setattr("store.check._Check.run", stopped)
    assert main(["check", "--repair", path]) == code
    assert capsys.readouterr().err == said
    assert count_of(path, capsys) == 3


def test_events_that_stay_behind_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "log.db")
    asyncio.run(write_old_log(DatabaseAddress.parse(path), 5, map(make_event, range(3))))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE event SET id = x'fe00' WHERE time_key = (SELECT max(time_key) FROM event)")
    assert main(["check", "--repair", path]) == 1
    printed = capsys.readouterr()
    assert "is up to date without 1 of its events" in printed.err
    assert "Nobody can read" not in printed.err
    assert main(["check", path]) == 0
    capsys.readouterr()
    assert count_of(path, capsys) == 2


def test_check_says_what_cannot_be_repaired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sqlite_log(tmp_path, "DELETE FROM event_detail WHERE time_key % 2 = 0", capsys)
    assert main(["check", "--repair", path]) == 1
    printed = capsys.readouterr()
    assert "has no detail." in printed.out
    assert "Import the events again into a new database" in printed.err


def test_check_stops_at_damaged_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(sqlite_log(tmp_path, "SELECT 1", capsys))
    content = bytearray(path.read_bytes())
    for page in range(10, len(content) // 4096):
        content[page * 4096 : page * 4096 + 100] = b"\x1b" * 100
    path.write_bytes(bytes(content))
    assert main(["check", str(path)]) == 1
    printed = capsys.readouterr()
    assert (printed.out + printed.err).replace("\n", "").isprintable()
    assert "Import the events again" in printed.err or "can be made again" in printed.err


def sqlite_log(tmp_path: Path, order: str, capsys: pytest.CaptureFixture[str]) -> str:
    """A log of 3 events, changed behind the back of its writer."""
    lines, path = tmp_path / "events.jsonl", str(tmp_path / "log.db")
    lines.write_text("".join(f"{write_line(make_event(number))}\n" for number in range(3)))
    assert main(["import", str(lines), "--into", path]) == 0
    connection = sqlite3.connect(path)
    connection.execute(order)
    connection.commit()
    connection.close()
    capsys.readouterr()
    return path
