"""The report of an import: every rejected line can be found again, whatever a file holds."""

import pytest

from explorer.commands import import_tally
from explorer.commands.import_reading import FileBegan, FileEnded, IdClashes, Rejection
from explorer.commands.import_report import report
from explorer.commands.import_tally import SHOWN_REJECTIONS, Tally

FILE = "events.jsonl"


def tally_of(rejected: dict[int, str]) -> Tally:
    """The tally after so many lines that are told whole, and then these."""
    tally = Tally()
    for number in range(1, SHOWN_REJECTIONS + 1):
        tally.tell(Rejection(FILE, number, None, "First."))
    for number, reason in rejected.items():
        tally.tell(Rejection(FILE, number, None, reason))
    return tally


def test_lines_that_are_not_told_one_by_one_are_numbered_by_their_reason() -> None:
    told = report(tally_of({31: "A.", 32: "A.", 40: "B.", 1_041: "A.", **dict.fromkeys(range(1_050, 1_063), "A.")}))
    assert "\n  lines 31, 32, 1041, 1050-1062: A.\n  line 40: B.\n" in told
    assert "rejected            37" in told


def test_beyond_a_bound_lines_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_tally, "MOST_SPANS", 2)
    tally = tally_of({31: "A.", 33: "A.", 34: "A.", 35: "A.", 40: "A.", 50: "A.", 60: "B."})
    assert "\n  lines 31, 33-35 and 2 more: A.\n  1 more: B.\n" in report(tally)
    assert tally.read == SHOWN_REJECTIONS + 7


def test_reasons_beyond_a_bound_are_not_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_tally, "MOST_REASONS", 1)
    assert "\n  lines 32, 33: Other reasons.\n  line 31: A.\n" in report(tally_of({31: "A.", 32: "B.", 33: "C."}))


def test_with_several_files_each_rejection_names_its_own_and_each_file_says_what_it_was() -> None:
    tally = Tally()
    failed = ("payload.errorCode:*", "payload.x:1")
    for file, title in (("a\x1b.json", "AWS CloudTrail"), ("b.csv", "GitHub audit log")):
        tally.tell(FileBegan(file, title, failed if title == "AWS CloudTrail" else ()))
        tally.tell(Rejection(file, None, 3, "No."))
        tally.tell(FileEnded(file, 5, {"have two": 2}))
    tally.tell(FileEnded("notes.txt", 0, {}, "Its format is not known."))
    tally.tell(FileBegan("c.json", "AWS CloudTrail", failed))
    told = report(tally)
    assert told.count("\nfailures payload.errorCode:*, or payload.x:1\n") == told.count("failures") == 1
    assert "\n  a\\x1b.json: record 3: No.\n  b.csv: record 3: No.\n" in told
    assert "\n  4 have two\n" in told
    assert "\nfiles                4\n  a\\x1b.json: AWS CloudTrail, 5 read, 1 rejected\n" in told
    assert "\n  notes.txt: Its format is not known.\n  c.json: AWS CloudTrail, not read to its end\n" in told


def test_ids_that_are_none_are_told_with_one_of_them() -> None:
    tally = Tally()
    tally.tell(IdClashes(1_200, "a\x1b"))
    assert "\n  1,200 with the id of another event before, such as a\\x1b.\n" in report(tally)
