"""A filter that shows nothing: which value the log does not hold and what was meant, or that the time is another."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from explorer.__main__ import main
from explorer.commands.why_nothing import complain_of_nothing
from store import Actor, Count, DatabaseAddress, Entity, open_repository, parse_filter
from store.sql_repository import SqlEventRepository
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


@pytest.fixture(scope="module")
def log_of_people(tmp_path_factory: pytest.TempPathFactory) -> str:
    dana = Actor(type="USER", name="Dana Whitfield", email="dana@acme.example", id="u-7")
    others = [Actor(type="USER", email=f"{name}@northlake.example") for name in ("mei", "jonas", "ida", "tom")]
    events = [
        make_event(number, actor=actor, entity=Entity(type="CUSTOMER", id=f"customer-{number}a", name="Kestrel *x"))
        for number, actor in enumerate([dana, dana, *others])
    ]
    events.append(make_event(9, entity=Entity(id=HOSTILE), parent_entity_id="parent-1"))
    events += [make_event(10 + number, trace_id=f"c1f4a9d{number % 2}-77*e") for number in range(3)]
    return str(asyncio.run(write_log(tmp_path_factory.mktemp("log") / "log.db", events)).path)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("actor:dana", 'actor:"Dana Whitfield"'),
        ("actor:WHITFIELD", 'actor:"Dana Whitfield"'),
        ("actor:acme", "actor:dana@acme.example"),
        ("actor:u-", "actor:u-7"),
        ("entity:omer-3", "entity:customer-3a"),
        ("belongs_to:parent", "belongs_to:parent-1"),
        ("entity:red", 'entity:"\\x1b[31mred\\u202e"'),
        ("trace:c1f4a9d1", 'trace:"c1f4a9d1-77*e"'),
        ("trace:C1F4A9D1", 'trace:"c1f4a9d1-77*e"'),
        ("trace:c1f4a9d", 'trace:"c1f4a9d0-77*e" or trace:"c1f4a9d1-77*e"'),
    ],
)
def test_a_part_of_a_name_leads_to_who_or_what_has_it(
    word: str, meant: str, log_of_people: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["count", "since:all", word, "--database", log_of_people]) == 0
    assert capsys.readouterr().err == f"No event of the log has {word}. Did you mean {meant}?\n"


def test_a_value_that_is_written_twice_is_told_of_once(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", "since:all", "entity:nobody", "entity:nobody", "--database", log]) == 0
    assert capsys.readouterr().err == "No event of the log has entity:nobody.\n"


@pytest.mark.parametrize(
    ("word", "meant"), [("entity:kestrel", "entity:customer-5a"), ("trace:c1f4a9d1", 'trace:"c1f4a9d1-77*e"')]
)
def test_what_no_new_event_holds_is_looked_for(
    word: str, meant: str, log_of_people: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("explorer.values_holding.MOST_EVENTS", 1)
    assert main(["count", "since:all", word, "--database", log_of_people]) == 0
    assert f"Did you mean {meant}?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "most"),
    [
        ("actor:northlake", 3),
        ("entity:kestrel", 3),
        ('entity:"*x"', 3),
        ("trace:77", 0),
        ('trace:"*"', 0),
        ('trace:""', 0),
        ("actor:*", 0),
        ('actor:"*"', 0),
        ('actor:""', 0),
    ],
)
def test_no_more_than_three_are_offered_and_a_star_in_quotes_is_a_star(
    word: str, most: int, log_of_people: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["count", "since:all", word, "--database", log_of_people]) == 0
    said = capsys.readouterr().err
    assert said.count(" or ") + said.count("Did you mean") == most


def test_a_name_is_not_told_under_a_masking(
    log_of_people: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.toml").write_text("[masking.shy]\nnames = true\n")
    monkeypatch.setenv("ACTIVITY_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("ACTIVITY_MASK", "shy")
    for word in ("actor:dan", "actor:acme", "entity:kestrel"):
        assert main(["count", "since:all", word, "--database", log_of_people]) in (0, 2)
        said = capsys.readouterr().err
        assert said
        assert "Dana" not in said
        assert "dana@acme" not in said
        assert "Did you mean" not in said


@pytest.mark.parametrize("command", ["query", "count", "stats"])
@pytest.mark.parametrize(
    "words", [["name:subscription.created", "name:nothing"], ["-name:nothing"], ["name:invoice.sent", "text:nobody"]]
)
def test_nothing_is_said_of_what_the_log_holds_or_what_does_not_matter(
    command: str, words: list[str], log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "since:all", *words, "--database", log]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("word", ["name:nothing", "actor:nobody"])
async def test_a_count_that_was_not_finished_says_nothing_of_what_the_log_holds(
    word: str, log: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def unfinished(*_: object) -> Count:
        return Count(number=0, exact=False)

    repository = await open_repository(DatabaseAddress.parse(log))
    try:
        with monkeypatch.context() as slow:
            slow.setattr(SqlEventRepository, "count", unfinished)
            await complain_of_nothing(repository, parse_filter(f"since:all {word}"))
        assert capsys.readouterr().err == ""
        await complain_of_nothing(repository, parse_filter(f"since:all {word}"))
        assert capsys.readouterr().err == f"No event of the log has {word}.\n"
    finally:
        await repository.close()


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
