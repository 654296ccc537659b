"""The marked events of a log as a timeline: what stands in it, where it goes, and what keeps it from being written."""

import asyncio
from datetime import UTC
from pathlib import Path

import pytest
from textual.widgets import Static

from explorer.__main__ import main
from explorer.dialogs.ask_file import AskFile
from explorer.marks import Mark, Marks, load_marks, marks_path, save_marks
from explorer.masking import remembered_as
from explorer.report import Report
from explorer.time_zone import named_zone
from store import Actor, DatabaseAddress, Entity, EventFilter, TimeRange
from tests.builders import make_event
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log

HOSTILE = "\x1b]52;c;aGk=\x07 `` | [click](http://evil.example) @here\n# Heading"
EVENTS = numbered_events(30)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DatabaseAddress:
    monkeypatch.chdir(tmp_path)
    return asyncio.run(write_log(tmp_path / "activity.db", EVENTS))


def mark(name: str, *numbers: int) -> None:
    marks = load_marks(name)
    for number in numbers:
        marks = marks.with_mark(Mark.of(EVENTS[number], f"note {number}"))
    save_marks(name, marks)


def test_an_entry_says_what_happened_to_what_by_whom_from_where_and_how_to_see_it() -> None:
    event = make_event(
        1,
        event_name="subscription.created",
        entity=Entity(type="SUBSCRIPTION", id="sub-1", name="Growth"),
        actor=Actor(type="USER", email="dana@acme.example", ip_address="2001:db8::5f"),
        trace_id="trace-9",
        parent_entity_id="customer-3fa91c",
        environment="production",
    )
    text = Report("demo", NOW, named_zone("Europe/Berlin"), "https://app.example/{id}").text(
        [(Mark.of(event, "The first one.\nWhy?"), event)]
    )
    for part in (
        "1 event of `demo`",
        "(2026-11-",
        "> `The first one.`\n> `Why?`",
        "Subscription created",
        "`sub-1`",
        "- Part of: `customer-3fa91c`",
        "`dana@acme.example`",
        "- From: `2001:db8::5f`",
        "- Environment: `production`",
        "- Trace: `trace-9`",
        f"- Link: [open](<https://app.example/{event.id}>)",
    ):
        assert part in text, part


def test_hostile_texts_stand_in_code_and_nothing_of_them_is_obeyed() -> None:
    event = make_event(1, event_name=HOSTILE, entity=Entity(id=HOSTILE), actor=Actor(name=HOSTILE), trace_id=HOSTILE)
    text = Report(HOSTILE, NOW, UTC, None).text([(Mark.of(event, HOSTILE), event)])
    assert "\x1b" not in text
    assert "\x07" not in text
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in text.splitlines() if line.startswith(("# Timeline", "## 20"))
    ]
    for line in text.splitlines():
        if "evil.example" in line:
            assert "[click]" in line.split("``")[1] or "`" in line.split("[click]")[0]


def test_a_marked_event_that_was_pruned_is_said_to_be_gone() -> None:
    text = Report("demo", NOW, UTC, None).text([(Mark(event_id="gone", occurred_at=NOW), None)])
    assert "The log no longer holds this event: `gone`" in text


def test_the_command_prints_the_timeline_with_the_oldest_event_first(
    log: DatabaseAddress, capsys: pytest.CaptureFixture[str]
) -> None:
    mark(log.shown, 20, 3)
    assert main(["report", "--database", log.shown]) == 0
    printed = capsys.readouterr().out
    assert printed.index("note 3") < printed.index("note 20")


def test_the_command_writes_a_file_and_none_over_another(
    log: DatabaseAddress, capsys: pytest.CaptureFixture[str]
) -> None:
    mark(log.shown, 1)
    words = ["report", "--database", log.shown, "--output", "story.md"]
    assert main(words) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "1 event written to story.md.\n")
    assert "note 1" in Path("story.md").read_text()
    mark(log.shown, 2)
    assert main(words) == 1
    advice = "Choose another name, or write over it with --replace."
    assert capsys.readouterr().err == f"story.md exists already.\n{advice}\n"
    assert "note 2" not in Path("story.md").read_text()
    assert main([*words, "--replace"]) == 0
    assert "note 2" in Path("story.md").read_text()


def test_without_marks_the_command_says_how_to_mark(log: DatabaseAddress, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--database", log.shown]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "press m on an event" in printed.err


def test_damaged_marks_are_a_sentence(log: DatabaseAddress, capsys: pytest.CaptureFixture[str]) -> None:
    save_marks(log.shown, Marks())
    marks_path(log.shown).write_text("{")
    assert main(["report", "--database", log.shown]) == 1
    assert "cannot be read: it is damaged" in capsys.readouterr().err


def test_under_a_masking_notes_are_masked(
    log: DatabaseAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.toml").write_text("[masking.support]\n")
    monkeypatch.setenv("ACTIVITY_SETTINGS", str(tmp_path / "settings.toml"))
    noted = Mark.of(EVENTS[3], "Asked jonas@harbour.example, from 203.0.113.7")
    save_marks(remembered_as(log.shown, "support"), Marks().with_mark(noted))
    monkeypatch.setenv("ACTIVITY_MASK", "")  # which the option sets
    assert main(["report", "--mask", "support", "--database", log.shown]) == 0
    printed = capsys.readouterr().out
    assert "Asked email~" in printed and "from ip~" in printed
    assert "jonas" not in printed and "203.0.113.7" not in printed


async def test_a_file_that_is_there_is_said_in_the_question_which_keeps_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> str:
        return str(app.screen.query_one(".text-field--note", Static).content)

    monkeypatch.chdir(tmp_path)
    (tmp_path / "outage.md").write_text("mine")
    address = await write_log(tmp_path / "activity.db", EVENTS)
    app = app_on(address, clock=lambda: NOW, event_filter=EventFilter(time=TimeRange(since=None)))
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        mark("log.db", 5)
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, AskFile), "the question")
        await pilot.press(*"outage", "enter")
        assert said() == f"{tmp_path / 'outage.md'} exists already. Choose another name, or remove it before."
        await pilot.press("2")
        await until(pilot, lambda: said() == "", "another name")
        await pilot.press("enter")
        await until(pilot, lambda: bool(app._notifications), "its place")
    assert (tmp_path / "outage.md").read_text() == "mine"
    assert "note 5" in (tmp_path / "outage2.md").read_text()


async def test_a_key_asks_for_a_file_and_writes_the_timeline_where_the_app_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    address = await write_log(tmp_path / "activity.db", EVENTS)
    app = app_on(address, clock=lambda: NOW, event_filter=EventFilter(time=TimeRange(since=None)))
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("R")
        await until(pilot, lambda: len(app._notifications) == 1, "a sentence")
        mark("log.db", 5)
        report = tmp_path / f"activity-report-{NOW:%Y%m%d-%H%M%S}.md"
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, AskFile), "the question")
        await pilot.press("escape")
        assert not report.exists()
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, AskFile), "the question again")
        await pilot.press("enter")
        await until(pilot, lambda: any(str(report) in notice.message for notice in app._notifications), "its place")
        assert "note 5" in report.read_text()
