"""What differs between two payloads: nothing lost, nothing invented, items of lists known again by their ids."""

import gc
import json
import time
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.changes import (
    ABSENT,
    DEEPEST,
    Change,
    Difference,
    ItemKey,
    Path,
    Reordering,
    Step,
    differences,
    same,
    written_alike,
)
from explorer.json_value import JsonValue, Members, NotJson, Number, read_json

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "1", "b"])
NAMES = st.sampled_from(["id", "name", "feature", "plan", "a", "b"])
DOCUMENTS = st.recursive(
    SCALARS, lambda parts: st.lists(parts, max_size=4) | st.dictionaries(NAMES, parts, max_size=4), max_leaves=15
)


def value_of(document: object) -> JsonValue:
    return read(json.dumps(document))


def read(text: str) -> JsonValue:
    value = read_json(text)
    assert not isinstance(value, NotJson)
    return value


def applied(value: JsonValue, changes: Iterable[Difference]) -> JsonValue:
    """`value` with every difference carried out, one after the other."""
    for each in changes:
        value = one_applied(value, each, each.path)
    return value


def one_applied(value: JsonValue, change: Difference, path: Path) -> JsonValue:
    if not path and isinstance(change, Reordering):
        assert isinstance(value, list)
        return [item for key in change.keys for step, item in steps_of(value, key) if step == key]
    if not path:
        assert isinstance(change, Change)
        assert change.new is not ABSENT
        return change.new
    assert isinstance(value, list)
    step, *rest = path
    parts = dict(steps_of(value, step))
    if not rest and isinstance(change, Change):
        old = parts.pop(step, ABSENT) if change.new is ABSENT else parts.get(step, ABSENT)
        assert old is change.old is ABSENT or same(old, change.old)
        if change.new is not ABSENT:
            parts[step] = change.new
    else:
        parts[step] = one_applied(parts[step], change, tuple(rest))
    return Members(parts.items()) if isinstance(value, Members) else list(parts.values())


def steps_of(value: Sequence[object], like: Step) -> Iterable[tuple[Step, JsonValue]]:
    """The parts of a container by steps of the same sort as `like`."""
    if isinstance(value, Members):
        return list(value)
    if isinstance(like, int):
        return list(enumerate(value))
    return [(key_of(item, like), item) for item in value]


def key_of(item: JsonValue, like: ItemKey) -> ItemKey:
    for name in like.by:
        assert isinstance(item, Members)
        item = dict(item)[name]
    return ItemKey(like.by, item)


@given(DOCUMENTS, DOCUMENTS)
def test_the_differences_carried_out_make_the_old_value_the_new_one(old: object, new: object) -> None:
    one, other = value_of(old), value_of(new)
    assert same(applied(one, differences(one, other)), other)


@given(DOCUMENTS)
def test_a_value_does_not_differ_from_itself(document: object) -> None:
    assert differences(value_of(document), value_of(document)) == []


@given(DOCUMENTS, DOCUMENTS)
def test_values_are_the_same_when_nothing_differs_between_them(old: object, new: object) -> None:
    one, other = value_of(old), value_of(new)
    assert same(one, other) is not differences(one, other)


def test_a_field_is_changed_added_or_removed() -> None:
    old = read('{"status": "ACTIVE", "version": 7, "endDate": null, "plan": {"id": "plan-growth", "limit": 10000}}')
    new = read('{"plan": {"id": "plan-growth", "limit": 1000}, "status": "ACTIVE", "version": 8, "note": "x"}')
    assert differences(old, new) == [
        Change(("plan", "limit"), Number("10000"), Number("1000")),
        Change(("version",), Number("7"), Number("8")),
        Change(("note",), ABSENT, "x"),
        Change(("endDate",), None, ABSENT),
    ]


def test_items_are_known_again_by_their_id_wherever_they_stand() -> None:
    old = read('[{"feature": {"id": "seats"}, "limit": 5}, {"feature": {"id": "calls"}, "limit": 9}]')
    new = read('[{"feature": {"id": "calls"}, "limit": 1}, {"feature": {"id": "sso"}}]')
    seats, calls, sso = (ItemKey(("feature", "id"), name) for name in ("seats", "calls", "sso"))
    found = differences(old, new)
    assert [each.path for each in found] == [(calls, "limit"), (sso,), (seats,)]


def test_items_in_another_order_are_moved_and_nothing_else() -> None:
    old, new = read('[{"id": "a"}, {"id": "b"}]'), read('[{"id": "b"}, {"id": "a"}]')
    assert differences(old, new) == [Reordering((), (ItemKey(("id",), "b"), ItemKey(("id",), "a")))]


def test_texts_in_a_list_are_added_and_removed_and_not_exchanged_place_by_place() -> None:
    found = differences(read('["a", "b", "c"]'), read('["b", "c", "d"]'))
    assert [(each.old, each.new) for each in found if isinstance(each, Change)] == [(ABSENT, "d"), ("a", ABSENT)]


@pytest.mark.parametrize(("old", "new"), [("1.0", "1"), ("1", '"1"'), ("[]", "{}"), ("null", "false"), ("1e2", "100")])
def test_values_differ_when_they_are_written_differently(old: str, new: str) -> None:
    assert len(differences(read(old), read(new))) == 1
    assert not written_alike(read(f'{{"list": [{old}]}}'), read(f'{{"list": [{new}]}}'))


def test_a_text_in_a_list_is_another_item_than_a_number_of_the_same_letters() -> None:
    assert {(each.old, each.new) for each in differences(read('["1"]'), read("[1]")) if isinstance(each, Change)} == {
        ("1", ABSENT),
        (ABSENT, Number("1")),
    }


def test_what_is_nested_too_deeply_is_not_said_to_be_written_alike() -> None:
    def nested() -> JsonValue:
        value: JsonValue = None
        for _ in range(10_000):
            value = [value]
        return value

    assert not written_alike(nested(), nested())


def test_an_object_with_a_name_twice_is_compared_as_a_whole() -> None:
    old, new = read('{"plan": {"id": 1, "id": 2}}'), read('{"plan": {"id": 1, "id": 3}}')
    assert [each.path for each in differences(old, new)] == [("plan",)]
    assert differences(old, old) == []


def test_what_is_nested_deeply_is_compared_as_a_whole() -> None:
    def nested(core: str) -> JsonValue:
        return read('{"a":' * 500 + core + "}" * 500)

    assert differences(nested("1"), nested("1")) == []
    assert [len(each.path) for each in differences(nested("1"), nested("2"))] == [DEEPEST]


def test_a_list_of_four_times_the_length_takes_about_four_times_as_long_to_compare() -> None:
    def seconds_for(length: int) -> float:
        old = value_of([{"id": str(number), "limit": number} for number in range(length)])
        new = value_of([{"id": str(number), "limit": number + number % 2} for number in range(length, 0, -1)])
        gc.disable()  # which goes through all that other tests left
        begun = time.process_time()
        assert len(differences(old, new)) == length // 2 + 3
        seconds = time.process_time() - begun
        gc.enable()
        return seconds

    assert min(seconds_for(20_000) for _ in range(3)) < 10 * min(seconds_for(5_000) for _ in range(3)) + 0.2
