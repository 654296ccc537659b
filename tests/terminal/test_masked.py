"""Under a masking no byte of what is hidden reaches the terminal, a file, or the clipboard, whatever is asked."""

import asyncio
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.widgets.table_lines import MARK_AT_CURSOR
from tests.logs import numbered_events, write_log
from tests.terminal.pseudo_terminal import PseudoTerminal

Start = Callable[..., PseudoTerminal]

HIDDEN = ("Dana", "Whitfield", "dana@", "northlake", "203.0.113.24", "plan-growth", "Acme")
SETTINGS = """
[masking.support]
names = true
paths = ["payload.plan.id"]
{more}

[databases.kept]
url = "{log}"
mask = "support"
"""
ESCAPE, ENTER, TAB, QUIT, DOWN = "\x1b", "\r", "\t", "\x11", "\x1b[B"
CURSOR = "›"  # noqa: RUF001 - no "greater than"
PSEUDONYM = r"(?:email|ip|name|value)~[a-z2-7]{10}"

COMMANDS = """
import json, sys
from explorer.__main__ import main
for words in json.load(open(sys.argv[1])):
    print("ended", main(words), words[0], flush=True)
"""
"""Runs one command after another."""


@pytest.fixture
def masked(start: Start, tmp_path: Path, log: Path) -> Callable[..., PseudoTerminal]:
    """Starts `activity` under a masking, with `more` in it."""

    def started(*words: str, more: str = "", **options: object) -> PseudoTerminal:
        settings = tmp_path / "settings.toml"
        settings.write_text(SETTINGS.format(log=log, more=more))
        return start(*words, ACTIVITY_SETTINGS=str(settings), ACTIVITY_MASK="support", **options)

    return started


def press(terminal: PseudoTerminal, keys: str, shown: str) -> None:
    """Press keys one after another, and wait for what they show: a regular expression."""
    terminal.send(keys)
    terminal.wait_for(lambda: re.search(shown, terminal.text) is not None, seconds=20)


def leave(terminal: PseudoTerminal, left: str) -> None:
    """Press Escape, and wait until what is left is gone: a regular expression. A key that follows is one of its own."""
    terminal.send(ESCAPE)
    terminal.wait_for(lambda: not re.search(left, terminal.text) and "row 293 of 300" in terminal.text, seconds=20)


def assert_hidden(text: str) -> None:
    for each in HIDDEN:
        assert each not in text, text[max(0, text.index(each) - 200) :][:400]


def test_no_view_of_the_app_shows_what_is_hidden(masked: Start) -> None:
    with masked("open", "activity://production/event-7?filter=since%3Aall", rows=36) as terminal:
        press(terminal, "", r"(?s)masked: support.*row 293 of 300")
        press(terminal, "v", "What changed")
        press(terminal, "b", "State")
        press(terminal, "t", "(?s)· by time.*t Order")
        leave(terminal, "· by time")
        press(terminal, "E", r"customer-\d.* 5. events")
        leave(terminal, "First line|First seen|first seen")
        press(terminal, "A", r"name~\w{10} · 150 events")
        press(terminal, ENTER, "row 1 of 150")
        leave(terminal, "row 1 of 150")
        press(terminal, "/", "since:all")
        press(terminal, " actor:", PSEUDONYM)
        leave(terminal, "since:all")
        press(terminal, "/", "since:all")
        press(terminal, " actor:dana*", r"actor:dana\*")
        press(terminal, ENTER, "This is masked|what is found would tell")
        press(terminal, "u", "row 293 of 300")
        press(terminal, "m", "Note")
        press(terminal, "x" + ENTER, f"{MARK_AT_CURSOR}2026-11-20 12:07")  # the dialog is gone then, too
        for key in "jmp":
            press(terminal, "Y", "Event as JSON")
            press(terminal, key, "Copied[?]")
            leave(terminal, "Copied[?]")
        terminal.send(QUIT)
        assert terminal.wait_for_exit() == 0
        assert len(terminal.copied) == 3
        assert_hidden(terminal.raw.decode())
        assert_hidden("\n".join(terminal.copied))


