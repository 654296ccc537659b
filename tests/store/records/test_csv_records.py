"""CSV: each row a JSON object of its cells, with the line on which it begins."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.records.csv_records import csv_records, delimiter_of
from store.records.record import Record, Rejected

CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), max_size=5), st.sampled_from(",;\t|"))
def test_rows_read_back_as_they_were_written(rows: list[list[str]], delimiter: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([["a", "b.c", '"'], *rows])
    found = list(csv_records(io.StringIO(file.getvalue(), newline=""), delimiter))
    assert [list(json.loads(each.text).values()) for each in found] == rows
    assert all(isinstance(each, Record) and each.value == json.loads(each.text) for each in found)


@given(st.text(alphabet='a,"\r\n;', max_size=40))
def test_arbitrary_text_gives_rows_and_mistakes(text: str) -> None:
    for each in csv_records(io.StringIO(text, newline=""), ","):
        assert each.place.line is not None


def test_a_row_knows_the_line_on_which_it_begins_and_a_cut_one_is_rejected() -> None:
    found = list(csv_records(io.StringIO('a,b\n1,"x\ny"\n\n2,3\n4', newline=""), ","))
    assert [each.place.line for each in found] == [2, 5, 6]
    assert isinstance(found[2], Rejected)
    assert found[2].text == "4"


@pytest.mark.parametrize(
    "text",
    ['sep=;\r\na;b\r\n1;"2,3"\r\n', '#TYPE Selected.System.Management.Automation.PSCustomObject\r\na;b\r\n1;"2,3"\r\n'],
)
def test_a_line_for_excel_or_powershell_is_no_header(text: str) -> None:
    delimiter = delimiter_of(text)
    assert delimiter == ";"
    (row,) = csv_records(io.StringIO(text, newline=""), delimiter)
    assert (row.place.line, row.text) == (3, '{"a":"1","b":"2,3"}')


@pytest.mark.parametrize("behind", ["", '9,"z"\n', '9,"z\nz"\n', "9,z"])
def test_a_stray_quote_costs_its_own_line_and_no_other(behind: str) -> None:
    good = [f"{number},x\n" for number in range(500)]
    text = "".join(['a,b\n0,"x\ny"\n', '1,"bad\r\n', *good, behind])
    multiline, rejected, *found = csv_records(io.StringIO(text, newline=""), ",")
    assert (multiline.place.line, multiline.text) == (2, '{"a":"0","b":"x\\ny"}')
    assert isinstance(rejected, Rejected)
    assert (rejected.place.line, rejected.text) == (4, '1,"bad')
    assert all(isinstance(each, Record) for each in found)
    assert [each.place.line for each in found] == [*range(5, 505 + bool(behind))]


def test_a_row_that_is_too_long_to_be_held_is_rejected_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.records.csv_records.MOST_CHARACTERS", 1_000)
    long = "z" * 2_000
    text = 'a,b\n1,"bad\n2,x\n' + "3,x\n" * 500 + f'4,"{long}"\n5,"y"\n'
    limit = csv.field_size_limit()
    try:
        rejected, *found, too_long, last = csv_records(io.StringIO(text, newline=""), ",")
    finally:
        csv.field_size_limit(limit)
    assert (rejected.text, isinstance(rejected, Rejected)) == ('1,"bad', True)
    assert [each.place.line for each in found] == [*range(3, 504)]
    assert isinstance(too_long, Rejected)
    assert (too_long.place.line, too_long.text) == (504, "")
    assert isinstance(last, Record)
    assert last.value == {"a": "5", "b": "y"}


@given(st.lists(st.sampled_from(["1,x", '2,"x"', '3,"bad', "4", '5,"x" ']), max_size=12))
def test_every_line_is_read_or_rejected(lines: list[str]) -> None:
    found = list(csv_records(io.StringIO("\n".join(["a,b", *lines]), newline=""), ","))
    told = "\n".join(each.text for each in found)
    assert all(told.count(f"{number}") == sum(line[0] == number for line in lines) for number in "12345")


def test_columns_of_one_name_are_both_kept() -> None:
    (row,) = csv_records(io.StringIO("a,a\n1,2\n", newline=""), ",")
    assert row.text == '{"a":"1","a":"2"}'


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [("a,b;c,d\n", ","), ("a;b;c,d\n", ";"), ("a\tb", "\t"), ('"a,b"|c', "|"), ("hello", None), ("", None)],
)
def test_the_delimiter_is_the_one_that_makes_most_cells(head: str, delimiter: str | None) -> None:
    assert delimiter_of(head) == delimiter
