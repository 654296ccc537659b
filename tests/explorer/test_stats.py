"""`activity stats` says how many events match, when they happened and what they are, and nothing that is not so."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from explorer.__main__ import main
from store import Actor, Entity
from tests.builders import NOON, make_event
from tests.logs import write_log

HOSTILE = "\x1b[31mred[/]\u202e"
EVENTS = [
    *(
        make_event(
            number,
            occurred_at=NOON + timedelta(hours=number),
            event_name="SYNC_FAILED" if number == 3 else "CUSTOMER_UPDATED",
            actor=Actor(type="SYSTEM" if number % 2 else "SCHEDULER", name="Ada"),
            environment="production",
        )
        for number in range(10)
    ),
    make_event(50, occurred_at=NOON, environment=HOSTILE, entity=Entity(type=HOSTILE), event_name=HOSTILE),
]


@pytest.fixture
def log(tmp_path: Path) -> str:
    return str(asyncio.run(write_log(tmp_path / "log.db", EVENTS)).path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["stats", *words]) == 0
    return capsys.readouterr().out


def test_the_table_has_total_bars_and_values_by_label(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "since:2026-11-20", "until:2026-11-20", "--database", log, "--bars", "6").splitlines()
    assert lines[0] == "11 events · from 2026-11-20 to 2026-11-20"
    assert [line.split()[:4] for line in lines[3:9]] == [
        ["2026-11-20", f"{hour:02}:00:00", f"{count}", f"{failures}"]
        for hour, count, failures in ((0, 0, 0), (4, 0, 0), (8, 0, 0), (12, 5, 1), (16, 4, 0), (20, 2, 0))
    ]
    values = {tuple(line.rsplit(maxsplit=1)) for line in map(str.strip, lines) if line}
    assert {("Customer updated", "9"), ("Sync failed", "1"), ("System", "10"), ("Ada", "10")} <= values


def test_the_json_form_has_the_same_with_stored_values(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "since:2026-11-20", "-name:sync.failed", "--database", log, "--format", "json"))
    assert (found["filter"], found["count"], found["is_exact"]) == ("since:2026-11-20 -name:sync.failed", 10, True)
    assert sum(bar["count"] for bar in found["histogram"]["bars"]) + found["histogram"]["later"] == 10
    assert found["facets"]["actor_types"]["values"][:2] == [
        {"value": "SCHEDULER", "count": 5},
        {"value": "SYSTEM", "count": 4},
    ]
    assert {"value": HOSTILE, "count": 1} in found["facets"]["event_names"]["values"]


@pytest.mark.parametrize(
    ("word", "field", "values"),
    [
        ("name:*failed", "event_names", [("SYNC_FAILED", 1)]),
        ("-actor_type:scheduler", "actor_types", [("SYSTEM", 5), (None, 1)]),
        ("actor:ada", "actors", [("Ada", 10)]),
        ("-actor:ada", "actors", []),
        ("environment:production", "environments", [("production", 10)]),
    ],
)
def test_values_are_those_of_what_matches(
    word: str, field: str, values: list[tuple[str | None, int]], log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(said(capsys, "since:all", word, "--database", log, "--format", "json"))
    assert [(each["value"], each["count"]) for each in found["facets"][field]["values"]] == values


def test_data_is_made_visible_in_the_table(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = said(capsys, "since:all", "--database", log)
    assert "\\x1b[31mred[/]" in table
    assert "\x1b" not in table and "\u202e" not in table


def test_nothing_that_matches_is_said_in_a_line(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "since:all", "entity:nobody", "--database", log).splitlines()
    assert lines[0] == "0 events · all time · nobody"


def test_a_number_of_bars_that_is_none_is_wrong_usage(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--bars", "0", "--database", log]) == 2
    assert "whole number" in capsys.readouterr().err


def test_what_belongs_to_something_is_counted_over_time_like_everything_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [
        make_event(
            number, occurred_at=NOON, entity=Entity(id=f"level-{number}"), parent_entity_id=f"level-{number - 1}"
        )
        for number in range(4)
    ]
    log = str(asyncio.run(write_log(tmp_path / "levels.db", events)).path)
    words = ("since:2026-11-20", "until:2026-11-20", "belongs_to:level-1", "--database", log, "--format", "json")
    found = json.loads(said(capsys, *words))
    assert (found["count"], found["is_exact"]) == (3, True)
    assert sum(bar["count"] for bar in found["histogram"]["bars"]) == 3


def test_why_there_are_no_bars_of_a_filter_on_texts_is_said(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "since:all", "text:sync", "--database", log).splitlines()
    reason = "Not counted over time: for texts, payloads and patterns of ids every event would have to be read."
    assert lines[:3] == ["1 event · all time · text sync", "", reason]
    found = json.loads(said(capsys, "since:all", "payload.x:>1", "--database", log, "--format", "json"))
    assert (found["histogram"]["bars"], found["histogram"]["left_out"]) == ([], reason)
    assert reason not in said(capsys, "since:all", "--database", log)
    counted = json.loads(said(capsys, "since:all", "--database", log, "--format", "json"))
    assert counted["histogram"]["left_out"] is None


def test_that_actors_of_a_filter_on_texts_are_not_counted_is_said_in_their_place(
    log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reason = "Not counted: every event that matches would have to be read."
    lines = said(capsys, "since:all", "text:sync", "--database", log).splitlines()
    assert lines[-3:] == ["", "Actor", f"  {reason}"]
    found = json.loads(said(capsys, "since:all", "text:sync", "--database", log, "--format", "json"))
    assert found["facets"]["actors"] == {"is_exact": False, "values": [], "left_out": reason}
    assert found["facets"]["environments"]["left_out"] is None
    assert reason not in said(capsys, "since:all", "--database", log)
