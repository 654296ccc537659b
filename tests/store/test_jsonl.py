"""Our JSON Lines form: what is read, what is refused and why, and that writing and reading lose nothing."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store import Actor, Entity, Event, EventMistake
from store.formats import parse_line, write_line
from store.formats.jsonl import REQUIRED_KEYS, TEXT_KEYS, any_event
from store.formats.usual_line import ACTOR_KEYS, ENTITY_KEYS, usual_event
from store.formats.written_line import PIECE
from store.plain_event import plain_event, whole_event
from tests.builders import NOON, make_event

REQUIRED = '"id":"e","occurred_at":"2026-11-20T12:00:00Z","event_name":"PLAN_CREATED"'

# Not a high surrogate before a low one: JSON has no spelling for the two as separate characters.
TEXTS = st.text(st.characters(exclude_categories=())).filter(lambda text: json.loads(json.dumps(text)) == text)
OPTIONAL = st.none() | TEXTS
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = VALUES.filter(lambda value: value is not None).map(json.dumps)
MORE = (
    st.dictionaries(TEXTS.filter(lambda key: key not in Actor.__struct_fields__), VALUES, min_size=1, max_size=3)
    .map(lambda members: json.dumps(members, ensure_ascii=False, separators=(",", ":")))
    .filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text))
)
MOMENTS = st.datetimes(timezones=st.just(UTC)) | st.datetimes(
    min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29), timezones=st.just(timezone(timedelta(hours=-11.5)))
)
EVENTS = st.builds(
    Event,
    id=TEXTS.filter(bool),
    occurred_at=MOMENTS,
    event_name=TEXTS,
    environment=OPTIONAL,
    entity=st.none() | st.builds(Entity, type=OPTIONAL, id=OPTIONAL, name=OPTIONAL),
    parent_entity_id=OPTIONAL,
    actor=st.none()
    | st.builds(
        Actor,
        type=OPTIONAL,
        id=OPTIONAL,
        name=OPTIONAL,
        email=OPTIONAL,
        ip_address=OPTIONAL,
        more=st.none() | MORE,
    ),
    trace_id=OPTIONAL,
    payload=st.none() | DOCUMENTS,
    request=st.none() | DOCUMENTS,
)
KEYS_WITH_VALUES = st.dictionaries(
    st.sampled_from([*Event.__struct_fields__, "ID", "more"]), VALUES | st.just("2026-01-01")
)

READABLE_PIECES = """
    "payload": "request": ,"payload": ,"request": "trace_id":"t" "entity":{"id":"x"} "actor":{"name":""} "actor":{}
    {"request":1} {} " 1 , { } null [ ] NaN 01 1e999 "\\ud800" "é"
