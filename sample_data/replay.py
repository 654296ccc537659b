"""Any number of events: the story lived through by ever new customers, over any number of days.

Casts begin every week, more of them in later weeks, so that every day has its shape and every week its weekend. Each is
up to 90 minutes off the story's own times; those that begin in every sixth week are hardly off at all, which makes the
hour of their migrations a burst.
"""

import heapq
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random

from msgspec import to_builtins

from store import Entity, Event

from .agenda import FIRST_DAY, moment
from .company import SUPPORT
from .templates import CAST, FIRST_DATE, MICROSECOND, SEPARATOR, STORY_DAYS, TIME, TRACE, day_offsets, templates

START = moment(FIRST_DAY, 0)
WEEK = timedelta(days=7) // MICROSECOND
STORY = timedelta(days=STORY_DAYS) // MICROSECOND
HOUR = timedelta(hours=1) // MICROSECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
JITTER_MILLISECONDS = 90 * 60 * 1000
BURST_MILLISECONDS = 60 * 1000
BURST_WEEKS = 6
BATCH = 20_000
WHOLE_SECOND = len("2026-11-20T12:00:00Z")
LATE_SHARE = 100
"""One event in so many is handed over late."""

LONGEST_DELAY_HOURS = 72
RARE_CASTS = 37
"""In one cast of so many, support itself changes a product and deletes an add-on."""


@dataclass
class Cast:
    """One set of customers. `begin` is when its story starts, in microseconds since 1970; `start` is the same time.

    `mask` is what makes the first digits of its ids its own; `parts` are the texts that fill the slots of a template.
    """

    number: int
    begin: int
    start: datetime
    mask: int
    parts: list[str]


Place = tuple[int, int, int]
"""An event before it is told: its time in microseconds since 1970, and the numbers of its cast and its template."""

Late = tuple[int, Place]
"""A place and the time at which it is handed over."""


def events(count: int, *, seed: int = 0, days: int = 365, until: datetime) -> Iterator[Event]:
    """Exactly `count` events of the `days` days that end at `until`, which has a time zone.

    The same arguments give the same events. They come in the order of their times, but one in a hundred comes up to
    three days late. They are made as they are asked for: memory grows by half a byte for each event of `count`.
    """
    told, story_days = templates()
    offsets = [template.since // MICROSECOND for template in told]
    last = (until - EPOCH) // MICROSECOND
    first = last - timedelta(days=days) // MICROSECOND
    casts, total = _enough_casts(count, seed, first, last, offsets, day_offsets(story_days))
    span = max(1, (last - first) * BATCH // max(1, total))
    late: list[Late] = []
    number = 0
    for begin in range(first, last + 1, span):
        batch = _due(casts, begin, min(begin + span, last + 1), offsets, late)
        if begin + span > last:
            batch += [place for _, place in sorted(late)]
        yield from _told([place for place in batch if (number := number + count) % total < count], casts)


def _due(casts: list[Cast], begin: int, end: int, offsets: list[int], late: list[Late]) -> list[Place]:
    """What is handed over from `begin` to before `end`, in order, and last what is late."""
    due: list[Place] = []
    for cast in casts:
        number, zero = cast.number, cast.begin
        if zero >= end or zero + STORY < begin:
            continue
        start, stop = bisect_left(offsets, begin - zero), bisect_left(offsets, end - zero)
        due += [(zero + offsets[place], number, place) for place in range(start, stop) if (place + number) % LATE_SHARE]
        for place in range(start + (-start - number) % LATE_SHARE, stop, LATE_SHARE):
            time = zero + offsets[place]
            delay = 1 + (place + number) // LATE_SHARE % LONGEST_DELAY_HOURS
            heapq.heappush(late, (time + delay * HOUR, (time, number, place)))
    due.sort()
    while late and late[0][0] < end:
        due.append(heapq.heappop(late)[1])
    return due


def _enough_casts(
    count: int, seed: int, first: int, last: int, offsets: list[int], story_days: list[int]
) -> tuple[list[Cast], int]:
    """Casts that have at least `count` events from `first` to `last`, and how many they have."""
    story_start = (START - EPOCH) // MICROSECOND
    margin = JITTER_MILLISECONDS * 1000
    weeks = range((first - STORY - margin - story_start) // WEEK + 1, (last + margin - story_start) // WEEK + 1)
    wanted = max(len(weeks) // 2 + 1, count // len(offsets) + 1)
    while True:
        casts = [_cast(number, wanted, weeks, seed, story_start) for number in range(wanted)]
        total = sum(
            bisect_left(offsets, last + 1 - cast.begin) - bisect_left(offsets, first - cast.begin) for cast in casts
        )
        if total >= count:
            break
        wanted = max(wanted + 1, wanted * count // max(1, total))
    for cast in casts:
        first_day = (cast.start + timedelta(microseconds=margin)).date()
        cast.parts[FIRST_DATE:] = _dates(first_day, tuple(story_days))
    return casts, total


def _cast(number: int, wanted: int, weeks: range, seed: int, story_start: int) -> Cast:
    """The cast of that number: later weeks get up to twice as many as the first."""
    share = (number + 0.5) / wanted
    week = weeks[int(((1 + 3 * share) ** 0.5 - 1) * len(weeks))]
    chance = Random(seed * 1_000_003 + number)
    most = BURST_MILLISECONDS if week % BURST_WEEKS == 0 else JITTER_MILLISECONDS
    jitter = int((chance.random() * 2 - 1) * most) * 1000
    mask = ((number + 1) * 0x9E3779B1 + seed * 0x85EBCA6B) & 0xFFFFFFFF
    begin = story_start + week * WEEK + jitter
    return Cast(number, begin, EPOCH + timedelta(microseconds=begin), mask, [f"{number:06x}", "", ""])


@lru_cache(maxsize=64)
def _dates(start: date, story_days: tuple[int, ...]) -> list[str]:
    return [(start + timedelta(days=days)).isoformat() for days in story_days]


def _rare_places() -> frozenset[int]:
    """The templates that in some casts have another actor."""
    told, _ = templates()
    names = [(template.event_name, template.actor.type if template.actor else None) for template in told]
    return frozenset(names.index((name, "USER")) for name in ("PRODUCT_UPDATED", "ADDON_DELETED"))


def _told(batch: list[Place], casts: list[Cast]) -> Iterator[Event]:
    """The events of these places. Every step here is taken once an event: it is written for speed."""
    told, _ = templates()
    rare = _rare_places()
    for _, cast_number, place in batch:
        cast = casts[cast_number]
        parts, mask = cast.parts, cast.mask
        number = parts[CAST]
        (since, name, environment, actor, head, tail, trace_head, trace_tail, entity, parent, texts, fill) = told[place]
        occurred_at = cast.start + since
        parts[TRACE] = trace_id = f"{trace_head ^ mask:08x}"
        time = to_builtins(occurred_at)  # a tenth of what `isoformat` takes, without a fraction that is nothing
        parts[TIME] = f"{time[:23]}Z" if len(time) > WHOLE_SECOND else f"{time[:-1]}.000Z"
        payload, _, request = (texts % fill(parts)).partition(SEPARATOR)
        if place in rare and cast_number % RARE_CASTS == 5:
            actor = SUPPORT
        yield Event(
            id=f"{head ^ mask:08x}{tail}",
            occurred_at=occurred_at,
            event_name=name,
            environment=environment,
            entity=Entity(**{key: number.join(pieces) for key, pieces in entity}) if entity else None,
            parent_entity_id=number.join(parent) if parent else None,
            actor=actor,
            trace_id=trace_id + trace_tail,
            payload=payload,
            request=request or None,
        )
