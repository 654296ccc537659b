"""The meaning of a filter: which events it shows, and how it is narrowed, cleared and settled."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Actor, Choice, Entity, Event, EventFilter, TimeRange, parse_filter
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


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans())))
def test_after_any_narrowing_the_last_word_on_each_value_holds(steps: list[tuple[str, bool]]) -> None:
    event_filter = EventFilter()
    for value, excluded in steps:
        event_filter = event_filter.with_value("trace_ids", value, excluded=excluded)
    last = dict(steps)
    assert set(event_filter.trace_ids.included) == {value for value, excluded in last.items() if not excluded}
    assert set(event_filter.trace_ids.excluded) == {value for value, excluded in last.items() if excluded}
    assert len(event_filter.trace_ids.included) + len(event_filter.trace_ids.excluded) == len(last)
