"""JSON of every kind as lines: all of it there, as it was written, in few lines, and nothing that a terminal obeys."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from explorer.json_value import NotJson, read_json
from explorer.widgets.payload_tree import RUN_LENGTH, UNFOLDED_AT_ONCE, Unread, tree_lines, unfoldable_paths
from explorer.widgets.text_line import Path, TextLine, paragraph_pieces, rows_of, safe_pieces

TEXTS = st.text(st.characters(exclude_categories=[])) | st.sampled_from(
    ["[red]", "[/", "\x1b]52;c;eA==\x07", "a\nb", ""]
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda parts: st.lists(parts, max_size=5) | st.dictionaries(TEXTS, parts, max_size=5),
    max_leaves=20,
)


def lines_of(text: str, folds: dict[Path, bool] | None = None) -> list[TextLine]:
    return list(tree_lines("payload", "Payload", read_json(text), folds or {}, gap=False))


def drawn_of(lines: list[TextLine]) -> list[str]:
    return ["".join(piece.text for piece in line.pieces).strip() for line in lines]


def unfolded(text: str) -> list[TextLine]:
    paths = unfoldable_paths("payload", read_json(text), ("payload",))
    return lines_of(text, dict.fromkeys(paths, True))


def test_numbers_stand_as_they_were_written() -> None:
    numbers = "[1.50, 1e400, 123456789012345678901234567890, -0, 0.1000000000000000055511151231257827]"
    assert drawn_of(lines_of(numbers))[1:] == [f"{n}: {text}" for n, text in enumerate(numbers[1:-1].split(", "))]


def test_a_repeated_name_is_shown_each_time_and_folds_for_itself() -> None:
    text = '{"plan": {"id": "a"}, "plan": {"id": "b"}}'
    lines = lines_of(text)
    assert drawn_of(lines)[1:] == ['▸ plan: {id: "a"}', '▸ plan: {id: "b"}']
    again = lines_of(text, {lines[2].path: True})
    assert drawn_of(again)[1:] == ['▸ plan: {id: "a"}', "▾ plan: 1 member", 'id: "b"']


def test_text_that_is_not_json_is_shown_as_it_is_with_the_reason() -> None:
    first, second = drawn_of(lines_of('{"id": oops}'))
    assert first.startswith("▾ Payload  not JSON: Expecting value")
    assert second == '{"id": oops}'


@pytest.mark.parametrize(
    ("text", "shown"), [("null", "null"), ("42", "42"), ('"x"', '"x"'), ("[]", "[]"), ("{}", "{}")]
)
def test_a_payload_that_is_no_object_is_shown(text: str, shown: str) -> None:
    assert drawn_of(lines_of(text)) == [f"Payload  {shown}"]


def test_500_levels_unfold_and_the_indent_stays_bounded() -> None:
    lines = unfolded("[" * 500 + "1" + "]" * 500)
    assert len(lines) == 501
    assert drawn_of(lines)[-1].endswith("(500) 0: 1")
    assert max(line.indent for line in lines) < 40


def test_too_many_levels_are_shown_as_text() -> None:
    depth = 200_000
    assert drawn_of(lines_of("[" * depth + "]" * depth))[0] == "▾ Payload  nested too deeply to be folded"


def test_100_000_members_take_few_lines_and_are_all_reachable() -> None:
    text = json.dumps({f"key-{number}": number for number in range(100_000)})
    value = read_json(text)
    folds: dict[Path, bool] = {}
    for _level in range(2):
        lines = list(tree_lines("payload", "Payload", value, folds, gap=False))
        assert len(lines) <= 3 * RUN_LENGTH
        folds[next(line.path for line in reversed(lines) if line.unfolded is False)] = True
    lines = list(tree_lines("payload", "Payload", value, folds, gap=False))
    assert drawn_of(lines)[-1] == "key-99999: 99999"


def test_unfolding_everything_stops_at_a_bounded_number_of_lines() -> None:
    assert len(unfolded(json.dumps([[0] * 50] * 1_000))) <= UNFOLDED_AT_ONCE + 2 * RUN_LENGTH


def test_unfolding_everything_in_a_line_leaves_its_neighbours() -> None:
    value = read_json('{"left": {"a": {"b": [1]}}, "right": {"a": [2]}}')
    assert unfoldable_paths("payload", value, ("payload", "left")) == [
        ("payload", "left"),
        ("payload", "left", "a"),
        ("payload", "left", "a", "b"),
    ]


def test_a_string_of_a_megabyte_is_cut_and_its_length_named() -> None:
    text = json.dumps({"log": "x" * 1_048_576})
    folded, opened = lines_of(text)[1], lines_of(text, {("payload", "log"): True})[1]
    assert drawn_of([folded])[0].endswith("x… 1,048,576 characters")
    assert drawn_of([opened])[0].endswith("x… 1,048,576 characters")
    assert len(drawn_of([folded])[0]) < len(drawn_of([opened])[0]) < 30_000


def test_a_name_of_a_megabyte_is_cut_and_its_length_named() -> None:
    assert "… 1,048,576 characters: 1" in drawn_of(lines_of(json.dumps({"x" * 1_048_576: 1})))[1]


def test_a_string_of_several_lines_is_drawn_in_as_many_rows() -> None:
    line = lines_of(json.dumps({"query": "mutation {\n  id\n}"}))[1]
    assert ["".join(piece.text for piece in row.pieces).strip() for row in rows_of(line, 60)] == [
        'query: "mutation {\\n',
        "id\\n",
        '}"',
    ]


def test_a_long_text_is_not_read_before_it_is_asked_for() -> None:
    lines = list(tree_lines("payload", "Payload", Unread("[" * 10), {}, gap=False))
    assert drawn_of(lines) == ["▸ Payload  10 characters, not read yet"]


def test_a_folded_value_stays_in_one_row() -> None:
    folded = lines_of(json.dumps({"list": [{"name": "x" * 50}] * 5}))[2]
    (row,) = rows_of(folded, 40)
    assert "".join(piece.text for piece in row.pieces).endswith("…")


@given(JSON_VALUES)
def test_every_value_has_a_line_of_its_own_path_and_nothing_in_it_is_obeyed(value: object) -> None:
    lines = unfolded(json.dumps({"value": value}, ensure_ascii=False))
    paths = [line.path for line in lines]
    assert len(paths) == len(set(paths))
    for character in "".join(drawn_of(lines)):
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers() | st.booleans(), min_size=1))
def test_every_member_is_shown_by_name_in_order(members: dict[str, object]) -> None:
    assert drawn_of(unfolded(json.dumps(members)))[1:] == [f"{k}: {json.dumps(v)}" for k, v in members.items()]


@given(TEXTS)
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    value = read_json(text)
    assert not isinstance(value, NotJson) or (value.reason and value.text == text)


@given(st.lists(TEXTS, max_size=4), st.integers(1, 30), st.integers(0, 6), st.integers(0, 6))
def test_wrapping_loses_nothing_and_fits(texts: list[str], width: int, indent: int, hang: int) -> None:
    pieces = tuple(piece for text in texts for piece in safe_pieces(text, "plain", 50))
    rows = rows_of(TextLine((), pieces, indent=indent, hang=hang), width + 8 + max(indent, hang))
    assert "".join(piece.text for row in rows for piece in row.pieces) == "".join(piece.text for piece in pieces)
    for row in rows:
        text = "".join(piece.text for piece in row.pieces)
        assert row.start + cell_len(text) <= width + 8 + max(indent, hang)


@given(TEXTS)
def test_paragraphs_break_where_the_text_does(text: str) -> None:
    pieces = tuple(paragraph_pieces(text, "plain", 10_000))
    assert len(rows_of(TextLine((), pieces), 10_000)) == text.count("\n") + 1
