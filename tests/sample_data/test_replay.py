"""Logs of any size: exactly as many events as asked for, of as many days, always the same, and true to the story."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sample_data.fixed_set import fixed_events
from sample_data.generate import main
from sample_data.replay import events
from store import Event
from store.formats.jsonl import parse_line

UNTIL = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


def customers(log: list[Event]) -> set[str]:
    return {event.entity.id for event in log if event.entity and event.entity.type == "CUSTOMER" and event.entity.id}


@settings(max_examples=25)
@given(st.integers(1, 3_000), st.integers(0, 5), st.integers(1, 400))
def test_there_are_exactly_as_many_events_as_asked_for_within_the_days(count: int, seed: int, days: int) -> None:
    log = list(events(count, seed=seed, days=days, until=UNTIL))
    assert len(log) == len({event.id for event in log}) == count
    assert all(UNTIL - timedelta(days=days) <= event.occurred_at <= UNTIL for event in log)


def test_the_same_arguments_make_the_same_events_and_another_seed_others() -> None:
    assert list(events(500, seed=3, until=UNTIL)) == list(events(500, seed=3, until=UNTIL))
    ids = {event.id for event in events(500, seed=3, until=UNTIL)}
    assert not ids & {event.id for event in events(500, seed=4, until=UNTIL)}


def test_ids_are_unique_across_casts() -> None:
    log = [event.id for event in events(60_000, days=90, until=UNTIL)]
    assert len(set(log)) == len(log)


def test_every_event_is_valid_and_its_payload_names_its_own_trace_and_time() -> None:
    for event in events(3_000, days=60, until=UNTIL):
        assert msgspec.convert(msgspec.structs.asdict(event), Event) == event
        payload = json.loads(event.payload or "")
        assert payload["traceId"] == event.trace_id if "traceId" in payload else "-same-" in (event.trace_id or "")
        if "timestamp" in payload:
            assert datetime.fromisoformat(payload["timestamp"]) - event.occurred_at < timedelta(milliseconds=1)
        if event.request:
            json.loads(event.request)


def test_ids_in_payloads_are_those_of_the_event() -> None:
    for event in events(3_000, days=60, until=UNTIL):
        if event.event_name in ("SUBSCRIPTION_UPDATED", "SUBSCRIPTION_CREATED") and event.entity:
            payload = json.loads(event.payload or "")
            assert payload["id"] == event.entity.id
            assert payload["customer"]["id"] == event.parent_entity_id


def test_usage_of_a_cast_adds_up() -> None:
    """Of all casts, in a log from which nothing is left out and in which nothing is late once it is sorted."""
    log = sorted(events(40_000, days=90, until=UNTIL), key=lambda event: event.occurred_at)
    used: dict[tuple[str, str], tuple[str | None, float]] = {}
    fits = compared = 0
    for event in log:
        if event.event_name == "MEASUREMENT_REPORTED":
            payload = json.loads(event.payload or "")
            key = (payload["activeSubscriptions"][0]["id"], payload["feature"]["id"])
            period = payload.get("usagePeriodStart")
            if key in used and used[key][0] == period:
                compared += 1
                fits += payload["currentUsage"] - payload["currentChange"] == used[key][1]
            used[key] = (period, payload["currentUsage"])
    assert compared > 1_000
    assert fits / compared > 0.8


def test_customers_grow_with_the_number_of_events() -> None:
    few, many = (customers(list(events(count, days=60, until=UNTIL))) for count in (20_000, 60_000))
    assert len(many) > 2 * len(few)


def test_no_id_of_the_story_is_left_in_another_cast() -> None:
    told = {event.id for event in fixed_events()}
    log = list(events(20_000, days=60, until=UNTIL))
    assert not told & {event.id for event in log}
    assert not [one for one in customers(log) if re.fullmatch(r"customer-[0-9a-f]{6}", one)]


def test_event_names_are_as_frequent_as_in_the_story() -> None:
    told = Counter(event.event_name for event in fixed_events())
    made = Counter(event.event_name for event in events(60_000, days=120, until=UNTIL))
    for name, count in told.most_common(8):
        assert made[name] / 60_000 == pytest.approx(count / told.total(), rel=0.35)


def test_times_ascend_but_for_one_event_in_a_hundred_and_some_are_equal() -> None:
    newest = datetime.min.replace(tzinfo=UTC)
    late = 0
    log = list(events(60_000, days=365, until=UNTIL))
    for event in log:
        late += event.occurred_at < newest
        newest = max(newest, event.occurred_at)
    assert 0.003 <= late / len(log) <= 0.02
    assert any(one.occurred_at == other.occurred_at for one, other in pairwise(log))


def test_later_months_have_more_events_and_weekends_fewer() -> None:
    log = list(events(60_000, days=364, until=UNTIL))
    middle = UNTIL - timedelta(days=182)
    assert sum(event.occurred_at > middle for event in log) > 0.55 * len(log)
    assert sum(event.occurred_at.weekday() > 4 for event in log) < 0.2 * len(log)


def test_the_first_events_come_without_the_last_being_made() -> None:
    assert len(list(islice(events(20_000_000, days=365, until=UNTIL), 5))) == 5


def test_the_command_writes_lines_that_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["50", "--jsonl", "-", "--days", "3", "--until", "2026-11-23T15:30:00Z"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [parse_line(line) for line in lines] == list(events(50, days=3, until=UNTIL))


@pytest.mark.parametrize("count", ["0", "-3", "many"])
def test_a_count_that_is_none_is_wrong_usage(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([count, "--jsonl", "-"])
    assert ended.value.code == 2
    assert "COUNT" in capsys.readouterr().err
