"""The report of an import: every rejected line can be found again, whatever a file holds."""

import pytest

from explorer.commands import import_report
from explorer.commands.import_reading import Rejection
from explorer.commands.import_report import SHOWN_REJECTIONS, Tally


def tally_of(rejected: dict[int, str]) -> Tally:
    """The tally after so many lines that are told whole, and then these."""
    tally = Tally()
    for number in range(1, SHOWN_REJECTIONS + 1):
        tally.reject(Rejection(number, "First.", ""))
    for number, reason in rejected.items():
        tally.reject(Rejection(number, reason, ""))
    return tally


def test_lines_that_are_not_told_one_by_one_are_numbered_by_their_reason() -> None:
    report = tally_of({31: "A.", 32: "A.", 40: "B.", 1_041: "A.", **dict.fromkeys(range(1_050, 1_063), "A.")}).report()
    assert "\n  lines 31, 32, 1041, 1050-1062: A.\n  line 40: B.\n" in report
    assert "rejected            37" in report


def test_beyond_a_bound_lines_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_report, "MOST_SPANS", 2)
    tally = tally_of({31: "A.", 33: "A.", 34: "A.", 35: "A.", 40: "A.", 50: "A.", 60: "B."})
    assert "\n  lines 31, 33-35 and 2 more: A.\n  1 more: B.\n" in tally.report()
    assert tally.read == SHOWN_REJECTIONS + 7


def test_reasons_beyond_a_bound_are_not_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_report, "MOST_REASONS", 1)
    assert "\n  lines 32, 33: Other reasons.\n  line 31: A.\n" in tally_of({31: "A.", 32: "B.", 33: "C."}).report()
