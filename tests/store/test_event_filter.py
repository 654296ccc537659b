"""The meaning of a filter: which events it shows, and how it is narrowed, cleared and settled."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Actor, Choice, Entity, Event, EventFilter, PayloadChoice, TimeRange, parse_filter
from store.pattern import escaped, fits, pieces
from tests.builders import NOON, make_event

EVENT = make_event(
    event_name="SUBSCRIPTION_CREATED",
    environment="production",
    entity=Entity(type="SUBSCRIPTION", id="subscription-1", name="Growth"),
    parent_entity_id="customer-1",
    actor=Actor(
        type="USER", id="user-1", name="Dana Whitfield", email="Dana@Northlake.example", ip_address="203.0.113.24"
    ),
    trace_id="trace-1",
)
BARE = make_event()


def shows(text: str, event: Event = EVENT) -> bool:
    return parse_filter(f"since:all {text}").matches(event)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "environment:production",
        "name:SUBSCRIPTION_CREATED",
        'name:"Subscription created"',
        "name:subscription.created",
        "name:customer.created name:subscription.created",
        "entity_type:subscription",
        "entity:subscription-1",
        'actor_type:"stigg application"',
        "actor:user-1",
        "actor:203.0.113.24",
        'actor:"dana whitfield"',
        "actor:DANA@northlake.EXAMPLE",
        "trace:trace-1",
        "-name:customer.created",
        "-entity:subscription-2 -trace:trace-2 -environment:staging -actor:nobody",
        "name:subscription.created entity_type:subscription actor:user-1 trace:trace-1",
    ],
)
def test_an_event_that_meets_every_condition_is_shown(text: str) -> None:
    assert shows(text)


@pytest.mark.parametrize(
    "text",
    [
        "environment:Production",
        "name:subscription.updated",
        "entity_type:customer",
        "entity:Subscription-1",
        "entity:customer-1",
        "entity:Growth",
        "actor_type:system",
        "actor:USER-1",
        "actor:dana",
        "trace:TRACE-1",
        "-name:subscription.created",
        "-actor:dana@northlake.example",
        "name:subscription.created -actor:user-1",
        "name:subscription.created entity:subscription-2",
        "entity:subscription-1 -entity:subscription-1",
    ],
)
def test_an_event_that_misses_one_condition_is_not_shown(text: str) -> None:
    assert not shows(text)


def test_a_text_is_found_in_every_part_of_an_event() -> None:
    parts = {
        "id": "id-part",
        "event_name": "CREATE_SUBSCRIPTION_FAILED",
        "environment": "environment-part",
        "entity": Entity(type="entity-type", id="entity-id", name="entity-name"),
        "parent_entity_id": "parent-part",
        "actor": Actor(
            type="actor-type",
            id="actor-id",
            name="actor-name",
            email="actor-email",
            ip_address="actor-ip",
            more="{more}",
        ),
        "trace_id": "trace-part",
        "payload": '{"payload": "caf\\u00e9"}',
        "request": '{"request": "é"}',
    }
    event = make_event(**parts)
    words = (
        "id-part SCRIPTION_FAI subscription.create_f environment-p entity-t entity-i entity-n parent- actor-t actor-i"
    )
    words += " actor-n actor-e actor-ip {more} trace-part caf\\u00e9 request é"
    for word in [*words.split(), "Create subscription failed", ""]:
        one = EventFilter(time=TimeRange(since=None), texts=Choice(included=(word,)))
        assert one.matches(event), word
        assert not one.with_value("texts", word, excluded=True).matches(event), word
    for word in ("café", "entity_typeentity", "É", "nothing"):
        assert not shows(f"text:{word}", event), word


def test_in_a_text_only_the_letters_a_to_z_have_two_forms() -> None:
    event = make_event(payload='"Straße ÄB İ \u017f \ud800"')
    for word in ("sTRAßE", "Äb", "İ", "\u017f", "\ud800"):
        assert shows(f'"{word}"', event), word
    for word in ("STRASSE", "äb", "i̇", "S \ud800", "k\u212a"):
        assert not shows(f'"{word}"', event), word


def test_several_texts_mean_any_of_them() -> None:
    assert shows("text:nothing text:growth")
    assert not shows("text:nothing text:neither")
    assert not shows("text:subscription -text:dana")
    assert shows("-text:nothing -text:neither")


PAYLOAD = """{
    "plan": {"id": "plan-growth", "limit": 1e400, "price": 1.10, "none": null, "off": false, "": 7, "a.b": "dot"},
    "tags": ["a", ["b", {"deep": "c"}], 3], "0": "zero",
    "items": [{"id": "x"}, {"id": "y", "big": 12345678901234567890}],
    "twice": 1, "twice": 2, "caf\\u00e9": "\\u0041"
}"""


@pytest.mark.parametrize(
    "text",
    [
        "payload.plan.id:plan-growth",
        "payload.plan.limit:1e400",
        "payload.plan.price:1.10",
        "payload.plan.none:null",
        "payload.plan.off:false",
        'payload.plan."":7',
        'payload.plan."a.b":dot',
        "payload.tags:a",
        "payload.tags:b",
        "payload.tags.deep:c",
        "payload.tags.0:a",
        "payload.tags.1.0:b",
        "payload.tags.1:b",
        "payload.tags.2:3",
        "payload.0:zero",
        "payload.items.id:y",
        "payload.items.1.id:y",
        "payload.items.big:12345678901234567890",
        "payload.twice:2",
        "payload.café:A",
        "payload.plan.id:other payload.plan.id:plan-growth",
        "payload.plan.id:plan-growth payload.tags:a -payload.twice:1",
        "payload.plan.price:>1.09999999999999999999999 payload.plan.price:>=1.1 -payload.plan.price:>1.1",
        "payload.plan.price:1.1..1.1",
        "payload.plan.limit:>1e399",
        "payload.tags:3..",
        "payload.items.big:>12345678901234567889 -payload.items.big:>12345678901234567890",
        "payload.tags:z payload.tags:<3.01",
        "payload.plan.id:*",
        "payload.plan.id:plan-*",
        "payload.plan.id:*an*th -payload.plan.id:*x*",
        "payload.plan.price:1.*",
        "payload.plan.off:*",
        "payload.tags:*",
        "-payload.plan.none:*",
        "-payload.nothing:*",
        "-payload.plan:*",
        "payload.plan.none:* payload.plan.none:null",
    ],
)
def test_a_payload_is_matched_by_the_value_at_a_path(text: str) -> None:
    assert shows(text, make_event(payload=PAYLOAD))


@pytest.mark.parametrize(
    "text",
    [
        "payload.plan:plan-growth",
        "payload.plan.id:plan",
        "payload.plan.id:PLAN-GROWTH",
        "payload.plan.id:PLAN-*",
        "payload.plan.none:n*l",
        "payload.nothing:*",
        'payload.plan.id:"*"',
        "payload.Plan.id:plan-growth",
        "payload.plan.price:1.1",
        "payload.tags.1:a",
        "payload.tags.01:b",
        "payload.tags.3:3",
        "payload.items.0.id:y",
        "payload.twice:1",
        'payload.plan:"{}"',
        "payload.plan.id:plan-growth payload.tags:z",
        "-payload.tags:b",
        "payload.plan.price:<1.1",
        "payload.plan.limit:<1e400",
        "payload.plan.none:..0",
        "payload.plan:>0",
        'payload.plan.price:">1"',
        "-payload.tags:0..9",
        "payload.items.id:>0",
    ],
)
def test_a_payload_with_another_value_is_not_shown(text: str) -> None:
    assert not shows(text, make_event(payload=PAYLOAD))


@pytest.mark.parametrize("payload", [None, "", "{", '{"a": 1', "[" * 100_000, "5", '"a"'])
def test_a_payload_without_the_path_has_no_value_to_have_and_none_to_exclude(payload: str | None) -> None:
    event = make_event(payload=payload)
    assert not shows("payload.a:1", event)
    assert shows("-payload.a:1", event)


def test_a_text_that_is_a_number_is_in_a_range_and_what_is_beyond_all_measure_is_not() -> None:
    assert shows("payload.a:>9.99 -payload.a:>10", make_event(payload='{"a": "10.00"}'))
    for odd in ('"1e99999999999999999999"', "NaN", "Infinity", '" 10"', '"1_0"', '"\u0661"', "true", '""', "[]"):
        event = make_event(payload=f'{{"a": {odd}}}')
        assert not shows("payload.a:>=-1e9", event)
        assert not shows("payload.a:<1e9", event)
        assert shows("-payload.a:>=-1e9 -payload.a:<1e9", event)


@pytest.mark.parametrize("word", ["environment", "entity_type", "entity", "actor_type", "actor", "trace"])
def test_an_absent_field_has_no_value_to_have_and_none_to_exclude(word: str) -> None:
    for value in ("x", '""', "None"):
        assert not shows(f"{word}:{value}", BARE)
        assert shows(f"-{word}:{value}", BARE)


def test_both_ends_of_a_range_are_included() -> None:
    time = TimeRange(since=NOON, until=NOON + timedelta(seconds=1))
    beside = timedelta(microseconds=1)
    assert time.matches(NOON)
    assert time.matches(NOON + timedelta(seconds=1))
    assert not time.matches(NOON - beside)
    assert not time.matches(NOON + timedelta(seconds=1) + beside)


def test_settling_makes_both_ends_absolute() -> None:
    event_filter = EventFilter(time=TimeRange(since=timedelta(hours=1), until=timedelta(0)))
    with pytest.raises(ValueError, match="not settled"):
        event_filter.time.matches(NOON)
    settled = event_filter.settled(NOON)
    assert settled.time == TimeRange(since=NOON - timedelta(hours=1), until=NOON)
    assert settled.time.ends == (settled.time.since, settled.time.until)
    assert settled.settled(NOON + timedelta(days=1)) == settled


def test_a_span_longer_than_the_calendar_reaches_to_its_beginning() -> None:
    assert TimeRange(since=timedelta.max).settled(NOON).since == datetime.min.replace(tzinfo=UTC)


def test_times_of_any_zone_are_kept_in_utc() -> None:
    local = datetime(2026, 10, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    since = TimeRange(since=local).since
    assert since == local
    assert isinstance(since, datetime)
    assert since.tzinfo is UTC


def test_narrowing_puts_a_value_on_one_side_only() -> None:
    chosen = EventFilter().with_value("entity_ids", "a").with_value("entity_ids", "b")
    assert chosen.entity_ids == Choice(included=("a", "b"))
    assert chosen.with_value("entity_ids", "a") == EventFilter(entity_ids=Choice(included=("b", "a")))
    turned = chosen.with_value("entity_ids", "a", excluded=True)
    assert turned.entity_ids == Choice(included=("b",), excluded=("a",))
    assert turned.without_value("entity_ids", "a").without_value("entity_ids", "b") == EventFilter()


def test_only_a_field_of_the_filter_can_be_narrowed() -> None:
    for field in ("time", "colour", "matches"):
        with pytest.raises(KeyError):
            EventFilter().with_value(field, "x")


def test_a_path_into_the_payload_is_narrowed_like_a_field() -> None:
    chosen = EventFilter().with_value("payload.plan.id", "a").with_value('payload."b.c".0', "d", excluded=True)
    assert chosen == parse_filter('payload.plan.id:a -payload."b.c".0:d')
    assert chosen.choice("payload.plan.id") == Choice(included=("a",))
    assert chosen.choice("payload.other") == Choice()
    assert chosen.without_value("payload.plan.id", "a").payload == chosen.payload[1:]


def test_a_path_stands_once_in_a_filter_and_has_keys_and_values() -> None:
    choice = PayloadChoice(path=("a",), choice=Choice(included=("x",)))
    for payload in (
        [choice, choice],
        [PayloadChoice(path=("a",), choice=Choice())],
        [choice.replaced(path=())],
    ):
        with pytest.raises(ValueError, match="each path"):
            EventFilter(payload=payload)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans())))
def test_after_any_narrowing_the_last_word_on_each_value_holds(steps: list[tuple[str, bool]]) -> None:
    event_filter = EventFilter()
    for value, excluded in steps:
        event_filter = event_filter.with_value("trace_ids", value, excluded=excluded)
    last = dict(steps)
    assert set(event_filter.trace_ids.included) == {value for value, excluded in last.items() if not excluded}
    assert set(event_filter.trace_ids.excluded) == {value for value, excluded in last.items() if excluded}
    assert len(event_filter.trace_ids.included) + len(event_filter.trace_ids.excluded) == len(last)


@pytest.mark.parametrize(
    "text",
    [
        "name:subscription.* name:x",
        "name:SUBSCRIPTION_CRE*",
        'name:"subscription \\*"',
        "name:*",
        "entity_type:sub*",
        "environment:prod*",
        "entity:subscription-* -entity:sub*2",
        "entity:*-*1",
        "actor_type:Stigg*",
        "actor:203.0.113.*",
        "actor:DANA* -actor:*eve*",
        "actor:*@NORTHLAKE.*",
        "trace:*1 entity:*",
    ],
)
def test_a_pattern_shows_what_fits_it(text: str) -> None:
    assert shows(text)


@pytest.mark.parametrize(
    "text",
    [
        "name:subscriptions.*",
        "name:*.updated",
        "-name:subscription.*",
        "environment:Prod*",
        "entity:Subscription-*",
        "entity:subscription-1*1",
        "-entity:*",
        "actor:USER-*",
        "-actor:*whitfield",
        "trace:t*2",
    ],
)
def test_a_pattern_does_not_show_what_does_not_fit_it(text: str) -> None:
    assert not shows(text)


def test_a_pattern_fits_no_absent_value() -> None:
    for word in ("environment", "entity_type", "entity", "actor_type", "actor", "trace"):
        assert not shows(f"{word}:*", BARE)
        assert shows(f"-{word}:*", BARE)


PARTS = st.lists(st.text("ab*", max_size=3), min_size=2, max_size=4)


@given(PARTS, st.text("ab*", max_size=8))
def test_a_pattern_means_its_pieces_with_anything_between_them(parts: list[str], text: str) -> None:
    meant = re.fullmatch(".*".join(map(re.escape, parts)), text) is not None
    pattern = "*".join(map(escaped, parts))
    assert fits(pieces(pattern), text) == meant
