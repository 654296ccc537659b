"""`activity view` in a real terminal: files show at once, from standard input too, and nothing of them is kept."""

import shlex
from collections.abc import Callable
from pathlib import Path

from explorer.visible import visible
from store.formats import write_line
from tests.builders import make_event
from tests.store.formats.examples import FOLDER
from tests.terminal.conftest import ACTIVITY
from tests.terminal.pseudo_terminal import PseudoTerminal

Start = Callable[..., PseudoTerminal]


def waiting_for(path: Path) -> str:
    """A command of a shell that ends once there is such a file."""
    return f"until [ -e {path} ]; do sleep 0.02; done"


def appear(path: Path, number: int) -> None:
    """Let there be a file, and at once all of it: one line with an event."""
    written = path.with_suffix(".written")
    written.write_text(f"{write_line(make_event(number))}\n")
    written.rename(path)


def test_the_events_of_files_show_and_what_was_rejected_is_told_at_the_end(start: Start, tmp_path: Path) -> None:
    with start("view", str(FOLDER / "github.json"), str(FOLDER / "github.csv"), TMPDIR=str(tmp_path)) as terminal:
        terminal.wait_for("row 1 of 4 ", seconds=30)
        terminal.wait_for("following")
        assert "2 files" in terminal.text
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert b"record 3: It has no time" in terminal.raw
    assert list(tmp_path.iterdir()) == []


def test_standard_input_is_read_and_keys_come_from_the_terminal(start: Start, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(f"{write_line(make_event(number))}\n" for number in range(3_000)))
    command = f"cat {lines} | {shlex.join(ACTIVITY)} view -"
    with start(program=["sh", "-c", command]) as terminal:
        terminal.wait_for("row 1 of 3,000 ", seconds=30)
        terminal.send("\x1b[B")
        terminal.wait_for("row 2 of 3,000 ")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0


def test_what_is_read_is_said_until_its_first_events_are_there(start: Start, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    command = f"({waiting_for(lines)}; cat {lines}) | {shlex.join(ACTIVITY)} view -"
    with start(program=["sh", "-c", command], columns=80) as terminal:
        terminal.wait_for("Reading standard input …", seconds=30)
        appear(lines, 1)
        terminal.wait_for("row 1 of 1 ", seconds=30)
        terminal.send("q")
        assert terminal.wait_for_exit() == 0


def test_what_was_read_is_not_said_any_more_when_nothing_is_in_it(start: Start, tmp_path: Path) -> None:
    notes = tmp_path / ("long\n" * 20) / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("Nothing.\n")
    with start("view", str(notes), columns=80) as terminal:
        terminal.wait_for(visible(f"Reading {notes}", 79), seconds=30)
        assert terminal.wait_for_exit(30) == 1
        assert "There is no event to show." in terminal.text
        assert "Reading" not in terminal.text


def test_it_is_said_when_everything_is_read(start: Start, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(f"{write_line(make_event(number))}\n" for number in range(2_000)))
    later = tmp_path / "later.jsonl"
    command = f"(cat {lines}; {waiting_for(later)}; cat {later}) | {shlex.join(ACTIVITY)} view -"
    with start(program=["sh", "-c", command]) as terminal:
        terminal.wait_for("row 1 of ", seconds=30)
        assert "everything is read" not in terminal.text
        appear(later, 2_000)
        terminal.wait_for("everything is read", seconds=30)
        terminal.send("q")
        assert terminal.wait_for_exit() == 0


def test_it_is_said_in_the_app_that_records_were_rejected(start: Start, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(f"{write_line(make_event(1))}\n{{}}\n")
    with start("view", str(lines)) as terminal:
        terminal.wait_for("read, but not all of it", seconds=30)
        terminal.send("q")
        terminal.wait_for("rejected", seconds=30)
        assert "shown " in terminal.text and "stored" not in terminal.text  # nothing is kept


def test_what_is_no_log_opens_nothing_and_says_so(start: Start, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Nothing.\n")
    with start("view", str(tmp_path / "notes.txt"), columns=300) as terminal:  # room for any path
        assert terminal.wait_for_exit(30) == 1
        assert "Its format is not known." in terminal.text
        assert "There is no event to show." in terminal.text
