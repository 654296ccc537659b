"""A map file reads any JSON or CSV, and says what is wrong with itself."""

from io import BytesIO

import pytest

from store import Actor, Entity, Event, FormatMistake
from store.formats import Found, open_log, parse_id_paths, read_map
from store.formats.reading import DOUBTED_TIME, OTHER_TIME

MAP = """
title = "Orders"
open = ["details"]
[event]
occurred_at = ["when", "seen"]
event_name = "what"
environment = { constant = "production" }
entity_type = { constant = "order" }
entity_id = ["details.order.id", "details.id"]
entity_name = 'details.order."a.b".1'
actor_name = "who"
actor_ip_address = '"Client IP"'
trace_id = { join = ["what", "who"] }
[time]
zone = "Europe/Berlin"
"""

ROWS = """when;what;who;Client IP;details;seen
2026-07-01 10:00:00;order.paid;dana;192.0.2.1:443;"{""order"":{""id"":12345678901234567890,""a.b"":[""x"",""y""]}}";
01.07.2026 10:00;order.paid;dana;;;
1782892800;order.paid;;;;1782892801
"""


def read(text: str, map_text: str = MAP) -> list[Found]:
    return list(open_log(BytesIO(text.encode()), read_map(map_text)).events())


def test_a_map_reads_csv_with_json_in_a_cell() -> None:
    first, second, third = (each.outcome for each in read(ROWS))
    assert isinstance(first, Event) and isinstance(third, Event)
    assert first.occurred_at.isoformat() == "2026-07-01T08:00:00+00:00"
    assert (first.event_name, first.environment, first.trace_id) == ("order.paid", "production", "order.paid/dana")
    assert first.entity == Entity(type="order", id="12345678901234567890", name="y")
    assert first.actor == Actor(name="dana", ip_address="192.0.2.1")
    assert first.payload is not None and '"details":{"order":{"id":12345678901234567890' in first.payload
    assert str(second) == "Its time is not an ISO 8601 date and time."
    assert (third.entity, third.actor, third.trace_id) == (Entity(type="order"), None, "order.paid")
    assert first.id.startswith("sha256-") and third.id != first.id


def test_what_an_opened_document_says_stands_below_its_key_and_hides_nothing_of_the_record() -> None:
    settings = 'open = ["more"]\n[event]\nid = "id"\noccurred_at = "at"\nevent_name = "what"\nentity_id = "more.id"\n'
    record = '{"id": "own", "at": "2026-07-01T10:00:00Z", "what": "x", "more": "{\\"id\\": \\"inner\\"}"}'
    (found,) = read(record, settings)
    assert isinstance(found.outcome, Event)
    assert (found.outcome.id, found.outcome.entity) == ("own", Entity(id="inner"))


def test_the_second_of_two_times_is_compared() -> None:
    source = open_log(BytesIO(ROWS.encode()), read_map(MAP))
    assert len(list(source.events())) == 3
    assert dict(source.remarks) == {OTHER_TIME: 1}


def test_a_time_that_clocks_skipped_or_showed_twice_is_read_by_the_offset_before_and_said() -> None:
    settings = '[event]\noccurred_at = "t"\nevent_name = "n"\n[time]\nzone = "Europe/Berlin"\n'
    moments = {
        "2026-03-29 01:59:59": "2026-03-29T00:59:59+00:00",
        "2026-03-29 02:30:00": "2026-03-29T01:30:00+00:00",  # which the clocks never showed
        "2026-03-29 03:00:00": "2026-03-29T01:00:00+00:00",
        "2026-03-29T02:30:00Z": "2026-03-29T02:30:00+00:00",
        "2026-10-25 02:30:00.5": "2026-10-25T00:30:00.500000+00:00",  # which they showed twice
        "2026-10-25T02:30:00+01:00": "2026-10-25T01:30:00+00:00",
        "2026-10-25 03:00": "2026-10-25T02:00:00+00:00",
        "2026-11-20 02:30:00": "2026-11-20T01:30:00+00:00",
    }
    lines = "".join(f'{{"t":"{written}","n":"x"}}\n' for written in moments)
    source = open_log(BytesIO(lines.encode()), read_map(settings))
    events = [found.outcome for found in source.events()]
    assert [event.occurred_at.isoformat() for event in events if isinstance(event, Event)] == [*moments.values()]
    assert dict(source.remarks) == {DOUBTED_TIME: 2}
    source = open_log(BytesIO(lines.encode()), read_map(settings.replace("Europe/Berlin", "UTC")))
    assert len(list(source.events())) == len(moments)
    assert not source.remarks


def test_a_map_says_where_the_records_stand() -> None:
    settings = 'records = \'a."b.c"\'\n[event]\nid = "i"\noccurred_at = "t"\nevent_name = "n"\n[time]\nunit = "ms"\n'
    found = read('{"x":[{"t":1}],"a":{"b.c":[{"i":7,"t":1000,"n":"N"}]}}', settings)
    (event,) = (each.outcome for each in found)
    assert isinstance(event, Event)
    assert (event.id, event.occurred_at.isoformat()) == ("7", "1970-01-01T00:00:01+00:00")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x =", "not valid TOML"),
        ("x = " + "[" * 100_000, "nested too deeply"),
        ("x = " + "9" * 5_000, "not valid TOML"),
        ("colour = 1", "'colour' is not a key of the map file."),
        ("event = 1", "event is not a table"),
        ("[event]\nname = 'x'", "'name' is not a key of [event]."),
        ("[event]\nevent_name = 'x'", "does not say where occurred_at stands"),
        ("[event]\noccurred_at = 't'\nevent_name = 5", "does not say where event_name stands"),
        ("[event]\noccurred_at = []\nevent_name = 'x'", "does not say where occurred_at stands"),
        ("[event]\noccurred_at = 'a b'\nevent_name = 'x'", "occurred_at is no path"),
        ("records = ''\n[event]\noccurred_at = 'a'\nevent_name = 'x'", "records is no path"),
        ("open = 'x'\n[event]\noccurred_at = 'a'\nevent_name = 'x'", "open is not a list of texts"),
        ("[time]\nunit = 'days'\n[event]\noccurred_at = 'a'\nevent_name = 'x'", "a unit of time that is none"),
        ("[time]\nzone = '../x'\n[event]\noccurred_at = 'a'\nevent_name = 'x'", "a time zone that is none"),
        (f"[time]\nzone = '{'a/' * 3_000}b'\n[event]\noccurred_at = 'a'\nevent_name = 'x'", "a time zone that is none"),
    ],
)
def test_a_mistake_in_a_map_is_told(text: str, why: str) -> None:
    with pytest.raises(FormatMistake) as caught:
        read_map(text)
    assert why in str(caught.value)


def test_fields_of_an_id_are_paths_between_commas() -> None:
    assert parse_id_paths('a.b, "c,d".0') == ("a.b", '"c,d".0')
    for text in ("a,,b", "a b", "", 'a,"b', "a,"):
        with pytest.raises(FormatMistake, match="cannot be understood"):
            parse_id_paths(text)
