"""`activity import` with logs as people have them: any format, many files, every record accounted for."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

from explorer.__main__ import main
from tests.store.formats.examples import EXAMPLES, FOLDER, events_in, reasons_in

Captured = pytest.CaptureFixture[str]


def imported(database: Path, *words: str, capsys: Captured) -> dict[str, object]:
    """The report of an import that went well."""
    assert main(["import", *words, "--into", str(database), "--report", "json"]) == 0, capsys.readouterr()
    report = json.loads(capsys.readouterr().out)
    assert isinstance(report, dict)
    return report


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_stored_as_counted_by_hand_and_a_second_time_adds_nothing(
    name: str, tmp_path: Path, capsys: Captured
) -> None:
    events, rejected = len(events_in(name)), len(reasons_in(name))
    report = imported(tmp_path / "log.db", str(FOLDER / name), capsys=capsys)
    told = [report[key] for key in ("read", "stored", "repeated", "rejected", "id_clashes")]
    assert told == [events + rejected, events, 0, rejected, 0]
    again = imported(tmp_path / "log.db", str(FOLDER / name), capsys=capsys)
    assert [again[key] for key in ("read", "stored", "repeated", "rejected")] == [
        events + rejected,
        0,
        events,
        rejected,
    ]
    assert main(["count", "since:all", "--database", str(tmp_path / "log.db")]) == 0
    assert capsys.readouterr().out == f"{events}\n"


def test_a_folder_is_read_with_all_logs_in_it_and_what_is_none_is_told(tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "logs"
    (folder / "2026").mkdir(parents=True)
    for name in EXAMPLES:
        shutil.copy(FOLDER / name, folder / "2026")
    (folder / "2026" / "okta.json.gz").write_bytes(gzip.compress((FOLDER / "okta.json").read_bytes()))
    (folder / ".hidden.json").write_text("[]")
    (folder / "empty.json.about.json").write_text('{"filter": "since:all"}')
    (folder / "notes.txt").write_text("Nothing.")
    (folder / "empty.json").write_text("")
    report = imported(tmp_path / "log.db", str(folder), capsys=capsys)
    events = sum(len(events_in(name)) for name in EXAMPLES)
    assert (report["stored"], report["repeated"]) == (events, len(events_in("okta.json")))
    assert isinstance(report["files"], list)
    files = {Path(each["file"]).name: each for each in report["files"]}
    assert files["notes.txt"]["problem"].startswith("Its format is not known.")
    assert files["empty.json"]["format"] == "empty"
    assert files["github.csv"] == {
        "file": str(folder / "2026" / "github.csv"),
        "format": "GitHub audit log",
        "read": 2,
        "rejected": 0,
        "failures": [],
        "problem": None,
    }
    assert files["kubernetes.jsonl"]["failures"] == ["payload.responseStatus.code:>=400"]
    assert set(files) == {*EXAMPLES, "okta.json.gz", "notes.txt", "empty.json"}


def test_patterns_name_files_and_none_is_read_twice(tmp_path: Path, capsys: Captured) -> None:
    pattern = str(FOLDER / "**" / "stigg_*.json")
    report = imported(tmp_path / "log.db", pattern, str(FOLDER / "stigg_single.json"), capsys=capsys)
    assert report["read"] == 3
    assert (report["first"], report["last"]) == ("2026-03-02T08:15:02.114000Z", "2026-03-02T08:20:00Z")
    assert main(["import", str(FOLDER / "*.nothing"), "--into", str(tmp_path / "log.db")]) == 1
    assert "no file to import" in capsys.readouterr().err


def test_rejected_records_are_reported_and_written_to_a_file_and_strict_fails(tmp_path: Path, capsys: Captured) -> None:
    rejects = tmp_path / "rejects.jsonl"
    words = [str(FOLDER / "github.json"), str(FOLDER / "stigg_webhooks.jsonl"), "--rejects", str(rejects)]
    assert main(["import", *words, "--strict", "--into", str(tmp_path / "log.db")]) == 1
    report = capsys.readouterr().out
    assert f"  {FOLDER}/github.json: record 3: It has no time (@timestamp, else created_at).\n" in report
    assert f"  {FOLDER}/stigg_webhooks.jsonl: line 3: It has no time (timestamp).\n" in report
    assert "  1 with a second time that disagrees with the first one" in report
    written = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(each.get("line"), each.get("record")) for each in written] == [(None, 3), (3, None)]
    assert json.loads(written[0]["text"]) == {"action": "org.invite_member", "actor": "octo-dana", "org": "northlake"}
    for words in ([str(rejects), "--rejects", str(rejects)], [str(FOLDER), "--rejects", str(tmp_path)]):
        assert main(["import", *words, "--into", str(tmp_path / "log.db")]) == 1
    assert "is one of those to import" in capsys.readouterr().err


def test_one_id_for_different_events_is_told_and_other_fields_can_be_the_id(tmp_path: Path, capsys: Captured) -> None:
    rows = [f'{{"at": "2026-03-02T08:15:0{number}Z", "do": "x", "key": "k", "n": {number}}}' for number in range(4)]
    log, settings = tmp_path / "log.jsonl", tmp_path / "map.toml"
    log.write_text("\n".join([*rows, rows[0]]))
    settings.write_text('[event]\nid = "key"\noccurred_at = "at"\nevent_name = "do"\n')
    report = imported(tmp_path / "one.db", str(log), "--map", str(settings), capsys=capsys)
    assert (report["stored"], report["repeated"], report["id_clashes"]) == (1, 4, 3)
    report = imported(tmp_path / "two.db", str(log), "--map", str(settings), "--id", "key,n", capsys=capsys)
    assert (report["stored"], report["repeated"], report["id_clashes"]) == (4, 1, 0)


def test_a_dry_run_is_also_told_as_json_with_events_letter_for_letter(tmp_path: Path, capsys: Captured) -> None:
    log, broken = tmp_path / "app.jsonl", tmp_path / "broken.json"
    payload = '{"n":12345678901234567890123,\t"text":"\x9b31m \x7f größe 🙂"}'
    log.write_text(
        f'{{"id":"1","occurred_at":"2026-03-02T08:15:02.114Z","event_name":"x","payload":{payload}}}\n{{"id":"2"}}\n'
    )
    broken.write_text("Nothing.")
    words = ["import", "--dry-run", "--report", "json"]
    assert main([*words, str(FOLDER / "github.json"), str(log)]) == 0
    told = capsys.readouterr().out
    assert told.isascii()
    assert "12345678901234567890123" in told
    github, ours = json.loads(told)["files"]
    assert (github["format"], github["problem"]) == ("GitHub audit log", None)
    assert github["fields"]["occurred_at"] == "@timestamp, else created_at"
    assert github["records"][0]["event"]["id"] == events_in("github.json")[0].id
    first, second = ours["records"]
    assert (first["line"], first["record"], first["event"]["payload"]) == (1, None, json.loads(payload))
    assert second == {"line": 2, "record": None, "reason": '"occurred_at" is missing.'}
    assert main([*words, str(broken), str(FOLDER)]) == 1
    printed = capsys.readouterr()
    files = {Path(each["file"]).name: each for each in json.loads(printed.out)["files"]}
    assert files["broken.json"]["problem"].startswith("Its format is not known.")
    assert files["broken.json"]["format"] is None
    assert "broken.json: Its format is not known." in printed.err


def test_a_dry_run_shows_the_mapping_and_the_first_events_and_stores_nothing(tmp_path: Path, capsys: Captured) -> None:
    assert main(["import", "--dry-run", str(FOLDER / "github.json"), "--into", str(tmp_path / "log.db")]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"{FOLDER}/github.json: GitHub audit log\n  id                   _document_id\n")
    assert "\n  occurred_at          @timestamp, else created_at\n" in shown
    assert "\nrecord 1\n  id                   Zx1\n  occurred_at          2026-03-02T08:15:02.114000+00:00\n" in shown
    assert "\nrecord 3\n  rejected: It has no time (@timestamp, else created_at).\n" in shown
    assert not (tmp_path / "log.db").exists()
    assert main(["import", "--dry-run", str(tmp_path / "nothing.json"), str(FOLDER)]) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["{log}"], 2, "--into"),
        (["{log}", "--format", "nonsense", "--into", "x.db"], 2, "no format of that name"),
        (["{log}", "--id", "a b", "--into", "x.db"], 2, "cannot be understood"),
        (["{log}", "--map", "{log}", "--into", "x.db"], 2, "not valid TOML"),
        (["{log}", "--map", "nothing.toml", "--into", "x.db"], 1, "map file cannot be read"),
        (["nothing.json", "--into", "x.db"], 1, "nothing.json: It cannot be read: No such file or directory."),
        (["/proc/self/mem", "--into", "x.db"], 1, "It cannot be read: Input/output error."),
    ],
)
def test_what_cannot_be_done_is_told_and_makes_no_database(
    words: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["import", *(word.format(log=FOLDER / "okta.json") for word in words)]) == code
    assert said in capsys.readouterr().err
    assert list(tmp_path.glob("*.db")) == []
