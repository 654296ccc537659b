"""Files become events, whatever their shape: lines, lists, single objects, packed, encoded, broken or cut short."""

import gzip
import json
import sys
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Event, EventMistake, FormatMistake, SourceProblem
from store.formats import Found, IdWatch, LogSource, format_named, open_log, write_line
from store.plain_event import plain_event
from store.records import json_records
from tests.builders import make_event

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LINES = [write_line(make_event(number)) for number in range(4)]


def opened(text: str | bytes, *id_paths: str, format_name: str | None = None) -> LogSource:
    raw = text if isinstance(text, bytes) else text.encode()
    return open_log(BytesIO(raw), None if format_name is None else format_named(format_name), id_paths)


def found_in(text: str | bytes, *id_paths: str) -> list[Found]:
    return list(opened(text, *id_paths).events())


def events_in(text: str | bytes) -> list[Event]:
    return [each.outcome for each in found_in(text) if isinstance(each.outcome, Event)]


OUR_CSV = "id,occurred_at,event_name,entity_type\n1,2026-01-01T00:00:00Z,plan.updated,PLAN\n"
EVENTS = events_in("\n".join(LINES))


def test_lines_lists_and_objects_hold_the_same_events() -> None:
    assert [event.id for event in EVENTS] == [make_event(number).id for number in range(4)]
    shapes = [
        "\r\n".join(LINES),
        "\n\n".join(LINES) + "\n",
        f"[{','.join(LINES)}]",
        "[\n  " + ",\n  ".join(LINES) + "\n]",
        json.dumps([json.loads(line) for line in LINES], indent=2),
        f'{{"took": 3, "hits": {{"list": [{",".join(LINES)}]}}}}',
        f"[{LINES[0]},{LINES[1]}]\n[{LINES[2]},{LINES[3]}]\n",
        "".join(f"[{line}]\n" for line in LINES),
        "".join(json.dumps(json.loads(line), indent=1) for line in LINES),
    ]
    for text in shapes:
        assert [event.id for event in events_in(text)] == [event.id for event in EVENTS], text
        assert opened(text).title == "JSON Lines"


def test_one_line_alone_is_a_line() -> None:
    assert str(found_in(LINES[0])[0].place) == "line 1"
    assert str(found_in(f"[{LINES[0]}]")[0].place) == "record 1"


def test_a_file_is_read_past_blank_lines_mistakes_and_a_byte_order_mark() -> None:
    good = LINES[0].encode()
    found = found_in(b"\xef\xbb\xbf" + good + b"\r\n\r\n \n{}\n\xff\n" + good + b"\n" + good[:-1])
    assert [str(each.place) for each in found] == ["line 1", "line 4", "line 5", "line 6", "line 7"]
    assert [isinstance(each.outcome, Event) for each in found] == [True, False, False, True, False]
    assert str(found[2].outcome) == "The line is not valid UTF-8."
    assert found[4].text == LINES[0][:-1]


def test_a_first_line_that_is_broken_costs_only_itself() -> None:
    found = found_in("\n".join([LINES[0][:-30], *LINES]))
    assert [str(each.place) for each in found] == [f"line {number}" for number in range(1, 6)]
    assert [isinstance(each.outcome, Event) for each in found] == [False, True, True, True, True]


def test_a_line_without_end_is_rejected_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "MOST_CHARACTERS", 1 << 20)
    found = found_in(f"{LINES[0]}\n{'x' * ((2 << 20) + 3)}\n{LINES[1]}")
    assert [str(each.place) for each in found] == ["line 1", "line 2", "line 3"]
    assert str(found[1].outcome) == "The line is longer than 1 MB."


@pytest.mark.parametrize("text", ["", "\n \r\n", "[]", '{"Records": []}', '{"data":{"logs":{"edges":[]}}}', "\ufeff"])
def test_a_file_that_holds_no_records_is_empty_and_no_mistake(text: str) -> None:
    assert opened(text).title == "empty"
    assert found_in(text) == []


@pytest.mark.parametrize(
    "text", ["no\n", "a,b\n1,2\n", '{"a":1}', "[1,2]", "\0\1\2", '"text"', "{}", '{"a":[{"b":1}]}', OUR_CSV]
)
def test_a_file_of_no_known_format_is_a_mistake(text: str) -> None:
    with pytest.raises(FormatMistake, match="format is not known"):
        opened(text)


def test_a_named_format_reads_any_file() -> None:
    source = opened("no\n{}\n", format_name="jsonl")
    assert [str(each.outcome) for each in source.events()] == ["The line is not a JSON object.", '"id" is missing.']
    with pytest.raises(FormatMistake, match="no format of that name"):
        format_named("nonsense")


def test_other_fields_can_be_the_id() -> None:
    texts = [json.dumps({**json.loads(LINES[0]), "trace_id": "t", "payload": number}) for number in (1, 2)]
    ids = [
        each.outcome.id for each in found_in("\n".join(texts), "trace_id", "payload") if isinstance(each.outcome, Event)
    ]
    assert ids == ["t/1", "t/2"]
    hashed = [each.outcome.id for each in found_in("\n".join(texts), "nothing") if isinstance(each.outcome, Event)]
    assert len({text[:7] for text in hashed}) == 1
    assert len(set(hashed)) == 2


@given(st.data())
def test_a_file_cut_anywhere_gives_the_events_before_the_cut(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(["\n".join(LINES), f"[{','.join(LINES)}]"])).encode()
    cut = raw[: data.draw(st.integers(0, len(raw)))]
    try:
        events = events_in(cut)
    except FormatMistake:
        events = []
    assert [event.id for event in events] == [event.id for event in EVENTS[: len(events)]]


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:;\n\\aid1 ', max_size=80).map(str.encode))
def test_arbitrary_bytes_are_events_or_mistakes(raw: bytes) -> None:
    try:
        found = found_in(raw)
    except (FormatMistake, SourceProblem) as problem:
        assert str(problem).endswith(".")
    else:
        assert all(isinstance(each.outcome, Event | EventMistake) for each in found)


def test_packed_and_encoded_files_hold_the_same_events() -> None:
    text = "\n".join(LINES)
    for raw in (gzip.compress(text.encode()), text.encode("utf-16"), gzip.compress(text.encode("utf-16-le"))):
        assert events_in(raw) == EVENTS


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_the_events_before_the_damage_of_a_packed_file_are_read(pack: Callable[[bytes], bytes]) -> None:
    raw = "\n".join(write_line(make_event(number)) for number in range(3_000)).encode()
    packed = pack(raw)
    found: list[Found] = []
    with pytest.raises(SourceProblem, match="damaged or end too early"):
        for each in opened(packed[: 2 * len(packed) // 3]).events():
            found.append(each)
    assert 0 < len(found) < 3_000
    assert all(isinstance(each.outcome, Event) for each in found)


def test_an_id_that_different_events_have_is_noticed_but_not_a_repeated_event() -> None:
    watch = IdWatch()
    for event in (make_event(1), make_event(1), make_event(2), make_event(1, event_name="OTHER")):
        watch.show(plain_event(event))
    assert (watch.clashes, watch.example) == (1, make_event(1).id)


def test_the_watch_over_ids_remembers_a_bounded_number() -> None:
    watch = IdWatch(most=2)
    for event in (*map(make_event, range(5)), make_event(1, event_name="OTHER"), make_event(4, event_name="OTHER")):
        watch.show(plain_event(event))
    assert watch.clashes == 1
