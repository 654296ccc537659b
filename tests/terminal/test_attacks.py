"""Nothing that stands in a log commands the terminal: the bytes that reach one are looked at, whatever shows it."""

import asyncio
import json
import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from explorer.marks import Mark, Marks, save_marks
from store import Choice, DatabaseAddress, EventFilter, TimeRange, write_filter
from store.formats import write_line
from tests.builders import make_event
from tests.logs import write_log
from tests.terminal.attacks import ATTACKS, hostile_events, sequences
from tests.terminal.pseudo_terminal import PseudoTerminal

Start = Callable[..., PseudoTerminal]

EVENTS = hostile_events()
PROGRESS = {"\x1b[K", "\x1b[2K", "\x1b[1A", "\x1b[?25l", "\x1b[?25h"}
"""What the lines that tell how far a command has come are drawn with."""

WITH_IDS = 200
"""Columns of a terminal in which tables hold also the ids."""

COMMANDS = """
import json, sys
from explorer.__main__ import main
for words in json.load(open(sys.argv[1])):
    code = main(words)
    print("ended", code, words[0], flush=True)
    sys.stderr.flush()
"""
"""Runs one command after another: each in a process of its own would take many times as long."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("hostile") / "activity.db", EVENTS))


def sent_by(start: Start, tmp_path: Path, commands: list[list[str]]) -> bytes:
    """What the commands send to a terminal."""
    (tmp_path / "commands.json").write_text(json.dumps(commands))
    with start(str(tmp_path / "commands.json"), program=[sys.executable, "-c", COMMANDS], columns=WITH_IDS) as terminal:
        assert terminal.wait_for_exit(60) == 0, terminal.text
        assert terminal.raw.count(b"ended ") == len(commands), terminal.raw[-500:]
        return terminal.raw


def test_a_log_on_the_command_line_commands_nothing(start: Start, tmp_path: Path, hostile: DatabaseAddress) -> None:
    log = str(hostile.path)
    marks = Marks()
    for event in EVENTS:
        marks = marks.with_mark(Mark.of(event, f"{event.id}\n{event.event_name}"))
    save_marks(log, marks)
    commands = [["query", "since:all", "--format", name] for name in ("table", "jsonl", "csv", "markdown")]
    commands += [["stats", "since:all", "--format", name] for name in ("table", "json")]
    commands += [["count", "since:all", "text:evil"], ["report"]]
    sent = sent_by(start, tmp_path, [[*words, "--database", log] for words in commands])
    assert sent.count(b"evil") > 1_000
    assert sequences(sent) <= PROGRESS


def test_words_that_nothing_fits_are_repeated_harmlessly_and_so_are_those_that_may_be_meant(
    start: Start, tmp_path: Path, hostile: DatabaseAddress
) -> None:
    commands = []
    for text in ATTACKS.values():
        unknown = Choice(included=(f"{text}?",))
        for field in ("environments", "event_names", "entity_types", "entity_ids"):
            event_filter = EventFilter(time=TimeRange(since=None), **{field: unknown})
            commands.append(["count", write_filter(event_filter), "--database", str(hostile.path)])
    commands += [["query", f"since:{text}", "--database", str(hostile.path)] for text in ATTACKS.values()]
    commands += [["open", text] for text in ATTACKS.values()]
    everything = EventFilter(event_names=Choice(included=tuple(f"{text}?" for text in ATTACKS.values())))
    commands += [[name, write_filter(everything), "--database", str(hostile.path)] for name in ("query", "stats")]
    assert sequences(sent_by(start, tmp_path, commands)) <= PROGRESS


def test_an_import_tells_of_records_and_files_harmlessly(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    for number, (event, text) in enumerate(zip(EVENTS[::2], ATTACKS.values(), strict=True)):
        again = event.replaced(event_name="another")
        broken = json.dumps({"id": event.id, "occurred_at": text, text: text})
        raw = text.replace("\ud800", "").encode("utf-8", "surrogateescape")
        lines = [write_line(event).encode(), write_line(again).encode(), broken.encode(), b"{" + raw]
        name = raw.translate(None, b"/\0")[:60].decode("utf-8", "surrogateescape")
        (folder / f"{number} {name}.jsonl").write_bytes(b"\n".join(lines))
    into = ["--into", str(tmp_path / "into.db")]
    rejects = ["--rejects", "/dev/stdout"]
    commands = [["import", str(folder), *rest] for rest in (["--dry-run"], into + rejects, [*into, "--report", "json"])]
    sent = sent_by(start, tmp_path, commands)
    assert sent.count(b"evil") > 100
    assert sequences(sent) <= PROGRESS


def test_a_proposal_for_a_table_of_another_program_names_its_columns_harmlessly(start: Start, tmp_path: Path) -> None:
    commands = []
    for number, text in enumerate(ATTACKS.values()):
        if not re.search("[\0\ud800-\udfff]", text):
            path, name = tmp_path / f"{number}.db", '"{}"'.format(text.replace('"', '""'))
            with closing(sqlite3.connect(path)) as connection:
                connection.execute(
                    f"CREATE TABLE {name} (id TEXT PRIMARY KEY, created_at TEXT, action TEXT, {name} TEXT)"
                )
            commands.append(["map", str(path)])
    assert sequences(sent_by(start, tmp_path, commands)) <= PROGRESS


@pytest.mark.parametrize("format_name", ["text", "jsonl"])
def test_new_events_are_printed_harmlessly(start: Start, tmp_path: Path, format_name: str) -> None:
    log = tmp_path / "log.db"
    asyncio.run(write_log(log, []))
    with start("tail", "since:all", "--format", format_name, "--database", str(log), columns=WITH_IDS) as terminal:
        numbers = iter(range(1_000))

        def is_printed() -> bool:
            asyncio.run(write_log(log, [make_event(next(numbers))]))
            return b"event-" in terminal.raw

        terminal.wait_for(is_printed)
        for events in (EVENTS, [make_event(id="the-last")]):
            asyncio.run(write_log(log, events))
        terminal.wait_for(lambda: b"the-last" in terminal.raw)
        assert b"evil" in terminal.raw
        assert sequences(terminal.raw) == set()
