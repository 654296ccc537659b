"""Moments as words: what each means, and that none is lost in writing."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Moment, TimeMistake, parse_moment, write_moment

SPANS = st.timedeltas(min_value=timedelta(0))
DATETIMES = st.datetimes(timezones=st.just(UTC))
WHOLE_UNITS = st.builds(lambda moment: moment.replace(hour=0, minute=0, second=0, microsecond=0), DATETIMES)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, micro: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("all", None),
        ("now", timedelta(0)),
        ("-15m", timedelta(minutes=15)),
        ("-24h", timedelta(hours=24)),
        ("-2w", timedelta(days=14)),
        ("-30D", timedelta(days=30)),
        ("-1mo", timedelta(days=30)),
        ("-1y", timedelta(days=365)),
        ("-2 weeks", timedelta(days=14)),
        ("-1month", timedelta(days=30)),
        ("-3 Years", timedelta(days=3 * 365)),
        ("-10min", timedelta(minutes=10)),
        ("-4hrs", timedelta(hours=4)),
        ("-90 seconds", timedelta(seconds=90)),
        ("-1us", timedelta(microseconds=1)),
        ("2026-10-01", utc(2026, 10, 1)),
        (" 2026-10-01T10 ", utc(2026, 10, 1, 10)),
        ("2026-10-01 10:04", utc(2026, 10, 1, 10, 4)),
        ("2026-10-01T10:04:11.123456Z", utc(2026, 10, 1, 10, 4, 11, 123456)),
        ("2026-10-01T10:04:11.123456789z", utc(2026, 10, 1, 10, 4, 11, 123456)),
        ("2026-10-01T10:04:11,5", utc(2026, 10, 1, 10, 4, 11, 500000)),
        ("2026-10-01T10:04:11+02:00", utc(2026, 10, 1, 8, 4, 11)),
        ("2026-10-01T10:04 -0330", utc(2026, 10, 1, 13, 34)),
        ("2026-10-01T00:10+01", utc(2026, 9, 30, 23, 10)),
        ("2026-10-01T00:10-00:30", utc(2026, 10, 1, 0, 40)),
    ],
)
def test_a_text_names_the_beginning_of_its_unit(text: str, moment: Moment | None) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("all", None),
        ("-15m", timedelta(minutes=15)),
        ("2026-10-01", utc(2026, 10, 1, 23, 59, 59, 999999)),
        ("2024-02-29T23", utc(2024, 2, 29, 23, 59, 59, 999999)),
        ("2026-10-01T10:04", utc(2026, 10, 1, 10, 4, 59, 999999)),
        ("2026-10-01T10:04:11", utc(2026, 10, 1, 10, 4, 11, 999999)),
        ("2026-10-01T10:04:11.12", utc(2026, 10, 1, 10, 4, 11, 129999)),
        ("2026-10-01T10:04:11.123", utc(2026, 10, 1, 10, 4, 11, 123999)),
        ("2026-10-01T10:04:11.123456", utc(2026, 10, 1, 10, 4, 11, 123456)),
        ("9999-12-31", utc(9999, 12, 31, 23, 59, 59, 999999)),
        ("2026-10-01+02:00", utc(2026, 10, 1, 21, 59, 59, 999999)),
    ],
)
def test_an_end_is_the_last_microsecond_of_its_unit(text: str, moment: Moment | None) -> None:
    assert parse_moment(text, end=True) == moment


@pytest.mark.parametrize("text", ["-1M", "-15 M"])
def test_a_capital_m_is_refused_since_it_may_be_a_month_or_a_minute(text: str) -> None:
    with pytest.raises(TimeMistake, match=r"write -[0-9]+mo or -[0-9]+m\."):
        parse_moment(text)


def test_what_is_said_of_no_time_names_months_and_years() -> None:
    with pytest.raises(TimeMistake) as raised:
        parse_moment("-1fortnight")
    assert "-2w, -1mo, -1y" in raised.value.advice


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "15m",
        "+15m",
        "-15",
        "-15q",
        "-15\u017f",
        "-m",
        "--15m",
        "-99999999999999999999d",
        "2026-13-01",
        "2026-02-29",
        "2026-10-01T24:00",
        "2026-10-01T10:04:60",
        "2026-10-01T10:04+25:00",
        "0001-01-01T00:00+01:00",
        "0000-01-01",
        "2026-1-1",
        "\uff12\uff10\uff12\uff16-10-01",
        "2026-10-01T10:04:11.",
        "\0",
        "\ud800",
    ],
)
def test_what_is_no_time_is_refused_with_a_fix(text: str) -> None:
    for end in (False, True):
        with pytest.raises(TimeMistake) as mistake:
            parse_moment(text, end=end)
        assert str(mistake.value).endswith(".")
        assert mistake.value.advice


def test_a_span_without_its_minus_is_answered_with_the_right_text() -> None:
    with pytest.raises(TimeMistake) as mistake:
        parse_moment("15m")
    assert mistake.value.advice == "Write -15m."
    for text in ("1M", "+1M"):
        with pytest.raises(TimeMistake, match="counted back from now: write -1mo or -1m"):
            parse_moment(text)


@pytest.mark.parametrize(
    ("moment", "end", "text"),
    [
        (None, False, "all"),
        (timedelta(0), False, "now"),
        (timedelta(minutes=15), False, "-15m"),
        (timedelta(hours=24), False, "-24h"),
        (timedelta(days=7), False, "-7d"),
        (timedelta(minutes=90), False, "-90m"),
        (utc(2026, 10, 1), False, "2026-10-01"),
        (utc(2026, 10, 1), True, "2026-10-01T00:00:00.000000Z"),
        (utc(2026, 10, 1, 23, 59, 59, 999999), True, "2026-10-01"),
        (utc(2026, 10, 1, 10, 4), False, "2026-10-01T10:04Z"),
        (utc(2026, 10, 1, 10, 4, 11, 120000), False, "2026-10-01T10:04:11.120Z"),
        (datetime(2026, 10, 1, 2, tzinfo=timezone(timedelta(hours=2))), False, "2026-10-01"),
    ],
)
def test_the_shortest_text_is_written(moment: Moment | None, end: bool, text: str) -> None:
    assert write_moment(moment, end=end) == text


@given(st.none() | SPANS | DATETIMES | WHOLE_UNITS, st.booleans())
def test_a_written_moment_is_read_as_the_same_moment(moment: Moment | None, end: bool) -> None:
    assert parse_moment(write_moment(moment, end=end), end=end) == moment


@given(st.text(st.characters(exclude_categories=())) | st.from_regex(r"[-+0-9a-zA-Z:. ]*"), st.booleans())
def test_any_text_is_a_moment_or_a_mistake(text: str, end: bool) -> None:
    try:
        moment = parse_moment(text, end=end)
    except TimeMistake:
        return
    assert parse_moment(write_moment(moment, end=end), end=end) == moment
