"""Spans of time -> text: how long one is, from when to when it reaches, and where hours and days begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from .display import zone_label
from .time_zone import in_zone

Unit = Literal["hour", "day"]

HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)
FIRST_MOMENT, LAST_MOMENT = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_UNITS = (
    ("day", timedelta(days=1)),
    ("hour", HOUR),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
    ("millisecond", timedelta(milliseconds=1)),
    ("microsecond", MICROSECOND),
)


def span_text(span: timedelta) -> str:
    """A length of time in whole units: "8 hours", "1 day"."""
    unit, length = next((unit, length) for unit, length in _UNITS if not span % length)
    number = span // length
    return f"{number:,} {unit}{'s' if number != 1 else ''}"


def time_span_text(since: datetime, until: datetime, zone: tzinfo) -> str:
    """From one moment to just before another, in `zone`, as exact as it must be: "2026-11-20 08:00 to 16:00 UTC".

    Where the clocks change between them, each says its own distance from UTC.
    """
    first, last = in_zone(since, zone), in_zone(until, zone)
    is_fine = any(moment.microsecond for moment in (first, last))
    has_seconds = is_fine or any(moment.second for moment in (first, last))
    exactness = "microseconds" if is_fine else "seconds" if has_seconds else "minutes"
    shown = [moment.replace(tzinfo=None).isoformat(" ", exactness) for moment in (first, last)]
    end = shown[1][11:] if first.date() == last.date() else shown[1]
    label, end_label = zone_label(since, zone), zone_label(until, zone)
    begin = shown[0] if label == end_label else f"{shown[0]} {label}"
    return f"{begin} to {end} {end_label}"


def period_of(moment: datetime, *, unit: Unit, zone: tzinfo) -> tuple[datetime, datetime]:
    """When the hour or the day of `zone` that holds `moment` begins and when the next one does, both in UTC.

    Days are as long as the calendar of the zone makes them. Hours have 60 minutes whatever the clocks do. At the end of
    the calendar the next one begins with its last moment.
    """
    try:
        return _hour_of(moment, zone) if unit == "hour" else _day_of(moment, zone)
    except OverflowError:  # where the calendar ends
        return moment, LAST_MOMENT


def last_before(moment: datetime) -> datetime:
    """The last moment before `moment`. The end of the calendar stands for all that is beyond it, and stays."""
    return moment if moment == LAST_MOMENT else max(moment, FIRST_MOMENT + MICROSECOND) - MICROSECOND


def next_after(moment: datetime) -> datetime:
    """The next moment after `moment`; the last of the calendar stays."""
    return min(moment, LAST_MOMENT - MICROSECOND) + MICROSECOND


def _hour_of(moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    local = moment.astimezone(zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    begin = moment.astimezone(UTC) - into
    return begin, begin + HOUR


def _day_of(moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    day = moment.astimezone(zone).date()
    begin, end = (datetime(at.year, at.month, at.day, tzinfo=zone) for at in (day, day + timedelta(days=1)))
    return begin.astimezone(UTC), end.astimezone(UTC)
