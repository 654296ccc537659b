"""JSON text: numbers keep their letters, members their extents, and a broken document still says how it begins."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import EventMistake
from store.records.json_text import Number, beginning, decoded, members
from tests.store.records.documents import DOCUMENTS, OBJECTS


@given(OBJECTS)
def test_members_have_the_keys_the_values_and_the_letters_of_an_object(text: str) -> None:
    found = list(members(text))
    assert [(each.key, json.loads(each.letters)) for each in found] == list(json.loads(text).items())
    assert all(each.letters in text for each in found)


def test_repeated_keys_are_repeated_members() -> None:
    assert [each.letters for each in members('{ "a" : 1.10 ,"\\u0061":[ 2 ]}')] == ["1.10", "[ 2 ]"]


@pytest.mark.parametrize("written", ["1.10", "-0", "1e999", "123456789012345678901234567890", "9" * 5000])
def test_a_number_keeps_its_letters(written: str) -> None:
    assert decoded(f" [{written}] ") == [written]
    assert isinstance(decoded(written), Number)


@given(st.text(alphabet='{}[]",:\\1 tn-eé\ud800', max_size=40))
def test_arbitrary_text_is_a_value_or_a_mistake(text: str) -> None:
    try:
        decoded(text)
    except EventMistake as mistake:
        assert str(mistake).endswith(".")
        with pytest.raises(ValueError):
            json.loads(text)
    else:
        json.loads(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NaN", "NaN is not a JSON value."),
        ('{"a":1', "It is not valid JSON: it ends too early."),
        ('{"a":"b', "It is not valid JSON: it ends too early."),
        ('{"a":tru}', "It is not valid JSON: look at character 6."),
        ("{} x", "It is not valid JSON: something follows its end, at column 4."),
        ("[" * 100_000, "It is nested too deeply."),
    ],
)
def test_a_mistake_says_what_is_wrong(text: str, why: str) -> None:
    with pytest.raises(EventMistake) as caught:
        decoded(text)
    assert str(caught.value) == why


@given(DOCUMENTS)
def test_a_whole_document_begins_as_it_is(text: str) -> None:
    if text[0] in "[{":
        assert json.dumps(beginning(text)) == json.dumps(decoded(text))


@given(OBJECTS, st.data())
def test_a_document_cut_anywhere_begins_with_some_of_its_members(text: str, data: st.DataObject) -> None:
    found = beginning(text[: data.draw(st.integers(0, len(text)))])
    assert found is None or (isinstance(found, dict) and found.keys() <= json.loads(text).keys())


def test_what_stands_before_a_mistake_is_told() -> None:
    assert beginning('{"Records":[{"a":"1"},{"b":"}"},{"c":tru},{"d":"1"') == {"Records": [{"a": "1"}, {"b": "}"}, {}]}
    assert beginning("]") is None
    assert beginning('"text"') is None
