"""The times of logs: every spelling is the moment it says, and none is invented."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import EventMistake
from store.formats.moments import UNITS, Unit, moment_reader

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-02T12:00:00Z", NOON),
        ("2026-03-02 12:00:00 UTC", NOON),
        ("20260302T120000Z", NOON),
        ("2026-03-02T12:00Z", NOON),
        ("2026-03-02T12:00:00", NOON),
        ("2026-03-02T14:00:00+02:00", NOON),
        ("2026-03-02T14:00:00+0200", NOON),
        ("2026-03-02T06:30:00-05:30", NOON),
        ("2026-03-02T12:00:00.1Z", NOON + timedelta(microseconds=100_000)),
        ("2026-03-02T12:00:00,123456Z", NOON + timedelta(microseconds=123_456)),
        ("2026-03-02T12:00:00.123456789Z", NOON + timedelta(microseconds=123_456)),
        ("1772452800", NOON),
        ("1772452800.5", NOON + timedelta(microseconds=500_000)),
        ("1.7724528E+9", NOON),
        ("1772452800114", NOON + timedelta(milliseconds=114)),
        ("1772452800000001", NOON + timedelta(microseconds=1)),
        ("1772452800000001999", NOON + timedelta(microseconds=1)),
    ],
)
def test_a_time_in_any_spelling_is_the_moment_it_says(written: str, moment: datetime) -> None:
    assert moment_reader()(f" {written} ") == moment
    assert moment_reader()(written).tzinfo is UTC


@pytest.mark.parametrize(
    ("unit", "count"),
    [("s", "1772452800"), ("ms", "1772452800000"), ("us", "1772452800000000"), ("ns", "1772452800000000000")],
)
def test_a_count_in_a_named_unit_is_not_guessed(unit: Unit, count: str) -> None:
    assert moment_reader(unit)(count) == NOON
    assert (
        moment_reader(unit)("86400") - datetime(1970, 1, 1, tzinfo=UTC)
        == (NOON - NOON)
        + {
            "s": timedelta(days=1),
            "ms": timedelta(seconds=86.4),
            "us": timedelta(microseconds=86_400),
            "ns": timedelta(microseconds=86),
        }[unit]
    )


def test_a_time_without_an_offset_is_one_of_the_named_zone() -> None:
    assert moment_reader(zone=BERLIN)("2026-03-02 13:00:00") == NOON
    assert moment_reader(zone=BERLIN)("2026-07-02 14:00:00") == datetime(2026, 7, 2, 12, tzinfo=UTC)
    assert moment_reader(zone=BERLIN)("2026-03-02 12:00:00Z") == NOON
    with pytest.raises(EventMistake, match="no offset"):
        moment_reader(zone=None)("2026-03-02 13:00:00")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("02.03.2026 12:00", "no ISO 8601|not an ISO 8601"),
        ("2026-03-02", "not an ISO 8601"),
        ("2026-02-30T12:00:00Z", "no date and time of the calendar"),
        ("2026-03-02T12:00:00+25:00", "no date and time of the calendar"),
        ("2026-03-02T12:00.5Z", "no date and time of the calendar"),
        ("9999-12-31T23:59:59-01:00", "outside the years"),
        ("1e30", "outside the years"),
        ("20260302081502", "beyond 2200"),
        ("20260302", "fewer than nine digits"),
        ("-99999999.9", "fewer than nine digits"),
        ("yesterday", "not an ISO 8601"),
    ],
)
def test_what_is_no_time_says_why(written: str, why: str) -> None:
    with pytest.raises(EventMistake, match=why):
        moment_reader()(written)


def test_a_count_is_refused_where_iso_is_meant_and_the_other_way_round() -> None:
    with pytest.raises(EventMistake):
        moment_reader("iso")("1772452800")
    with pytest.raises(EventMistake, match="not a number"):
        moment_reader("ms")("2026-03-02T12:00:00Z")


@given(st.text(alphabet="0123456789-:.TZ+ eE,W٣", max_size=30), st.sampled_from(UNITS))
def test_any_text_is_a_moment_in_utc_or_a_mistake(text: str, unit: Unit) -> None:
    try:
        moment = moment_reader(unit)(text)
    except EventMistake as mistake:
        assert str(mistake).endswith(".")
    else:
        assert moment.tzinfo is UTC


@given(st.datetimes(timezones=st.timezones(), min_value=datetime(1900, 1, 2), max_value=datetime(2100, 1, 1)))
def test_what_python_writes_is_read_back(moment: datetime) -> None:
    try:
        written = moment.isoformat()
        expected = datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return
    assert moment_reader()(written) == expected
