"""For a file of no known format a dry run proposes a map file, by which it can be imported as it is or corrected."""

import json
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.__main__ import main
from explorer.commands.proposed_map import map_text
from store import FormatMistake, formats
from tests.store.records.documents import VALUES

Captured = pytest.CaptureFixture[str]

TABLE = """\
timestamp,user,action,resource,ip,details
2026-03-02 08:15:02,dana@northlake.example,invoice.paid,invoice-204,203.0.113.24,"{""request_id"": ""r-1""}"
2026-03-02 08:15:03,lee@northlake.example,login,,203.0.113.25,
2026-03-02 08:15:05,dana@northlake.example,invoice.voided,invoice-205,203.0.113.24,"{""request_id"": ""r-2""}"
"""
ELASTIC = {
    "@timestamp": "2026-03-02T08:15:02.114Z",
    "message": "dana logged in",
    "event": {"action": "user-login", "outcome": "success"},
    "user": {"name": "dana", "email": "dana@northlake.example"},
    "source": {"ip": "203.0.113.24"},
    "trace": {"id": "t1"},
}
ORDER = {
    "id": 1,
    "createdAt": 1772439302114,
    "eventType": "order.created",
    "actor": {"id": "u1", "type": "user"},
    "target": {"id": "order-1", "type": "order"},
    "context": {"ip_address": "203.0.113.9", "requestId": "q1"},
}
LAMBDA = {"time": 1772439302.114, "level": "info", "type": "order.paid", "session_id": "s-1", "customerId": "c-9"}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "app.csv",
            TABLE,
            {
                "title": "app",
                "open": ["details"],
                "event": {
                    "occurred_at": "timestamp",
                    "event_name": "action",
                    "entity_id": "resource",
                    "actor_name": "user",
                    "actor_ip_address": "ip",
                    "trace_id": "details.request_id",
                },
                "time": {"zone": "UTC"},
            },
        ),
        (
            "ecs.jsonl",
            f"{json.dumps(ELASTIC)}\n{json.dumps(ELASTIC | {'message': 'and again'})}\n",
            {
                "title": "ecs",
                "event": {
                    "occurred_at": "@timestamp",
                    "event_name": "event.action",
                    "actor_name": "user.name",
                    "actor_email": "user.email",
                    "actor_ip_address": "source.ip",
                    "trace_id": "trace.id",
                },
            },
        ),
        (
            "orders.json",
            json.dumps({"date": "2026-03-02T00:00:00Z", "data": {"items": [ORDER, ORDER | {"id": 2}]}}, indent=1),
            {
                "title": "orders",
                "records": "data.items",
                "event": {
                    "id": "id",
                    "occurred_at": "createdAt",
                    "event_name": "eventType",
                    "entity_type": "target.type",
                    "entity_id": "target.id",
                    "actor_type": "actor.type",
                    "actor_id": "actor.id",
                    "actor_ip_address": "context.ip_address",
                    "trace_id": "context.requestId",
                },
            },
        ),
        (
            "lines.log",
            f"{json.dumps(LAMBDA)}\n{json.dumps(LAMBDA | {'time': 1772439303.5})}\n",
            {
                "title": "lines",
                "event": {
                    "occurred_at": "time",
                    "event_name": "type",
                    "parent_entity_id": "customerId",
                    "trace_id": "session_id",
                },
            },
        ),
    ],
)
def test_a_map_is_proposed_by_which_every_record_is_imported(
    name: str, text: str, expected: dict[str, object], tmp_path: Path, capsys: Captured
) -> None:
    log, settings = tmp_path / name, tmp_path / "map.toml"
    log.write_text(text)
    assert main(["import", str(log), "--dry-run"]) == 1
    printed = capsys.readouterr()
    assert tomllib.loads(printed.out) == expected
    assert "Its format is not known.\nA map for it was guessed from the names of its keys and from" in printed.err
    settings.write_text(printed.out)
    words = ["import", str(log), "--map", str(settings), "--into", str(tmp_path / "log.db"), "--report", "json"]
    assert main(words) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["rejected"], report["stored"]) == (0, 3 if name == "app.csv" else 2)


def test_a_name_with_a_blank_stands_in_quotes_as_in_the_readme(tmp_path: Path, capsys: Captured) -> None:
    log = tmp_path / "trail.csv"
    log.write_text('Event time,Event name,Resources\n2026-03-02T08:15:02Z,PutObject,"[{""resourceType"": ""x""}]"\n')
    assert main(["import", str(log), "--dry-run"]) == 1
    printed = capsys.readouterr().out
    assert printed == """title = "trail"\n\n[event]\noccurred_at = '"Event time"'\nevent_name = '"Event name"'\n"""


def test_what_nothing_tells_is_left_to_be_filled_in(tmp_path: Path, capsys: Captured) -> None:
    log = tmp_path / "visits.csv"
    log.write_text("Date,Who,What\n11/26/2026 10:15 AM,Dana,Logged in\n")
    assert main(["import", str(log), "--dry-run"]) == 1
    printed = capsys.readouterr()
    assert '# occurred_at = "..."   to be filled in: the time' in printed.out
    assert tomllib.loads(printed.out)["event"] == {"event_name": "What", "actor_name": "Who"}
    assert "Nothing tells where occurred_at stands." in printed.err


def test_an_id_that_comes_again_is_none(tmp_path: Path, capsys: Captured) -> None:
    log = tmp_path / "app.csv"
    log.write_text("id,time,event\n7,1772439302,a\n7,1772439303,b\n")
    assert main(["import", str(log), "--dry-run"]) == 1
    assert tomllib.loads(capsys.readouterr().out)["event"] == {"occurred_at": "time", "event_name": "event"}


def test_a_map_is_told_in_json_and_none_where_the_format_was_named_or_there_are_no_records(
    tmp_path: Path, capsys: Captured
) -> None:
    log, text = tmp_path / "app.csv", tmp_path / "words.txt"
    log.write_text(TABLE)
    text.write_text("Nothing at all.\n")
    assert main(["import", str(log), str(text), "--dry-run", "--report", "json"]) == 1
    table, words = json.loads(capsys.readouterr().out)["files"]
    assert tomllib.loads(table["map"])["event"]["occurred_at"] == "timestamp"
    assert words["map"] is None
    assert main(["import", str(log), "--dry-run", "--format", "okta"]) == 1
    assert "occurred_at = " not in capsys.readouterr().out


KEYS = st.sampled_from(["time", "at", "id", "event", "user", "details", "name", "a.b", '"', "resource", ""]) | st.text()
RECORDS = st.lists(
    st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES, max_size=3) | st.just("2026-03-02 08:15"), max_size=6),
    min_size=1,
    max_size=4,
)


@given(RECORDS, st.sampled_from(["list", "lines", "inner"]))
def test_whatever_stands_in_a_file_the_map_can_be_read_or_says_what_is_missing(
    records: list[dict[str, object]], shape: str
) -> None:
    whole = records if shape == "list" else {"n": 1, "rows": records}
    text = "\n".join(map(json.dumps, records)) if shape == "lines" else json.dumps(whole)
    proposed = formats.propose_map(BytesIO(text.encode()))
    if proposed is None:
        return
    written = map_text(proposed, "a/\x1b[31m.json")
    if proposed.missing:
        with pytest.raises(FormatMistake, match=f"does not say where ({'|'.join(proposed.missing)}) stands"):
            formats.read_map(written)
    else:
        assert formats.read_map(written).table is not None
