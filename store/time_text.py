"""Moments as words: `-15m`, `now`, `2026-10-01T10:04`, `all`; read and written without loss."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from .errors import TimeMistake
from .event import to_utc
from .event_filter import MICROSECOND, Moment

_UNITS = {
    "y": timedelta(days=365),
    "mo": timedelta(days=30),
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
    "us": MICROSECOND,
}
_SPAN = re.compile(
    r"(?P<sign>[-+]?)(?P<number>[0-9]{1,24})\s?"
    r"(?P<unit>y(ears?)?|mo(nths?)?|w(eeks?)?|d(ays?)?|h((ou)?rs?)?|m(in(ute)?s?)?|s(ec(ond)?s?)?|ms|us)",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_UNIT = max(map(len, _UNITS))
_DATE_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<hour>[0-9]{2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?)?"
    r"\s?(?:(?P<utc>[Zz])|(?P<offset>[-+][0-9]{2})(?::?(?P<offset_minutes>[0-9]{2}))?)?"
)
_ADVICE = (
    "Write -15m, -24h, -30d, -2w, -1mo, -1y, now, all, yesterday, friday, 2026-10-01 or 2026-10-01T10:04:11Z "
    "(without an offset it is UTC)."
)


def parse_moment(text: str, *, end: bool = False, zone: tzinfo = UTC) -> Moment | None:
    """The moment that `text` names: a span before now, a datetime in UTC, or None for `all`.

    A text without an offset is in `zone`. A date or time names the whole day, hour, minute, second or part of one that
    it writes: its first microsecond, or with `end` its last. Raises TimeMistake.
    """
    word = text.strip().lower()
    if word == "all":
        return None
    if word == "now":
        return timedelta(0)
    if span := _SPAN.fullmatch(text.strip()):
        return _span(span)
    if date_time := _DATE_TIME.fullmatch(text.strip()):
        return _date_time(date_time, end, zone)
    raise TimeMistake("That is no time.", _ADVICE)


def write_moment(moment: Moment | None, *, end: bool = False) -> str:
    """The shortest text that `parse_moment` reads as the same moment."""
    if moment is None:
        return "all"
    if isinstance(moment, timedelta):
        if not moment:
            return "now"
        number, unit = whole_units(moment)
        return f"-{number}{unit}"
    whole = to_utc(moment).replace(tzinfo=None).isoformat(timespec="microseconds")
    shorter = (whole[:10], *(f"{whole[:length]}Z" for length in (16, 19, 23)))
    return next((text for text in shorter if parse_moment(text, end=end) == moment), f"{whole}Z")


def whole_units(span: timedelta) -> tuple[int, str]:
    """A span as a whole number of its largest unit: `d` (from two days on), `h`, `m`, `s`, `ms` or `us`."""
    written = ("d", "h", "m", "s", "ms", "us") if span >= timedelta(days=2) else ("h", "m", "s", "ms", "us")
    unit = next(name for name in written if not span % _UNITS[name])
    return span // _UNITS[unit], unit


def _span(found: re.Match[str]) -> timedelta:
    """A month is 30 days and a year 365, whatever the calendar says: spans are lengths."""
    number, written = found["number"], found["unit"]
    if written == "M":
        lacks = "" if found["sign"] == "-" else ", and a span of time is counted back from now"
        raise TimeMistake(f"M may be months or minutes{lacks}: write -{number}mo or -{number}m.", "")
    unit = next(name for name in (written[:_LONGEST_UNIT].lower(), written[0].lower()) if name in _UNITS)
    if found["sign"] != "-":
        word = f"{number}{unit}"
        raise TimeMistake("A span of time is counted back from now and begins with a minus.", f"Write -{word}.")
    try:
        return int(number) * _UNITS[unit]
    except OverflowError:
        raise TimeMistake("That is longer ago than any calendar reaches.", "Write all for no limit.") from None


def _date_time(found: re.Match[str], end: bool, zone: tzinfo) -> datetime:
    fraction = (found["fraction"] or "")[:6]
    if fraction:
        unit = timedelta(microseconds=10 ** (6 - len(fraction)))
    else:
        written = next((name for name in ("second", "minute", "hour") if found[name]), "day")
        unit = timedelta(**{f"{written}s": 1})
    try:
        if found["utc"] or found["offset"]:
            zone = timezone(timedelta(hours=int(found["offset"] or 0), minutes=_offset_minutes(found)))
        day = datetime.fromisoformat(found["date"])
        begin = day.replace(
            hour=int(found["hour"] or 0),
            minute=int(found["minute"] or 0),
            second=int(found["second"] or 0),
            microsecond=int(fraction.ljust(6, "0")),
            tzinfo=zone,
        )
        return (begin + (unit - MICROSECOND if end else timedelta(0))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise TimeMistake("There is no such day or time in the calendar.", _ADVICE) from None


def _offset_minutes(found: re.Match[str]) -> int:
    minutes = int(found["offset_minutes"] or 0)
    return -minutes if (found["offset"] or "").startswith("-") else minutes
