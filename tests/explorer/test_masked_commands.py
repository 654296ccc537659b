"""Commands that print events of a masked log: what they answer, and what they refuse without a word to the output."""

import asyncio
from pathlib import Path

import pytest

from explorer.__main__ import main
from store import Actor, DatabaseAddress
from store.formats import write_line
from tests.builders import make_event
from tests.logs import write_log

DANA = "dana@northlake.example"
SETTINGS = """
[masking.support]
names = true
key = "a key that is long enough"
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of a log that is masked."""
    (tmp_path / "settings.toml").write_text(SETTINGS)
    (tmp_path / "settings.toml").chmod(0o600)
    monkeypatch.setenv("ACTIVITY_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("ACTIVITY_MASK", "support")
    events = [make_event(number, actor=Actor(type="USER", id=f"user-{number}")) for number in range(300)]
    events.append(make_event(999, actor=Actor(type="USER", email=DANA, name="Dana Whitfield")))
    address: DatabaseAddress = asyncio.run(write_log(tmp_path / "log.db", events))
    return str(address.path)


@pytest.mark.parametrize("format_name", ["table", "csv", "jsonl", "markdown"])
def test_a_question_that_is_refused_prints_nothing(
    format_name: str, log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for word in (f"actor:{DANA}", "dana", "actor:dana*"):
        assert main(["query", "since:all", word, "--database", log, "--format", format_name]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("Under the masking support, ")


def test_a_dry_run_shows_the_events_of_a_file_masked(
    log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event(actor=Actor(email=DANA, name="Dana Whitfield"), payload=f'{{"by": "{DANA}"}}')
    (tmp_path / "events.jsonl").write_text(f"{write_line(event)}\n")
    for words in (["--into", log], ["--mask", "support"]):
        assert main(["import", "--dry-run", str(tmp_path / "events.jsonl"), *words]) == 0
        shown = capsys.readouterr().out
        assert "email~" in shown and "name~" in shown
        assert "northlake" not in shown and "Dana" not in shown
    monkeypatch.delenv("ACTIVITY_MASK")
    assert main(["import", "--dry-run", str(tmp_path / "events.jsonl")]) == 0
    assert DANA in capsys.readouterr().out


def test_a_table_without_events_has_its_header(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "since:all", "name:nothing", "--database", log]) == 0
    assert capsys.readouterr().out.startswith("time (UTC)")


def test_a_pseudonym_that_the_newest_events_show_can_be_asked_for(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    columns = ["--format", "csv", "--columns", "actor_email"]
    assert main(["query", "since:all", "--database", log, *columns, "--limit", "1"]) == 0
    pseudonym = capsys.readouterr().out.split()[1]
    assert pseudonym.startswith("email~")
    assert main(["count", "since:all", f"actor:{pseudonym}", "--database", log]) == 0
    assert capsys.readouterr().out == "1\n"
    assert main(["count", "since:all", "actor:email~aaaaaaaaaa", "--database", log]) == 2
    assert "nor one of the newest" in capsys.readouterr().err
