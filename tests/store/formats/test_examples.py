"""What holds for every format alike: nothing lost, the same ids every time, and nothing worse than a mistake."""

import gzip
import json
from io import BytesIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Event, EventMistake, FormatMistake
from store.formats import FORMATS, Format, Found, open_log, write_line
from store.formats.jsonl import parse_line
from store.formats.stigg import FORMAT as STIGG
from store.plain_event import whole_event
from store.records.json_text import members
from store.records.record import Place, Record
from tests.store.formats.examples import EXAMPLES, FOLDER, events_in, events_of, found_in, source, told
from tests.store.records.documents import VALUES

HELD = {*STIGG.table.inner.held, "actor"} if STIGG.table is not None and STIGG.table.inner is not None else set()
"""What events of this format hold in their own fields."""

JSON_EXAMPLES = [name for name in EXAMPLES if not name.endswith(".csv")]


def read(text: str | bytes) -> list[Found]:
    return list(open_log(BytesIO(text if isinstance(text, bytes) else text.encode())).events())


def test_every_format_has_an_example() -> None:
    recognised = {log_format.name for name in EXAMPLES if (log_format := source(name).format) is not None}
    assert recognised == {each.name for each in FORMATS} - {"jsonl"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_letter_of_a_record_is_in_its_event(name: str) -> None:
    for each in found_in(name):
        if not isinstance(each.outcome, Event) or each.outcome.payload == each.text:
            continue
        kept = "".join(filter(None, (each.outcome.payload, each.outcome.request)))
        for part in members(each.text):
            if source(name).format != STIGG or part.key not in HELD:
                assert part.value in (None, [], {}) or part.letters.removesuffix("}") in kept or str(part.value) in kept


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_second_reading_and_any_wrapping_give_the_same_events(name: str) -> None:
    events = events_in(name)
    assert len({event.id for event in events}) == len(events)
    raw = (FOLDER / name).read_bytes()
    text = raw.decode("utf-8-sig")
    for packed in (raw, gzip.compress(raw), text.encode("utf-16"), text.replace("\n", "\r\n").encode()):
        assert [told(event) for event in events_of(read(packed))] == [told(event) for event in events]


@pytest.mark.parametrize("name", JSON_EXAMPLES)
def test_a_list_lines_and_an_object_hold_the_same_events(name: str) -> None:
    texts = [json.dumps(json.loads(each.text)) for each in found_in(name)]
    for whole in ("\n".join(texts), f"[{','.join(texts)}]", f'{{"took": 1, "hits": {{"list": [{",".join(texts)}]}}}}'):
        assert [told(event) for event in events_of(read(whole))] == [told(event) for event in events_in(name)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_events_survive_being_exported_and_imported(name: str) -> None:
    for event in events_in(name):
        line = write_line(event)
        assert write_line(parse_line(line)) == line


WHOLE = [json.loads(each.text) for name in EXAMPLES for each in found_in(name)]
KEYS = sorted({key for record in WHOLE for key in record} | {"0", "user"})
PARTS = st.dictionaries(
    st.sampled_from(KEYS),
    VALUES
    | st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3)
    | st.just("2026-03-02T08:15:02Z")
    | st.just(1772439302),
    max_size=8,
)
RECORDS = PARTS | st.builds(dict[str, object].__or__, st.sampled_from(WHOLE), PARTS)
"""Some parts alone, which are hardly ever an event, and in the place of those of an example."""


@given(RECORDS, st.sampled_from(FORMATS))
def test_any_object_is_an_event_or_a_mistake_in_every_format(record: dict[str, object], log_format: Format) -> None:
    assert log_format.recognises(record) in (True, False)
    try:
        event = whole_event(log_format.read(Record(Place(1), json.dumps(record))))
    except EventMistake as mistake:
        assert str(mistake).endswith(".")
    else:
        assert msgspec.convert(msgspec.to_builtins(event), Event) == event


@given(st.sampled_from(EXAMPLES), st.data())
def test_a_file_cut_anywhere_gives_the_events_before_the_cut(name: str, data: st.DataObject) -> None:
    raw = (FOLDER / name).read_bytes()
    try:
        events = events_of(read(raw[: data.draw(st.integers(0, len(raw)))]))
    except FormatMistake:
        events = []
    certain = max(0, len(events) - name.endswith(".csv"))  # of the last row nobody knows whether it is whole
    assert [event.id for event in events[:certain]] == [event.id for event in events_in(name)[:certain]]
