"""Time as whole numbers: microseconds since 1970, the key that orders the log, and the buckets that are counted."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SLOTS = 32
"""How many events of one microsecond find a key in it. Further ones run on into the keys behind."""

SLOT_BITS = 5
LAST_KEY = 2**63 - 1
"""Behind every key."""

HOUR = 3_600_000_000
LEVELS = (HOUR, 4 * HOUR, 24 * HOUR, 96 * HOUR, 384 * HOUR, 1536 * HOUR)
"""Widths of the buckets in microseconds, each a multiple of the one before. A level is a place in this tuple."""

_ONE = timedelta(microseconds=1)
FIRST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // _ONE
"""The first microsecond of the calendar."""

LAST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // _ONE
"""The last microsecond of the calendar."""

BEGINNING = FIRST // LEVELS[-1] * LEVELS[-1]
"""At or before every event, in microseconds, and an edge of every level."""

END = (LAST // LEVELS[-1] + 1) * LEVELS[-1]
"""Behind every event, in microseconds, and an edge of every level."""


class Buckets(NamedTuple):
    """The buckets of one level from `first` to just before `beyond`."""

    level: int
    first: int
    beyond: int


class Ladder(NamedTuple):
    """A span of time as buckets, and what is left of them until `left_until` and right of them since `right_since`.

    Both are microseconds. On each side there is one piece of each level, finest first, perhaps an empty one.
    """

    left_until: int
    right_since: int
    finer_left: tuple[Buckets, ...]
    finer_right: tuple[Buckets, ...]

    @property
    def pieces(self) -> tuple[Buckets, ...]:
        return (*self.finer_left, *self.finer_right)


def microseconds(moment: datetime) -> int:
    """Whole microseconds from 1970 to `moment`, negative before."""
    return (moment - EPOCH) // _ONE


def span_of(since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """The first microsecond of a time range, both ends of which are in it or open, and the first one beyond it."""
    return BEGINNING if since is None else microseconds(since), END if until is None else microseconds(until) + 1


def moment_of(number: int) -> datetime:
    """The UTC datetime that many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=number)


def ladder(since: int, until: int, coarsest: int = len(LEVELS) - 1) -> Ladder:
    """Cut the microseconds from `since` to just before `until` into as few buckets as possible, and two rests.

    No bucket is of a level above `coarsest`.
    """
    first, beyond = -(-since // HOUR), until // HOUR
    if first >= beyond:
        nothing = tuple(Buckets(level, 0, 0) for level in range(len(LEVELS)))
        edge = min(first * HOUR, until)  # which may still part two bars
        return Ladder(edge, edge, nothing, nothing)
    left_until, right_since = first * HOUR, beyond * HOUR
    left, right = [], []
    for level in range(len(LEVELS)):
        factor = LEVELS[level + 1] // LEVELS[level] if level < coarsest else 0
        coarser_first, coarser_beyond = (-(-first // factor), beyond // factor) if factor else (0, 0)
        if coarser_first < coarser_beyond:
            left.append(Buckets(level, first, coarser_first * factor))
            right.append(Buckets(level, coarser_beyond * factor, beyond))
            first, beyond = coarser_first, coarser_beyond
        else:
            left.append(Buckets(level, first, beyond))
            right.append(Buckets(level, beyond, beyond))
            first, beyond = 0, 0
    return Ladder(left_until, right_since, tuple(left), tuple(right))
