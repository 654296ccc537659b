"""JSON records: each with its letters and its place, whatever the stretches in which the text is read."""

import io
import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import EventMistake
from store.records import json_records
from store.records.json_records import document_records, line_records
from store.records.record import Record, Rejected
from store.records.window import Window
from tests.store.records.documents import DOCUMENTS, OBJECTS


def document(text: str, within: tuple[str, ...] | None = None) -> list[Record | Rejected]:
    return list(document_records(io.StringIO(text), within))


def texts(found: list[Record | Rejected]) -> list[str]:
    return [each.text for each in found if isinstance(each, Record)]


@given(st.lists(DOCUMENTS, max_size=6), st.integers(1, 9), st.sampled_from(["", " ", "\r\n"]))
def test_values_are_found_letter_for_letter_in_stretches_of_any_length(
    written: list[str], stretch: int, space: str
) -> None:
    window = Window(io.StringIO(f"[{f'{space},{space}'.join(written)}{space}]"), stretch=stretch)
    assert window.takes("[")
    found = []
    while not window.takes("]"):
        found.append(window.value()[0])
        window.takes(",")
    assert found == written
    assert window.sign() == ""


@given(st.lists(DOCUMENTS, min_size=1, max_size=6), st.integers(1, 9))
def test_stepping_over_values_leads_to_the_same_places(written: list[str], stretch: int) -> None:
    window = Window(io.StringIO(f"[{','.join(written)}]"), stretch=stretch)
    window.takes("[")
    for text in written:
        window.skip()
        assert window.skipped.strip() == text
        window.takes(",")
    assert window.takes("]")


@given(st.text(alphabet='{}[]",:\\1 \nabtrue', max_size=60), st.sampled_from([None, ("a",)]))
def test_arbitrary_text_gives_records_and_mistakes_and_comes_to_an_end(
    text: str, within: tuple[str, ...] | None
) -> None:
    for each in document(text, within):
        if isinstance(each, Record):
            json.loads(each.text)
        else:
            assert isinstance(each.mistake, EventMistake)


@given(st.lists(OBJECTS, max_size=5))
def test_a_list_a_list_within_objects_and_lines_hold_the_same_records(written: list[str]) -> None:
    listed = f"[{','.join(written)}]"
    assert texts(document(listed)) == written
    assert texts(document(f'{{"n":{{"a":[1]}},"a":{{"b":{listed}}},"z":"]"}}', ("a", "b"))) == written
    assert texts(document("\n".join(written))) == written
    flat = [json.dumps(json.loads(text)) for text in written]
    assert texts(list(line_records(io.StringIO("\r\n".join(flat)), None))) == flat


def test_a_broken_element_costs_only_itself() -> None:
    found = document('[{"a":1}, {"a":tru, "b":[1,"]"]}, nonsense, {"a":NaN}, {"a":2}]')
    assert [str(each.place) for each in found] == ["record 1", "record 2", "record 3", "record 4", "record 5"]
    assert [isinstance(each, Record) for each in found] == [True, False, False, False, True]
    assert found[1].text == '{"a":tru, "b":[1,"]"]}'
    assert found[2].text == "nonsense"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"Records":[{"a":1}', "The file ends before its list does."),
        ('{"Records":[{"a":1}]', "The file ends before its object does."),
        ('{"Records":[{"a":1}], 7}', "A key should stand here."),
        ('{"Records" [{"a":1}]}', "A colon should stand behind the key."),
    ],
)
def test_a_document_that_is_broken_or_cut_says_so(text: str, why: str) -> None:
    last = document(text, ("Records",))[-1]
    assert isinstance(last, Rejected)
    assert str(last.mistake) == why


def test_a_record_cut_short_is_rejected_once_with_what_there_is() -> None:
    found = document('[{"a":1}, {"b":"c')
    assert len(found) == 2
    assert found[1].text == '{"b":"c'


def test_nodes_are_the_records_of_a_connection() -> None:
    edges = '{"data":{"eventLogs":{"edges":[{"cursor":"c","node":{"a": 1.0}},{"node":{}}],"pageInfo":{"a":[]}}}}'
    assert texts(document(edges, ("data", "eventLogs", "edges"))) == ['{"a": 1.0}', "{}"]


def test_lines_have_their_numbers_and_the_lists_within_them_their_records() -> None:
    found = list(line_records(io.StringIO('\n{"a":[{},{}]}\n\n{"a":[3'), ("a",)))
    assert [str(each.place) for each in found] == ["line 2, record 1", "line 2, record 2", "line 4"]
    assert isinstance(found[2], Rejected)


def test_a_line_without_end_is_rejected_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "MOST_CHARACTERS", 1 << 20)
    found = list(line_records(io.StringIO("x" * ((2 << 20) + 3) + "\n{}\n"), None))
    assert isinstance(found[0], Rejected)
    assert str(found[0].mistake) == "The line is longer than 1 MB."
    assert texts(found) == ["{}"]


def test_an_element_without_end_is_rejected_and_the_next_one_read() -> None:
    window = Window(io.StringIO(f'["{"x" * (5 << 20)}", {{"a":1}}]'), stretch=1 << 16, most=1 << 20)
    window.takes("[")
    with pytest.raises(EventMistake, match="longer than 1 MB"):
        window.value()
    assert window.takes(",")
    assert window.value()[0] == '{"a":1}'


class Endless(io.TextIOBase):
    """A list of that many objects, made while it is read."""

    def __init__(self, count: int) -> None:
        self._parts = self._made(count)

    def _made(self, count: int) -> Iterator[str]:
        yield '{"Records":['
        for number in range(0, count, 1000):
            yield ",".join(f'{{"number":{each},"text":"{"x" * 200}"}}' for each in range(number, number + 1000))
            yield "," if number + 1000 < count else "]}"

    def read(self, size: int | None = -1, /) -> str:
        return next(self._parts, "")


def test_a_list_of_any_length_is_read_in_flat_memory() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        assert sum(1 for _ in document_records(Endless(count), ("Records",))) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(40_000) < 1.5 * peak(4_000) + (1 << 20)
