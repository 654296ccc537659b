"""How far a long command has come: on a terminal only, by what is read of the file, with the rate and the rest."""

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from explorer.__main__ import main
from explorer.commands import import_events, import_reading
from explorer.commands.progress import Show, progress
from store.formats import write_line
from tests.builders import make_event


class Screen(io.StringIO):
    """An output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def drawn_by(whole: int | None, monkeypatch: pytest.MonkeyPatch) -> str:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    with progress("file\x1b[31m.jsonl", whole) as show:
        show(50, 1_234)
    return screen.getvalue()


def test_a_terminal_sees_the_share_the_events_and_their_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = drawn_by(100, monkeypatch)
    assert "50%" in drawn
    assert "1,234 events" in drawn
    assert " a second" in drawn
    assert "file\\x1b[31m.jsonl" in drawn


def test_without_a_known_end_only_the_events_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = drawn_by(None, monkeypatch)
    assert "1,234 events" in drawn
    assert "%" not in drawn


def test_nothing_is_drawn_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("file", 100) as show:
        show(50, 1_234)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_import_is_measured_by_what_is_read_of_the_file_itself(
    is_packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = "".join(
        f"{write_line(make_event(number, payload=str(number**40)))}\n" for number in range(5_000)
    ).encode()
    file = tmp_path / "events.jsonl"
    file.write_bytes(gzip.compress(content) if is_packed else content)
    wholes: list[int | None] = []
    shown: list[tuple[int, int]] = []

    @contextmanager
    def recording(label: str, whole: int | None) -> Iterator[Show]:
        wholes.append(whole)
        yield lambda done, events: shown.append((done, events))

    monkeypatch.setattr(import_events, "progress", recording)
    monkeypatch.setattr(import_reading, "BATCH_EVENTS", 1_000)
    assert main(["import", str(file), "--into", str(tmp_path / "log.db")]) == 0
    size = file.stat().st_size
    assert wholes == [size]
    assert [written for _, written in shown] == [1_000, 2_000, 3_000, 4_000, 5_000]
    assert all(abs(done / size - written / 5_000) < 0.25 for done, written in shown)


def test_batches_grow_so_that_each_is_read_while_the_one_before_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text("".join(f"{write_line(make_event(number))}\n" for number in range(800)))
    written: list[int] = []

    @contextmanager
    def recording(label: str, whole: int | None) -> Iterator[Show]:
        yield lambda done, events: written.append(events)

    monkeypatch.setattr(import_events, "progress", recording)
    for name, size in (("FIRST_EVENTS", 10), ("SECOND_EVENTS", 100), ("BATCH_EVENTS", 200)):
        monkeypatch.setattr(import_reading, name, size)
    assert main(["import", str(file), "--into", str(tmp_path / "log.db")]) == 0
    assert written == [10, 110, 235, 391, 586, 786, 800]
