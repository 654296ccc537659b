"""The answers a repository gives: a place in the log, a run of events, a count, the values of a field, what is new."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from .event import Event, Text
from .value import Value

Direction = Literal["older", "newer"]
ActorPart = Literal["email", "ip_address"]


class Position(Value):
    """A place in the order of the log.

    With an `id` it is the place of that event. Without one it lies just newer than every event of its microsecond, so
    that reading older from it begins with that microsecond.
    """

    occurred_at: datetime
    id: Text | None = None

    @classmethod
    def of(cls, event: Event) -> "Position":
        return cls(occurred_at=event.occurred_at, id=event.id)


LAST_MOMENT = datetime.max.replace(tzinfo=UTC)

NEWEST = Position(occurred_at=LAST_MOMENT)
"""Newer than every event: reading older from here begins with the newest event."""

OLDEST = Position(occurred_at=datetime.min.replace(tzinfo=UTC))
"""Older than every event: reading newer from here begins with the oldest event."""


class EventPage(Value):
    """Consecutive events of a filtered log, newest first whichever way they were read, and whether more lie beyond.

    With `searched_to` the search is not finished: it goes on from there, and until then what lies beyond is taken to
    have more. None, as always for a filter without conditions on texts and payloads, when all that was asked for is
    here.
    """

    events: tuple[Event, ...] = ()
    has_newer: bool = False
    has_older: bool = False
    searched_to: Position | None = None


class Count(Value):
    """How many events match. Where `exact` is false, there are at least that many.

    That many were found on the way from the newest event to `searched_to`, which is where counting goes on.
    """

    number: int
    exact: bool = True
    searched_to: Position | None = None


class TraceExtent(Value):
    """How many events of one trace match, and when (UTC) the first and the last of them occurred.

    Where `exact` is false these are the newest ones: there are more, which are older.
    """

    number: int
    exact: bool
    first: datetime
    last: datetime


class Facet(Value):
    """One stored value of a field (None where events have none) and how many events carry it.

    `address` tells of a value of `actors` that it is the e-mail or the IP address of one of them, whatever it looks
    like.
    """

    value: Text | None
    count: int
    address: ActorPart | None = None


class Facets(Value):
    """Per field of a filter, the values that matching events take, most frequent first.

    Each field is counted with the other fields' conditions applied and, unless all are asked for, its own lifted.
    The keys are field names of `EventFilter`: environments, event_names, entity_types, actor_types or actors. An
    actor is listed by the first it has of name, email, id and IP address, with the events of all actors that answer
    to it. Of a field in `at_least` not all events were counted: there are at least so many of each value, and there
    may be more values. One in `left_out`, too, was not counted at all: every event that matches would have to be
    read.
    """

    fields: Mapping[str, tuple[Facet, ...]] = {}
    at_least: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()

    def beside(self, others: "Facets") -> "Facets":
        """These and those of other fields."""
        return Facets(
            fields={**self.fields, **others.fields},
            at_least=self.at_least | others.at_least,
            left_out=self.left_out | others.left_out,
        )


class HistogramBar(Value):
    """How many events match from `since` to just before `until` (UTC), and how many of those tell of a failure."""

    since: datetime
    until: datetime
    count: int
    failures: int


class Histogram(Value):
    """Matching events over time, as bars of equal width without gaps, oldest first. No bar when nothing can match,
    or when events would have to be read to know.

    Bars begin at whole multiples of `width` from 1970, so that they stay what they are while time goes on. `later` are
    the matching events behind the last bar, or some of them unless `later_is_exact`. With `counted_since` only events
    from then on (UTC) were counted, and perhaps not all of that very moment.
    """

    width: timedelta = timedelta(0)
    bars: tuple[HistogramBar, ...] = ()
    later: int = 0
    later_is_exact: bool = True
    counted_since: datetime | None = None

    def is_counted(self, since: datetime) -> bool:
        """Whether all matching events of the bar that begins then were counted."""
        return self.counted_since is None or self.counted_since < since

    def place(self, moment: datetime) -> int | None:
        """The bar that holds `moment`, counted from the oldest; None outside of them."""
        place = bisect_right(self.bars, moment, key=lambda bar: bar.since) - 1
        if place < 0 or (moment >= self.bars[place].until != LAST_MOMENT):
            return None
        return place


class Arrivals(Value):
    """Matching events in the order in which they were committed, batch by batch, oldest first in each.

    Whatever the log holds of the batches up to `newest` is here or was before: going on from there, nothing is lost.
    """

    newest: int
    events: tuple[Event, ...] = ()


class WriteReport(Value):
    """What became of one batch: events stored, and events left alone because their id was already there."""

    stored: int
    repeated: int
