"""A fault of ours on the command line: one sentence, and a report that says where it was and nothing of the data."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from explorer.commands.crash_report import MOST_REPORTS, report_text

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

BREAKING = """
import sys
from explorer.__main__ import main
from explorer.commands import query

def broken(*words):
    raise ValueError(f"hushed {words}")

query.query = broken
sys.exit(main())
"""


def run(program: str, words: Sequence[str], home: Path) -> subprocess.CompletedProcess[str]:
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm\x1b]0;x\x07", "TOKEN": "hidden"}
    return subprocess.run(
        [sys.executable, "-c", program, *words], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )


def test_a_command_with_a_fault_says_one_sentence_and_where_the_report_is(tmp_path: Path) -> None:
    ran = run(BREAKING, ["query", "actor:hushed@northlake.example", "--database", "hushed.db"], tmp_path)
    assert ran.returncode == 1, ran.stderr
    (report,) = tmp_path.rglob("crashes/*.txt")
    assert ran.stdout == ""
    sentence = "activity failed by a fault of its own (ValueError); a report without data or secrets is in"
    assert ran.stderr == f"{sentence} {report}.\n"
    text = report.read_text()
    assert f"{'command':<22}activity query\n" in text
    assert "in broken\n" in text
    assert "explorer/__main__.py:" in text
    assert f"{'TERM':<22}xterm\\x1b" in text
    for held in ("hushed@", "northlake", "hushed.db", "hidden", str(tmp_path), str(ROOT)):
        assert held not in text, text
    assert report.stat().st_mode & 0o777 == 0o600


def test_where_no_report_can_be_written_the_reason_is_said(tmp_path: Path) -> None:
    home = tmp_path / "no-folder"
    home.write_text("")
    ran = run(BREAKING, ["query"], home)
    assert ran.returncode == 1
    assert ran.stderr.startswith("activity failed by a fault of its own (ValueError); no report could be written to ")
    assert ran.stderr.count("\n") == 1


def test_where_no_place_for_a_report_is_known_one_sentence_is_said_all_the_same(tmp_path: Path) -> None:
    program = f"""
import platformdirs

def nowhere(name):
    raise RuntimeError("hushed")

platformdirs.user_state_path = nowhere
{BREAKING}"""
    ran = run(program, ["query"], tmp_path)
    assert ran.returncode == 1
    assert ran.stderr == (
        "activity failed by a fault of its own (ValueError); no report could be written (RuntimeError).\n"
    )


def test_a_thread_that_ends_itself_has_no_fault(tmp_path: Path) -> None:
    program = """
import sys, threading
from explorer.commands.crash_report import report_crashes

report_crashes()
thread = threading.Thread(target=sys.exit)
thread.start()
thread.join()
"""
    assert run(program, [], tmp_path).stderr == ""
    assert not [*tmp_path.rglob("crashes/*.txt")]


def test_only_the_newest_reports_are_kept(tmp_path: Path) -> None:
    run(BREAKING, ["query"], tmp_path)
    (report,) = tmp_path.rglob("crashes/*.txt")
    for number in range(MOST_REPORTS + 5):
        (report.parent / f"20200101T0000{number:02}-1.txt").write_text("")
    run(BREAKING, ["query"], tmp_path)
    kept = sorted(each.name for each in report.parent.iterdir())
    assert len(kept) == MOST_REPORTS
    assert report.name in kept


def test_what_python_itself_would_print_of_a_thread_or_a_lost_task_is_not_printed(tmp_path: Path) -> None:
    program = """
import asyncio, gc, threading
from explorer.commands.crash_report import report_crashes

def fail():
    raise ValueError("hushed")

async def lose():
    async def work():
        fail()
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    del task
    gc.collect()

report_crashes()
thread = threading.Thread(target=fail)
thread.start()
thread.join()
asyncio.run(lose())
"""
    ran = run(program, [], tmp_path)
    assert ran.stderr.startswith("activity failed by a fault of its own (ValueError); a report")
    assert ran.stderr.count("\n") == 1


def test_every_error_that_led_to_another_is_told_once_by_its_type() -> None:
    inner = OSError(28, "hushed", "hushed.txt")
    outer = RuntimeError("hushed")
    outer.__cause__ = ExceptionGroup("hushed", [inner, KeyError("hushed")])
    inner.__context__ = outer
    lines = report_text(outer, {}, NOW).splitlines()
    told = [line for line in lines if line.startswith(("builtins", "caused by", "in it", "while"))]
    assert told == [
        "builtins.RuntimeError",
        "caused by: builtins.ExceptionGroup",
        "in it: builtins.OSError (errno 28)",
        "in it: builtins.KeyError",
    ]
    assert not any("hushed" in line for line in lines)


def test_a_traceback_without_end_is_cut_in_its_middle() -> None:
    def deeper() -> None:
        deeper()

    try:
        deeper()
    except RecursionError as error:
        text = report_text(error, {}, NOW)
    assert " more …\n" in text
    assert len(text.splitlines()) < 100
