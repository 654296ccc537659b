"""A filter that shows nothing: which value the log does not hold and what was meant, or that the time is another."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from explorer.__main__ import main
from store import Actor, Entity
from tests.builders import make_event
from tests.logs import write_log

HOSTILE = "\x1b[31mred\u202e"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> str:
    events = [
        make_event(
            number,
            event_name=("SUBSCRIPTION_CREATED", "invoice.sent")[number % 2],
            entity=Entity(type="CUSTOMER"),
            actor=Actor(type="SYSTEM"),
            environment="production",
        )
        for number in range(4)
    ]
    return str(asyncio.run(write_log(tmp_path_factory.mktemp("log") / "log.db", events)).path)


@pytest.mark.parametrize("command", ["query", "count", "stats"])
@pytest.mark.parametrize(
    ("word", "said"),
    [
        (
            "name:subscripton.created",
            "No event of the log has name:subscripton.created. Did you mean name:subscription.created?",
        ),
        ("name:invoice.set", "No event of the log has name:invoice.set. Did you mean name:invoice.sent?"),
        ("name:plan.udated", "No event of the log has name:plan.udated. Did you mean name:plan.updated?"),
        ("name:plan.updated", "No event of the log has name:plan.updated."),
        ("actor_type:bogus", "No event of the log has actor_type:bogus."),
        ("entity_type:custmer", "No event of the log has entity_type:custmer. Did you mean entity_type:customer?"),
        (
            "environment:Producton",
            "No event of the log has environment:Producton. Did you mean environment:production?",
        ),
        ("entity:nobody", "No event of the log has entity:nobody."),
        ("actor:nobody", "No event of the log has actor:nobody."),
        ("trace:none", "No event of the log has trace:none."),
        (f"name:{HOSTILE}", 'No event of the log has name:"\\x1b[31mred\\u202e".'),
    ],
)
def test_a_value_that_is_not_in_the_log_is_named(
    command: str, word: str, said: str, log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "since:all", word, "--database", log]) == 0
    printed = capsys.readouterr()
    assert printed.err == f"{said}\n"
    assert main([command, "since:all", "text:nobody", "--database", log]) == 0
    if command != "stats":
        assert printed.out == capsys.readouterr().out


@pytest.mark.parametrize("command", ["query", "count", "stats"])
@pytest.mark.parametrize(
    "words", [["name:subscription.created", "name:nothing"], ["-name:nothing"], ["name:invoice.sent", "text:nobody"]]
)
def test_nothing_is_said_of_what_the_log_holds_or_what_does_not_matter(
    command: str, words: list[str], log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "since:all", *words, "--database", log]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", ["query", "count", "stats"])
@pytest.mark.parametrize("time", [[], ["since:2001-01-01", "until:2002-01-01"], ["since:all", "until:2002-01-01"]])
def test_events_at_other_times_are_told_of(
    command: str, time: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [make_event(number, occurred_at=datetime(2025, 3, number, tzinfo=UTC)) for number in (1, 2)]
    log = str(asyncio.run(write_log(tmp_path / "log.db", events)).path)
    assert main([command, *time, "--database", log]) == 0
    assert capsys.readouterr().err == (
        "Nothing in that time, which is the last 30 days where none is given; at other times 2 events match.\n"
    )
    assert main([command, *time, "name:nothing", "--database", log]) == 0
    assert capsys.readouterr().err == "No event of the log has name:nothing.\n"
