"""`activity view` before the app shows: the process that reads, and what is left when it is stopped there."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
VIEW = [sys.executable, "-P", "-m", "explorer", "view"]


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


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
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
