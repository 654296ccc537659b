"""The questions the explorer may ask of a log, whatever database holds it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from .event import Event
from .event_filter import EventFilter
from .page import Arrivals, Count, Direction, EventPage, Facets, Histogram, Position, TraceExtent


class EventRepository(Protocol):
    """A log that can be read and never written.

    Every filter passed here must be settled (`EventFilter.settled(now)`): its times absolute, so that a page and a
    count asked a minute apart speak of the same events. Cancelling the task that awaits an answer stops the query in
    the database. Every method raises a `StoreError` when the database cannot answer.

    A filter with conditions on texts, payloads or patterns of ids (`EventFilter.has_text_conditions`) has no index:
    the events that fulfil its other conditions are read, newest first. `page`, `count` and `facets` then answer after a
    fraction of a second with what they have found, and say so; `page_at` and `ordinal` read on until they know;
    `histogram` and `actor_facets` have nothing to say.
    """

    async def page(self, event_filter: EventFilter, start: Position, direction: Direction, limit: int) -> EventPage:
        """Up to `limit` matching events strictly older or newer than `start`, the nearest ones, newest first.

        Where events had to be read, they may be fewer or none, with the place in `searched_to` from which to go on; and
        on the side that was not asked for, `has_newer` or `has_older` leaves texts and payloads out of account.
        """
        ...

    async def page_at(self, event_filter: EventFilter, ordinal: int, limit: int) -> EventPage:
        """Up to `limit` matching events from the one with `ordinal` matching events newer than it (0: the newest)."""
        ...

    @property
    def folds_traces(self) -> bool:
        """Whether it can say what `folded_page` and `trace_extents` ask."""
        ...

    @property
    def misses_no_commit(self) -> bool:
        """Whether `newest_batch` and `arrivals` tell what is new in the order of commits, so that nothing is missed."""
        ...

    async def folded_page(
        self, event_filter: EventFilter, start: Position, direction: Direction, limit: int
    ) -> EventPage:
        """As `page`, of a list in which each trace is folded to its newest matching event; others stay as they are.

        The filter must have no conditions on texts. As for those, an answer may come with `searched_to`, and the side
        that was not asked for leaves folding out of account.
        """
        ...

    async def trace_extents(self, event_filter: EventFilter, trace_ids: Sequence[str]) -> Mapping[str, TraceExtent]:
        """How many events of each of these traces match and when, up to the newest 1,000 of each; by the trace's id.

        The log must hold the traces. Those without matching events are left out.
        """
        ...

    async def ordinal(self, event_filter: EventFilter, position: Position) -> int:
        """How many matching events are newer than `position`. The position itself need not match."""
        ...

    async def count(self, event_filter: EventFilter, after: Count | None = None) -> Count:
        """How many events match. `after` is an unfinished count of the same filter, which goes on from there."""
        ...

    async def facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        """The values that matching events take in the fields that have few, with counts.

        Those of each field are counted as if it had no condition, unless nothing is to be lifted (`lifts`).
        """
        ...

    async def actor_facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        """The actors of matching events, as facets of the field `actors`, counted among the newest events only."""
        ...

    async def histogram(self, event_filter: EventFilter, now: datetime, most_bars: int) -> Histogram:
        """Matching events over time, in at most `most_bars` bars (at least 2).

        They reach over the time of the filter. Where it has no beginning they begin with the oldest match, and where it
        has no end either they end with the newest one, but not after `now`: what has a later time is counted aside.
        Where only the end is open they reach to `now`. Only when everything has a later time, they go on to the newest
        match. In a table of others the events of these times take the place of matches.
        """
        ...

    async def newest_batch(self, other_than: int | None = None, seconds: float = 0.0) -> int:
        """The number of the batch that was committed last, 0 in an empty log.

        With `seconds` it is waited for until it is `other_than` that number, but no longer than that.
        """
        ...

    async def arrivals(self, event_filter: EventFilter, after: int, enough: int) -> Arrivals:
        """The matching events that were committed behind the batch `after`, whenever they occurred.

        They come in whole batches: all that there are, or as many as hold `enough` events, matching or not.
        """
        ...

    async def count_arrivals(self, event_filter: EventFilter, after: int, newest: int) -> int:
        """How many matching events the batches behind `after` up to `newest` brought. Conditions on texts or payloads
        are left out of account."""
        ...

    def needs_reading(self, event_filter: EventFilter) -> bool:
        """Whether the events of a filter are found by reading through others, so that a page may be unfinished.

        That is so with conditions on texts, and where the log has no index for the others.
        """
        ...

    async def remarks(self, event_filter: EventFilter) -> Sequence[str]:
        """Sentences that must be said beside the answers to a filter, the most important one first; mostly none."""
        ...

    async def event(self, event_id: str) -> Event | None:
        """The event with exactly this id, or None."""
        ...

    async def close(self) -> None:
        """Give back every connection. The repository cannot be used afterwards."""
        ...
