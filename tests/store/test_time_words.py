"""Moments as people say them mean what people mean, in every zone and on the days when clocks change."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import TimeMistake, parse_when

NOW = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)  # a Wednesday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "2026-11-25T13:30"),
        ("-3h", "2026-11-25T10:30"),
        ("3h ago", "2026-11-25T10:30"),
        ("20 m ago", "2026-11-25T13:10"),
        ("-1y", "2025-11-25T13:30"),
        ("1 month ago", "2026-10-26T13:30"),
        ("2 Weeks ago", "2026-11-11T13:30"),
        ("today", "2026-11-25T00:00"),
        ("yesterday 14:00", "2026-11-24T14:00"),
        ("Yesterday at 9:05", "2026-11-24T09:05"),
        ("13:00", "2026-11-25T13:00"),
        ("14:00", "2026-11-24T14:00"),
        ("wednesday", "2026-11-25T00:00"),
        ("friday", "2026-11-20T00:00"),
        ("last friday", "2026-11-20T00:00"),
        ("Last  Tuesday at 14:00", "2026-11-24T14:00"),
        ("last wednesday", "2026-11-18T00:00"),
        ("last thu", "2026-11-19T00:00"),
        ("fri 23:59:59", "2026-11-20T23:59:59"),
        ("tomorrow 08:00", "2026-11-26T08:00"),
        ("2026-10-01", "2026-10-01T00:00"),
        ("2026-10-01 10:04:11.5+02:00", "2026-10-01T08:04:11.5"),
        ("1764072000", "2025-11-25T12:00"),
        ("1764072000.25", "2025-11-25T12:00:00.25"),
        ("1764072000123", "2025-11-25T12:00:00.123"),
        ("1764072000123456", "2025-11-25T12:00:00.123456"),
    ],
)
def test_a_moment_is_found(text: str, moment: str) -> None:
    assert parse_when(text, NOW) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "all",
        "soon",
        "25:00",
        "yesterday 7",
        "mo",
        "last",
        "last yesterday",
        "last 14:00",
        "2026-02-30",
        "+3h",
        "9" * 17,
    ],
)
def test_what_is_no_moment_is_a_mistake_with_advice(text: str) -> None:
    with pytest.raises(TimeMistake) as caught:
        parse_when(text, NOW)
    assert "yesterday 14:00" in caught.value.advice


def test_days_and_times_are_those_of_the_zone() -> None:
    assert parse_when("today", NOW, BERLIN) == datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert parse_when("2026-07-01 12:00", NOW, BERLIN) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert parse_when("2026-07-01 12:00Z", NOW, BERLIN) == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_day_of_25_hours_begins_and_ends_where_the_calendar_says() -> None:
    monday = datetime(2026, 10, 26, 12, tzinfo=UTC)
    begin, end = parse_when("sunday", monday, BERLIN), parse_when("monday", monday, BERLIN)
    assert end - begin == timedelta(hours=25)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_a_mistake(text: str) -> None:
    with suppress(TimeMistake):
        assert parse_when(text, NOW, BERLIN).tzinfo is not None
