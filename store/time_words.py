"""A moment as people say it when they want to go there: `-3h`, `yesterday 14:00`, `last friday`, `1764072000`, ISO."""

import re
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta, tzinfo

from .errors import TimeMistake
from .event_filter import MICROSECOND, Moment
from .time_text import parse_moment

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LEAST_LETTERS = 3
LAST = "last"
"""Before the name of a day: the latest such day before today."""

ADVICE = "Write -3h, 14:00, yesterday 14:00, friday, 2026-10-01 10:04, or seconds or milliseconds since 1970."

_EPOCH = re.compile(r"(?P<number>[0-9]{9,16})(?:\.(?P<fraction>[0-9]{1,9}))?")
_DIGITS_OF_SECONDS, _DIGITS_OF_MILLISECONDS = 11, 14
_DAY_AND_TIME = re.compile(
    rf"(?:(?P<last>{LAST}\s+)?(?P<day>[a-z]+))?"
    r"(?:(?:^|\s+(?:at\s+)?)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
)
_AGO = re.compile(r"(?P<span>[0-9]+\s?[a-z]+)\s+ago", re.ASCII | re.IGNORECASE)


def parse_when(text: str, now: datetime, zone: tzinfo = UTC, *, end: bool = False) -> datetime:
    """The moment (UTC) that `text` names, seen from `now`; times of day and days are those of `zone`.

    A time without a day is the latest one that is past, the name of a day the latest such day, today included, and
    behind `last` the latest before today. It is the beginning of that; with `end`, the last microsecond of what is
    written. Numbers are seconds since 1970, longer ones milliseconds or microseconds. Raises TimeMistake.
    """
    written = " ".join(text.split())
    said = written.lower()
    try:
        if epoch := _EPOCH.fullmatch(said):
            return _since_1970(epoch)
        day_and_time = _DAY_AND_TIME.fullmatch(said)
        if said and said != "now" and day_and_time:
            return _on_a_day(day_and_time, now, zone) + (_written_unit(day_and_time) - MICROSECOND) * end
        ago = _AGO.fullmatch(written)
        moment = parse_moment(f"-{ago['span']}" if ago else written, end=end, zone=zone)
        if isinstance(moment, timedelta):
            return now - moment
    except (ValueError, OverflowError):
        raise TimeMistake("There is no such day or time in the calendar.", ADVICE) from None
    except TimeMistake as mistake:
        raise TimeMistake(str(mistake), ADVICE) from None
    if moment is None:
        raise TimeMistake("That is no moment.", ADVICE)
    return moment


def parse_bound(text: str, now: datetime, *, end: bool = False) -> Moment | None:
    """The bound of a range of time that `text` names: what `parse_moment` reads, else what `parse_when` does.

    Raises the TimeMistake of the former, whose advice is about bounds.
    """
    try:
        return parse_moment(text, end=end)
    except TimeMistake as mistake:
        with suppress(TimeMistake):
            return parse_when(text, now, end=end)
        raise mistake from None


def _since_1970(found: re.Match[str]) -> datetime:
    digits = len(found["number"])
    unit = 1_000_000 if digits < _DIGITS_OF_SECONDS else 1_000 if digits < _DIGITS_OF_MILLISECONDS else 1
    part = int((found["fraction"] or "").ljust(9, "0")) * unit // 10**9
    return datetime(1970, 1, 1, tzinfo=UTC) + (int(found["number"]) * unit + part) * MICROSECOND


def _on_a_day(found: re.Match[str], now: datetime, zone: tzinfo) -> datetime:
    today = now.astimezone(zone).date()
    at = time(int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0))
    day = today - timedelta(days=_days_ago(found["day"], today.weekday(), is_before_today=found["last"] is not None))
    moment = datetime.combine(day, at, zone).astimezone(UTC)
    if found["day"] is None and moment > now:
        moment = datetime.combine(day - timedelta(days=1), at, zone).astimezone(UTC)
    return moment


def _written_unit(found: re.Match[str]) -> timedelta:
    """The length of what a text names: a day, or a minute or second of it."""
    if found["hour"] is None:
        return timedelta(days=1)
    return timedelta(minutes=1) if found["second"] is None else timedelta(seconds=1)


def _days_ago(word: str | None, weekday: int, *, is_before_today: bool) -> int:
    if not is_before_today:
        if word in (None, "today"):
            return 0
        if word == "yesterday":
            return 1
        if word == "tomorrow":
            return -1
    for number, day in enumerate(DAYS):
        if word is not None and len(word) >= LEAST_LETTERS and day.startswith(word):
            return (weekday - number) % 7 or 7 * is_before_today
    raise TimeMistake("That is no time.", ADVICE)