"""
OTHER_PIECES = (" ", "\x0b", "\ufeff", "\0", '"\ud800"', "9" * 5000, "[" * 300 + "]" * 300, f"{{{REQUIRED}")
PIECES = (*READABLE_PIECES.split(), *OTHER_PIECES)


@st.composite
def spelled(draw: st.DrawFn, value: object) -> str:
    """A value in one of its spellings."""
    return json.dumps(value, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from((None, 0, 2))))


@st.composite
def objects(draw: st.DrawFn, *members: tuple[str, st.SearchStrategy[str]]) -> str:
    """An object with some of these members in any order, each with a value in any spelling. Some stand twice."""
    chosen = draw(st.lists(st.sampled_from(members), unique_by=lambda member: member[0]))
    repeated = draw(st.lists(st.sampled_from(members), max_size=1)) if draw(st.integers(0, 4)) == 0 else []
    space = st.sampled_from(("", "", "", " ", "\t \n"))
    written = []
    for key, values in draw(st.permutations([*chosen, *repeated])):
        written.append("".join(map(draw, (space, spelled(key), space, st.just(":"), space, values, space))))
    return f"{draw(space)}{{{','.join(written)}{draw(space)}}}{draw(space)}"


def any_text(*keys: str) -> list[tuple[str, st.SearchStrategy[str]]]:
    return [(key, (st.text(max_size=3) | st.text(max_size=3) | st.none()).flatmap(spelled)) for key in keys]


SPELLED_EVENTS = objects(
    *any_text(*sorted(TEXT_KEYS - set(REQUIRED_KEYS))),
    ("entity", objects(*any_text(*ENTITY_KEYS))),
    ("actor", objects(*any_text(*ACTOR_KEYS))),
    ("payload", VALUES.flatmap(spelled)),
    ("request", VALUES.flatmap(spelled)),
)


def reason(line: str | bytes) -> str:
    with pytest.raises(EventMistake) as caught:
        parse_line(line)
    return str(caught.value)


@given(EVENTS)
def test_what_is_written_reads_back_equal(event: Event) -> None:
    assert parse_line(write_line(event).encode()) == event


@given(EVENTS)
def test_a_written_line_is_json_with_the_documented_keys_in_order_and_no_line_break(event: Event) -> None:
    line = write_line(event)
    documented = ["id", "occurred_at", "environment", "event_name", "entity", "parent_entity_id", "actor", "trace_id"]
    keys = list(json.loads(line))
    assert keys == [key for key in [*documented, "payload", "request"] if key in keys]
    assert not {"\n", "\r"} & set(line)


@given(EVENTS)
def test_keys_in_another_order_and_white_space_read_the_same(event: Event) -> None:
    members = json.loads(write_line(event.replaced(payload=None, request=None)))
    shuffled = json.dumps(dict(reversed(members.items())), indent=1)
    assert json.loads(write_line(parse_line(shuffled))) == members


@given(EVENTS)
def test_the_quick_way_reads_what_the_thorough_one_does(event: Event) -> None:
    line = write_line(event)
    assert usual_event(line) in (None, any_event(line))
    assert whole_event(any_event(line)) == event


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example(f'{{{REQUIRED},"payload":{{"a":1,"request":2}},"request":{{"payload":3,"request":4}}}}')
@example(f'{{{REQUIRED},"payload":",\\"request\\":","request":1}}')
@example(f'{{{REQUIRED},"payload":{{}},"request":1,"payload":2}}')
def test_the_quick_way_takes_no_line_that_the_thorough_one_refuses(tail: str) -> None:
    for line in (tail, f"{{{REQUIRED},{tail}", f"{{{REQUIRED},{tail}}}"):
        assert_quick_way_is_right(line)


@given(SPELLED_EVENTS)
@example('{"trace_id":null,"trace_id":"t"}')
@example('{"entity":{"id":"a","id":"b"}}')
@example('{"entity":{},"actor":{}}')
@example('{ "id":"e" }')
def test_the_quick_way_loses_no_member_in_whatever_order_and_spelling(members: str) -> None:
    assert_quick_way_is_right(members.replace("{", f"{{{REQUIRED},", 1))
    assert_quick_way_is_right(f",{REQUIRED}}}".join(members.rsplit("}", 1)))


def assert_quick_way_is_right(line: str) -> None:
    """It gives the event that the thorough one gives, or none."""
    try:
        expected = any_event(line)
    except EventMistake:
        assert usual_event(line) is None
    else:
        assert usual_event(line) in (None, expected)


def test_nearly_all_written_lines_go_the_quick_way() -> None:
    actor = Actor(type="USER", id="u", name="Zoë", email="z@x.example", ip_address="192.0.2.1")
    event = make_event(entity=Entity(type="PLAN"), actor=actor, trace_id="t", payload='["\\n"]', request="[]")
    line = write_line(event)
    assert usual_event(line) == plain_event(event)
    assert usual_event(line.replace('":', '" : ').replace(',"', ' , "')) == plain_event(event)
    assert usual_event(json.dumps(dict(reversed(json.loads(line).items())), ensure_ascii=False)) is not None


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_arbitrary_bytes_are_a_mistake_and_nothing_worse(line: bytes) -> None:
    reason(line)


@given(KEYS_WITH_VALUES)
def test_an_arbitrary_object_is_an_event_or_a_mistake(members: dict[str, object]) -> None:
    line = json.dumps(members)
    try:
        event = parse_line(line)
    except EventMistake as mistake:
        assert str(mistake).endswith(".")
    else:
        assert write_line(parse_line(write_line(event))) == write_line(event)


@given(EVENTS, st.data())
def test_a_line_cut_short_anywhere_is_a_mistake(event: Event, data: st.DataObject) -> None:
    line = write_line(event).encode()
    reason(line[: data.draw(st.integers(0, len(line) - 1))])


def test_only_three_keys_are_required() -> None:
    assert parse_line(f"{{{REQUIRED}}}") == Event(id="e", occurred_at=NOON, event_name="PLAN_CREATED")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('{"occurred_at":"2026-11-20T12:00:00Z","event_name":"A"}', '"id" is missing.'),
        ('{"id":null,"occurred_at":"2026-11-20T12:00:00Z","event_name":"A"}', '"id" is missing.'),
        ('{"id":"","occurred_at":"2026-11-20T12:00:00Z","event_name":"A"}', '"id" is empty.'),
        ('{"id":"","occurred_at":"2026-11-20T12:00:00Z","event_name":"A","actor":{"x":1}}', '"id" is empty.'),
        ('{"id":"e","event_name":"A"}', '"occurred_at" is missing.'),
        ('{"id":"e","occurred_at":"2026-11-20T12:00:00Z"}', '"event_name" is missing.'),
        ('{"id":5,"occurred_at":"2026-11-20T12:00:00Z","event_name":"A"}', '"id" is not a text.'),
        (f'{{{REQUIRED},"trace_id":[]}}', '"trace_id" is not a text.'),
        (f'{{{REQUIRED},"entity":"x"}}', '"entity" is not an object.'),
        (f'{{{REQUIRED},"entity":["x"]}}', '"entity" is not an object.'),
        (f'{{{REQUIRED},"entity":{{"id":1}}}}', '"entity.id" is not a text.'),
        (f'{{{REQUIRED},"entity":{{"slug":"x"}}}}', '"slug" is not a key of "entity".'),
        (f'{{{REQUIRED},"entity":{{"id":"x","id":"y"}}}}', '"id" stands twice in "entity".'),
        (f'{{{REQUIRED},"actor":{{"id":"x","id":"y"}}}}', '"id" stands twice in "actor".'),
        (f'{{{REQUIRED},"actor":{{"email":true}}}}', '"actor.email" is not a text.'),
        (f'{{{REQUIRED},"actor":7}}', '"actor" is not an object.'),
        (f'{{{REQUIRED},"eventName":"x"}}', '"eventName" is not a key of the event.'),
        (f'{{{REQUIRED},"id":"f"}}', '"id" stands twice in the event.'),
        (f'{{{REQUIRED},"\\u0069d":"f"}}', '"id" stands twice in the event.'),
        (f'{{{REQUIRED},"payload":{{}},"payload":null}}', '"payload" stands twice in the event.'),
        (f'{{{REQUIRED},"payload":NaN}}', "NaN is not a JSON value."),
        (f'{{{REQUIRED},"payload":[-Infinity]}}', "-Infinity is not a JSON value."),
        (f'{{{REQUIRED},"payload":tru}}', '"payload" is not valid JSON.'),
        (f'{{{REQUIRED},"payload":"a\nb"}}', '"payload" is not valid JSON.'),
        (f'{{{REQUIRED},"payload":[1,', 'The line ends in the middle of "payload".'),
        (f'{{{REQUIRED},"payload":"ab', 'The line ends in the middle of "payload".'),
        (f"{{{REQUIRED}", "The line ends before the event does."),
        (f"{{{REQUIRED}}} {{}}", "Something follows the closing brace of the event."),
        ('"text"', "The line is not a JSON object."),
        ("\0" * 9, "The line is not a JSON object."),
    ],
)
def test_a_mistake_names_the_key_at_fault(line: str, key: str) -> None:
    assert reason(line) == key


@pytest.mark.parametrize("line", [f"{{{REQUIRED},}}", f'{{{REQUIRED},"entity":{{"id":"x",}}}}', f"{{,{REQUIRED}}}"])
def test_a_stray_comma_is_a_mistake(line: str) -> None:
    assert "valid JSON" in reason(line)


def test_a_mistake_repeats_no_value_and_only_a_short_safe_form_of_a_key() -> None:
    assert "secret" not in reason('{"id":"secret"}')
    assert reason(f'{{{REQUIRED},"\x9b{"k" * 99}":1}}').isascii()
    assert len(reason(f'{{{REQUIRED},"{"k" * 99}":1}}')) < 80


def test_invalid_utf_8_is_a_mistake() -> None:
    assert reason(b'{"id":"\xff"}') == "The line is not valid UTF-8."


@pytest.mark.parametrize("depth", [100_000, 1_000_000])
def test_nesting_without_end_is_a_mistake(depth: int) -> None:
    assert reason(f'{{{REQUIRED},"payload":{"[" * depth}') == '"payload" is nested too deeply.'


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-20T12:00:00Z", NOON),
        ("2026-11-20T12:00:00.5Z", NOON + timedelta(milliseconds=500)),
        ("2026-11-20T12:00:00.000001+00:00", NOON + timedelta(microseconds=1)),
        ("2026-11-20T14:00:00+02:00", NOON),
        ("2026-11-20T14:00:00+0200", NOON),
        ("2026-11-20T14:00+02", NOON),
        ("2026-11-20 06:30:00-05:30", NOON),
        ("20261120T120000Z", NOON),
        ("2026-11-20t12:00:00z", NOON),
        ("0001-01-01T00:00:00Z", datetime.min.replace(tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999Z", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_times_of_any_offset_become_utc(written: str, moment: datetime) -> None:
    event = parse_line(json.dumps({"id": "e", "occurred_at": written, "event_name": "A"}))
    assert event.occurred_at == moment
    assert event.occurred_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2026-11-20T12:00:00", "has no offset from UTC"),
        ("2026-11-20T12:00:00.1234567Z", "has more than 6 decimals"),
        ("2026-11-20", "is not an ISO 8601 date and time"),
        ("2026-02-30T12:00:00Z", "is not an ISO 8601 date and time"),
        ("2026-11-20T12:00:00+25:00", "is not an ISO 8601 date and time"),
        ("2026-11-20T12:00:60Z", "is not an ISO 8601 date and time"),
        ("٢٠٢٦-11-20T12:00:00Z", "is not an ISO 8601 date and time"),
        ("2026-11-20\ud80012:00:00Z", "is not an ISO 8601 date and time"),
        ("10000-01-01T00:00:00Z", "is not an ISO 8601 date and time"),
        ("0001-01-01T00:00:00+00:01", "lies outside the years 1 to 9999"),
        ("9999-12-31T23:59:59-00:01", "lies outside the years 1 to 9999"),
        (1732104000, "is not a text"),
    ],
)
def test_a_time_that_is_none_says_why(written: object, why: str) -> None:
    assert why in reason(json.dumps({"id": "e", "occurred_at": written, "event_name": "A"}))


@pytest.mark.parametrize(
    "written",
    ['{"b":1,"a":2,"a":3}', "1.10", "1e999", "123456789012345678901234567890", "9" * 5000, '"\\u00e9\\/"', "[ 1 ,2]"],
)
def test_payload_and_request_are_kept_letter_for_letter(written: str) -> None:
    event = parse_line(f'{{{REQUIRED},"payload": {written} , "request":{written}}}')
    assert (event.payload, event.request) == (written, written)
    assert f'"payload":{written},' in write_line(event)


def test_line_breaks_between_the_parts_of_a_payload_become_spaces() -> None:
    assert json.loads(write_line(make_event(payload='{"a":\r\n1}')))["payload"] == {"a": 1}
    assert "\n" not in write_line(make_event(payload='{"a":\r\n1}'))


def test_what_else_an_actor_has_is_kept() -> None:
    actor = parse_line(f'{{{REQUIRED},"actor":{{"role":"owner","id":"u","ratio":1.10,"\\u0061ge":[1, 2]}}}}').actor
    assert actor == Actor(id="u", more='{"role":"owner","ratio":1.10,"age":[1, 2]}')


def test_null_and_absent_are_the_same_but_an_empty_object_is_kept() -> None:
    assert parse_line(f'{{{REQUIRED},"entity":null,"actor":null,"payload":null}}') == parse_line(f"{{{REQUIRED}}}")
    assert parse_line(f'{{{REQUIRED},"entity":{{}},"actor":{{}}}}').entity == Entity()


@pytest.mark.parametrize("note", ["aé漢\U0001f600" * 5, "é" * 7 + "\ud800" + "é" * 7, "\ud800\ud801" * 9])
def test_a_line_of_many_pieces_is_written_as_one_of_one_piece(note: str, monkeypatch: pytest.MonkeyPatch) -> None:
    event = make_event(trace_id=note)
    line = write_line(event)
    monkeypatch.setattr("store.formats.written_line.PIECE", 4)
    assert write_line(event) == line
    assert parse_line(line) == event


def test_lone_surrogates_survive() -> None:
    event = parse_line(f'{{{REQUIRED},"trace_id":"a\\ud800","payload":"\\udfff"}}')
    assert event.trace_id == "a\ud800"
    assert parse_line(write_line(event).encode()) == event


def test_a_high_surrogate_before_a_low_one_is_written_as_the_character_that_they_stand_for() -> None:
    line = write_line(make_event(1, id="a\ud800\udc8d\udc8d"))
    assert '"a\U0001008d\\udc8d"' in line
    assert write_line(parse_line(line)) == line


@pytest.mark.parametrize("before", range(PIECE - 12, PIECE))
def test_surrogates_at_the_edge_of_what_is_looked_through_at_once_are_one_character_all_the_same(before: int) -> None:
    line = write_line(make_event(1, id="a" * before + "\ud800\udc8d\ud800"))
    assert 'a\U0001008d\\ud800"' in line


def test_white_space_without_end_is_read_in_linear_time() -> None:
    blanks = " " * 200_000
    assert reason(f'{{{blanks}"id"{blanks}:{blanks}"e"{blanks}{blanks}x') == (
        'The line is not valid JSON: a comma or a closing brace should follow "id".'
    )
