"""Records become events as a table says, and nothing of a record is lost on the way."""

import json

import pytest
from hypothesis import example, given

from store import EventMistake
from store.formats import FORMATS
from store.formats.content_id import content_id
from store.formats.documents import Inner, inner_documents, opened
from store.formats.mapping import ActorAt, EntityAt, Table, record_reader, time_comparer, told_fields
from store.formats.picking import constant, first
from store.plain_event import NO_ACTOR
from store.records.json_text import members
from store.records.record import Place, Record
from tests.store.records.documents import OBJECTS

TABLE = Table(
    id="id",
    occurred_at=first("time", "received"),
    other_time="received",
    event_name="name",
    entities=(EntityAt(type="kind", id="what"), EntityAt(type=constant("user"), id="user"), EntityAt(type="kind")),
    actor=ActorAt(name="who", ip_address="ip"),
)
INNER = Inner(
    payload="payload",
    request="request",
    actor="actor",
    held=frozenset(("id", "time", "name")),
    actor_held=frozenset(("name",)),
    others="record",
)


def record(**members: object) -> Record:
    return Record(Place(1), json.dumps({"id": "e", "time": "2026-03-02T12:00:00Z", "name": "n", **members}))


def test_the_first_entity_that_a_record_has_counts() -> None:
    read = record_reader(TABLE)
    assert read(record(kind="k", what="w", user="u")).entity == ("k", "w", None)
    assert read(record(kind="k", user="u")).entity == ("user", "u", None)
    assert read(record(kind="k")).entity == ("k", None, None)
    assert read(record()).entity is None


def test_an_actor_has_an_address_without_port_and_is_absent_when_nothing_is_told_of_it() -> None:
    assert record_reader(TABLE)(record(ip="192.0.2.1:80")).actor == (*NO_ACTOR[:-1], "192.0.2.1")
    assert record_reader(TABLE)(record()).actor is None


@pytest.mark.parametrize(
    "text",
    [
        '{"specversion":"1.0","id":"","source":"/a","type":"t","time":"2026-03-02T12:00:00Z","data":%d}',
        '{"specversion":"1.0","source":"/a","type":"t","time":"2026-03-02T12:00:00Z","data":%d}',
        '{"auditID":"","stage":"Panic","verb":"get","stageTimestamp":"2026-03-02T12:00:00Z","code":%d}',
        '{"insertId":"","logName":"a","timestamp":"2026-03-02T12:00:00Z","protoPayload":{"methodName":"m","n":%d}}',
        '{"uuid":"","published":"2026-03-02T12:00:00Z","eventType":"t","n":%d}',
    ],
)
def test_an_empty_id_is_none_also_where_it_is_one_of_several_parts(text: str) -> None:
    read = next(each for each in FORMATS if each.recognises(json.loads(text % 1))).read
    assert [read(Record(Place(1), text % number)).id for number in (1, 2)] == [content_id(text % n) for n in (1, 2)]


def test_no_time_is_invented_and_no_name() -> None:
    read = record_reader(TABLE)
    with pytest.raises(EventMistake) as caught:
        read(record(time=None))
    assert str(caught.value) == "It has no time (time, else received)."
    with pytest.raises(EventMistake) as caught:
        read(record(name=""))
    assert str(caught.value) == "It does not say what happened (name)."
    with pytest.raises(EventMistake, match="not a JSON object"):
        read(Record(Place(1), "[1]"))


def test_two_times_are_compared_as_moments() -> None:
    disagree = time_comparer(TABLE)
    assert disagree is not None
    assert not disagree(record(received=1772452800000))
    assert disagree(record(received=1772452800001))
    assert disagree(record(received="soon"))
    assert not disagree(record())
    assert time_comparer(TABLE._replace(other_time=None)) is None


def test_a_table_tells_its_fields() -> None:
    told = dict(told_fields(TABLE))
    assert told["occurred_at"] == "`time`, else `received`"
    assert told["entity.type"] == '`kind`, else "user"'
    assert told["environment"] == ""


def test_the_id_of_a_content_is_that_of_its_values_not_of_its_spelling() -> None:
    assert content_id('{"a": 1, "b": "\\u00e9"}') == content_id('{"b":"é","a":1}')
    assert len({content_id(text) for text in ('{"a":1}', '{"a":1.0}', '{"a":"1"}', '{"a":[1]}')}) == 4


def test_a_document_in_a_text_stands_in_the_payload_as_json() -> None:
    text = '{"n": 1.10, "more": "{\\"a\\": 12345678901234567890}", "cut": "{\\"a\\"", "more2": "{}"}'
    assert opened(text, ("more", "cut")) == (
        '{"n":1.10,"more":{"a": 12345678901234567890},"cut":"{\\"a\\"","more2":"{}"}'
    )


def test_what_is_no_field_of_an_event_joins_the_payload() -> None:
    def payload_of(written: str) -> str | None:
        return inner_documents(written, INNER).payload

    assert payload_of('{"id":"e","payload":{"a":1.0}}') == '{"a":1.0}'
    assert payload_of('{"id":"e","payload":{"a":1.0 },"x":[1.50]}') == '{"a":1.0,"record":{"x":[1.50]}}'
    assert payload_of('{"payload":{},"x":1}') == '{"record":{"x":1}}'
    assert payload_of('{"payload":null,"x":1}') == '{"record":{"x":1}}'
    assert payload_of('{"payload":[1],"x":1}') == '{"payload":[1],"record":{"x":1}}'
    assert payload_of('{"payload":null,"x":null,"y":[]}') is None
    assert payload_of('{"id":{"a":1},"actor":"dana"}') == '{"record":{"id":{"a":1},"actor":"dana"}}'


def test_what_else_an_actor_has_is_kept() -> None:
    found = inner_documents('{"actor":{"name":"Dana","age":1.0,"email":{"a":1}},"request":null}', INNER)
    assert found.more == '{"age":1.0,"email":{"a":1}}'
    assert found.request is None


@given(OBJECTS)
@example('{"time": false}')
@example('{"time": [false]}')
def test_every_member_of_any_record_is_somewhere_unless_the_event_holds_it_itself(text: str) -> None:
    found = inner_documents(text, INNER)
    kept = "".join(part for part in found if part is not None)
    for member in members(text):
        is_held = member.key in INNER.held and not isinstance(member.value, dict | list)
        assert is_held or member.value in (None, [], {}) or member.letters in kept
