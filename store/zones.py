"""What is known of a time zone's distance from UTC: around which moments it stays the same, and when it changes."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from .time_keys import HOUR

MINUTE = 60_000_000
FIRST_YEAR, LAST_YEAR = 1973, 9999
"""From when to when every zone is whole minutes away from UTC, and all of its times are years of the calendar there."""

_KNOWN_YEAR = 2040
"""From then on every zone does each year what it did in the year before."""

_ONE_MINUTE, _ONE_HOUR, _DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=4)
"""Between two changes of a zone there are some days."""


@lru_cache
def unit_of(zone: tzinfo) -> int:
    """An hour or a minute, in microseconds: whatever the clocks of a zone show of one of these, since FIRST_YEAR, is
    equally far from UTC."""
    moment = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    distance = _distance(zone, moment)
    while moment.year < _KNOWN_YEAR and distance % _ONE_HOUR == timedelta(0):
        moment, before, distance = moment + _DAYS, distance, _distance(zone, moment + _DAYS)
        if before != distance and (_change(zone, moment) + before).minute:
            return MINUTE
    return HOUR if distance % _ONE_HOUR == timedelta(0) else MINUTE


def is_steady(zone: tzinfo, moment: datetime) -> bool:
    """Whether a zone is equally far from UTC for two days before and behind a moment."""
    try:
        around = {_distance(zone, moment + days) for days in (-_DAYS / 2, timedelta(0), _DAYS / 2)}
    except OverflowError:
        return False
    return len(around) == 1


def _change(zone: tzinfo, moment: datetime) -> datetime:
    """The minute (UTC) of the change within some days before a moment."""
    distance, first = _distance(zone, moment), moment - _DAYS
    while (minutes := (moment - first) // _ONE_MINUTE) > 1:
        middle = first + minutes // 2 * _ONE_MINUTE
        if _distance(zone, middle) == distance:
            moment = middle
        else:
            first = middle
    return moment


def _distance(zone: tzinfo, moment: datetime) -> timedelta:
    """How far the clocks of a zone are ahead of UTC at a moment."""
    return moment.astimezone(zone).utcoffset() or timedelta(0)
