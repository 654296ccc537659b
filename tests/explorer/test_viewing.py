"""`activity view` before the app shows: the process that reads, and what is left when it is stopped there."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from store.formats import write_line
from tests.logs import numbered_events

ROOT = Path(__file__).resolve().parent.parent.parent
VIEW = [sys.executable, "-P", "-m", "explorer", "view"]

ENDING = """
import asyncio, os, signal, sys
from explorer.__main__ import main
from explorer.commands import view
from explorer.commands.interruptible import run

async def app():  # which takes signals itself, as the real one does
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, print)

def run_app(prepare):
    run(app)
    coming = [signal.SIGINT] if sys.argv[1] == "2" else 3 * [int(sys.argv[1])]
    sys.addaudithook(lambda event, _: event == "os.remove" and coming and os.kill(os.getpid(), coming.pop()))

view.run_app = run_app
view._read_keys_from_terminal = lambda: None
sys.exit(main(["view", sys.argv[2]]))
"""
"""Ends the app, and is told to end once more while files are removed behind it; by a second Ctrl-C it would be."""

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]


def test_a_program_in_the_current_folder_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "store.py").write_text("open('was-run', 'w')")
    (tmp_path / "notes.txt").write_text("Nothing.\n")
    viewed = subprocess.run(
        [*VIEW, "notes.txt"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not (tmp_path / "was-run").exists()
    assert "Its format is not known." in viewed.stderr
    assert viewed.returncode == 1


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_nothing_is_left_when_it_is_stopped_before_any_event_came(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    viewing = subprocess.Popen(
        [*VIEW, "-"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not list(tmp_path.glob("activity-*/report")):
        assert viewing.poll() is None
    viewing.send_signal(number)
    _, said = viewing.communicate()
    assert (viewing.returncode, said) == (code, b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_nothing_is_left_when_it_is_stopped_while_it_clears_up(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    events, places = tmp_path / "events.jsonl", tmp_path / "places"
    events.write_text("".join(f"{write_line(event)}\n" for event in numbered_events(30)))
    places.mkdir()
    viewed = subprocess.run(
        [sys.executable, "-P", "-c", ENDING, str(int(number)), str(events)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(places)},
        capture_output=True,
        check=False,
    )
    assert (viewed.returncode, viewed.stderr) == (code, b"")
    assert list(places.iterdir()) == []
