"""A repository whose answers are masked: whoever is given it has no way to what is hidden."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ..event import Event
from ..event_filter import EventFilter, TimeRange, actor_answers_to
from ..page import NEWEST, Arrivals, Count, Direction, EventPage, Facets, Histogram, Position, TraceExtent
from ..repository import EventRepository
from .masked_event import EventMask
from .masking import Masking
from .pseudonyms import Pseudonyms, has_pseudonym, looks_personal
from .unmasked_filter import UnmaskedFilter

CHARACTERS_AT_ONCE = 100_000
"""More than this is masked beside the event loop."""

LEAST_CHARACTERS = 400
"""An event takes as long as so many characters, however few it has."""

MOST_LOOKED_AT = 200
"""So many newest events of whom a word means are looked at before the word is answered."""

MOST_PAGES_LOOKED_AT = 10
"""So many times as many newest events are looked at for a pseudonym that was not shown yet."""

EVERYTHING = EventFilter(time=TimeRange(since=None))


class MaskedRepository:
    """An EventRepository of the log as it may be seen under a masking.

    Filters speak of it, too: by pseudonyms that were seen in its answers. A MaskingMistake is raised for a filter whose
    answer would tell what is hidden.
    """

    def __init__(self, repository: EventRepository, masking: Masking) -> None:
        self.masking = masking
        self._repository = repository
        self._pseudonyms = Pseudonyms(masking.key)
        self._mask = EventMask(masking, self._pseudonyms)
        self._filter = UnmaskedFilter(masking, self._pseudonyms, self._is_seen, self._look_for)
        self._seen_words: set[str] = set()
        self._looked_for: set[str] = set()
        self._looking = asyncio.Lock()

    def revealed(self, text: str) -> str | None:
        """A text of an answer, with what is hidden in it.

        None when nothing is, when it is not remembered any more, and where the masking lets nothing be revealed.
        """
        return self._pseudonyms.revealed(text) if self.masking.reveal else None

    def masked(self, text: str) -> str:
        """A text that is no part of the log, such as a note about an event, as it may be seen beside it."""
        return self._pseudonyms.without_personal(text)

    def is_masked(self, text: str) -> bool:
        """Whether a text of an answer has a pseudonym in it, also one that is not remembered any more."""
        return has_pseudonym(text)

    def needs_reading(self, event_filter: EventFilter) -> bool:
        return self._repository.needs_reading(event_filter)

    async def remarks(self, event_filter: EventFilter) -> Sequence[str]:
        return await self._repository.remarks(await self._filter.of(event_filter))

    async def page(self, event_filter: EventFilter, start: Position, direction: Direction, limit: int) -> EventPage:
        meant = await self._filter.of(event_filter)
        return await self._page(await self._repository.page(meant, self._position(start), direction, limit))

    async def page_at(self, event_filter: EventFilter, ordinal: int, limit: int) -> EventPage:
        return await self._page(await self._repository.page_at(await self._filter.of(event_filter), ordinal, limit))

    @property
    def folds_traces(self) -> bool:
        return self._repository.folds_traces

    @property
    def misses_no_commit(self) -> bool:
        return self._repository.misses_no_commit

    async def folded_page(
        self, event_filter: EventFilter, start: Position, direction: Direction, limit: int
    ) -> EventPage:
        meant = await self._filter.of(event_filter)
        return await self._page(await self._repository.folded_page(meant, self._position(start), direction, limit))

    async def trace_extents(self, event_filter: EventFilter, trace_ids: Sequence[str]) -> Mapping[str, TraceExtent]:
        shown = {self._original(trace_id): trace_id for trace_id in trace_ids}
        extents = await self._repository.trace_extents(await self._filter.of(event_filter), tuple(shown))
        return {shown[trace_id]: extent for trace_id, extent in extents.items()}

    async def ordinal(self, event_filter: EventFilter, position: Position) -> int:
        return await self._repository.ordinal(await self._filter.of(event_filter), self._position(position))

    async def count(self, event_filter: EventFilter, after: Count | None = None) -> Count:
        return await self._repository.count(await self._filter.of(event_filter), after)

    async def facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        return self._mask.facets(await self._repository.facets(await self._filter.of(event_filter), lifts=lifts))

    async def actor_facets(self, event_filter: EventFilter, *, lifts: bool = True) -> Facets:
        return self._mask.facets(await self._repository.actor_facets(await self._filter.of(event_filter), lifts=lifts))

    async def histogram(self, event_filter: EventFilter, now: datetime, most_bars: int) -> Histogram:
        return await self._repository.histogram(await self._filter.of(event_filter), now, most_bars)

    async def newest_batch(self, other_than: int | None = None, seconds: float = 0.0) -> int:
        return await self._repository.newest_batch(other_than, seconds)

    async def arrivals(self, event_filter: EventFilter, after: int, enough: int) -> Arrivals:
        arrivals = await self._repository.arrivals(await self._filter.of(event_filter), after, enough)
        return arrivals.replaced(events=await self._events(arrivals.events))

    async def count_arrivals(self, event_filter: EventFilter, after: int, newest: int) -> int:
        return await self._repository.count_arrivals(await self._filter.of(event_filter), after, newest)

    async def event(self, event_id: str) -> Event | None:
        if not self._pseudonyms.originals(event_id) and looks_personal(event_id):
            return None  # no event is shown under such an id: an answer would tell that there is one
        event = await self._repository.event(self._original(event_id))
        return None if event is None else (await self._events([event]))[0]

    async def close(self) -> None:
        await self._repository.close()

    async def _page(self, page: EventPage) -> EventPage:
        return page.replaced(events=await self._events(page.events))

    async def _events(self, events: Sequence[Event]) -> Sequence[Event]:
        characters = sum(len(each.payload or "") + len(each.request or "") + LEAST_CHARACTERS for each in events)
        if characters > CHARACTERS_AT_ONCE:
            return await asyncio.to_thread(self._masked, events)
        return self._masked(events)

    def _masked(self, events: Iterable[Event]) -> Sequence[Event]:
        return tuple(map(self._mask.event, events))

    def _position(self, position: Position) -> Position:
        if position.id is None:
            return position
        return position.replaced(id=self._original(position.id))

    def _original(self, shown_id: str) -> str:
        return (self._pseudonyms.originals(shown_id) or (shown_id,))[-1]

    async def _look_for(self, words: Sequence[str]) -> None:
        """Look through the newest events until each pseudonym was seen, once for each: a command shows no event before
        it is asked for one."""
        async with self._looking:  # who asks meanwhile waits for what is found
            if not self._looked_for.issuperset(words):
                await self._look_through_newest(words)
                self._looked_for.update(words)

    async def _look_through_newest(self, words: Sequence[str]) -> None:
        start = NEWEST
        for _ in range(MOST_PAGES_LOOKED_AT):
            page = await self._repository.page(EVERYTHING, start, "older", MOST_LOOKED_AT)
            await self._events(page.events)
            if not page.has_older or all(map(self._pseudonyms.originals, words)):
                return
            start = Position.of(page.events[-1])

    async def _is_seen(self, word: str) -> bool:
        """Whether the newest events of whom a word means show that word: an id, or a name that is not hidden.

        Where one does not, the word is also a hidden one of somebody, whose events an answer would tell.
        """
        if word not in self._seen_words:
            everything = EVERYTHING.with_value("actors", word)
            newest = await self._repository.page(everything, NEWEST, "older", MOST_LOOKED_AT)
            actors = [event.actor for event in await self._events(newest.events)]
            if not actors or not all(actor is not None and actor_answers_to(word, actor) for actor in actors):
                return False
            self._seen_words.add(word)
        return True