def test_no_command_prints_what_is_hidden(masked: Start, tmp_path: Path, log: Path) -> None:
    formats = ("table", "jsonl", "csv", "markdown")
    commands = [["query", "since:all", "--format", name, "--output", "-"] for name in formats[1:]]
    commands += [["query", "since:all", "--format", "table"]]
    commands += [["query", "since:all", "--output", str(tmp_path / f"out.{end}")] for end in ("md", "csv", "jsonl")]
    commands += [["stats", "since:all", "--format", each] for each in ("table", "json")]
    commands += [["query", "since:all", "environment:prodution"], ["report"]]
    commands += [["query", "since:all", "--database", "kept"], ["query", "since:all", "--mask", "support"]]
    refused = [["count", "since:all", word] for word in ("actor:dana@northlake.example", "dana", "actor:d*")]
    refused += [["count", "since:all", word] for word in ('actor:"Dana Whitfield"', "payload.plan.id:plan-growth")]
    (tmp_path / "commands.json").write_text(json.dumps([*commands, *refused]))
    with masked(str(tmp_path / "commands.json"), program=[sys.executable, "-c", COMMANDS]) as terminal:
        assert terminal.wait_for_exit(60) == 0, terminal.text
        said = terminal.raw.decode()
    assert said.count("ended 2 count") == len(refused)
    said = "\n".join(line for line in said.splitlines() if "cannot be asked for" not in line)
    assert len(re.findall(PSEUDONYM, said)) > 1_000
    assert_hidden(said)
    for end in ("md", "csv", "jsonl"):
        assert_hidden((tmp_path / f"out.{end}").read_text())


def test_new_events_are_printed_masked(masked: Start, tmp_path: Path) -> None:
    log = tmp_path / "log.db"
    asyncio.run(write_log(log, []))
    with masked("tail", "since:all", "--format", "jsonl", "--database", str(log)) as terminal:
        events = iter(numbered_events(300))

        def is_printed() -> bool:
            asyncio.run(write_log(log, [next(events), next(events)]))
            return b"email~" in terminal.raw

        terminal.wait_for(is_printed, seconds=20)
        assert_hidden(terminal.raw.decode())


def test_a_log_that_is_always_masked_is_so_by_any_path(start: Start, tmp_path: Path, log: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS.format(log=log, more=""))
    link = tmp_path / "other.db"
    link.symlink_to(log)
    for name in ("kept", str(log), str(link)):
        words = ["query", "since:all", "--format", "jsonl", "--database", name]
        with start(*words, ACTIVITY_SETTINGS=str(settings)) as terminal:
            assert terminal.wait_for_exit(20) == 0
            assert b"name~" in terminal.raw
            assert_hidden(terminal.raw.decode())


def test_a_masked_text_is_revealed_only_with_a_record(masked: Start, own_home: Path) -> None:
    with masked("open", "activity://production/event-7?filter=since%3Aall", rows=60, more="reveal = true") as terminal:
        press(terminal, "", r"Email\s+email~")
        press(terminal, "3g" + 14 * "j", CURSOR + r"\s*Email")
        press(terminal, "!", "dana@northlake.example")
        press(terminal, ESCAPE, "row 293 of 300")
        terminal.send(QUIT)
        assert terminal.wait_for_exit() == 0
    (record,) = own_home.rglob("reveals.jsonl")
    (told,) = [json.loads(each) for each in record.read_text().splitlines()]
    assert (told["event_id"], told["field"], told["masking"]) == ("event-7", "Email", "support")
    assert set(told) == {"at", "database", "masking", "event_id", "field", "user"}
    assert "dana" not in record.read_text()
    assert record.stat().st_mode & 0o777 == 0o600


def test_nothing_is_revealed_without_leave(masked: Start, own_home: Path) -> None:
    with masked("open", "activity://production/event-7?filter=since%3Aall", rows=60) as terminal:
        press(terminal, "", r"Email\s+email~")
        press(terminal, "3!", "lets nothing be revealed")
        terminal.send(QUIT)
        assert terminal.wait_for_exit() == 0
        assert_hidden(terminal.raw.decode())
    assert list(own_home.rglob("reveals.jsonl")) == []
