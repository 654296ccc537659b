"""The entities of the newest events of a list: for completing their ids in a query."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from .completions import MOST_COMPLETIONS, Completion, value_completions
from .display import entity_type_label

if TYPE_CHECKING:
    from store import Event, EventFilter, EventRepository, UnfinishedTerm

MOST_EVENTS = 200
LEAST_SEARCHED = 3
"""So many characters of an id or a name are looked for in the log where its newest events do not hold them."""


class EntityOffers:
    """What the id of an entity can become while it is written: events are kept that were read for it.

    `clock` tells the time (UTC) from which spans count.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._newest: Mapping[EventFilter, Sequence[Event]] = {}

    async def holding(
        self, term: UnfinishedTerm, repository: EventRepository, rest: EventFilter, highlighted: Event | None
    ) -> Sequence[Completion]:
        """The entities of the newest events of the list `rest`, else of those that a short search for the text finds.

        Raises StoreError.
        """
        from store import FILTER_WORDS

        from .trace import without_documents

        if rest not in self._newest:
            newest = await self._newest_events(repository, rest)
            self._newest = {rest: tuple(map(without_documents, newest))}
        completions = entity_completions(term, self._newest[rest], highlighted)
        if not completions and len(term.value) >= LEAST_SEARCHED:
            searched = rest.with_value(FILTER_WORDS["text"], term.value)
            completions = entity_completions(term, await self._newest_events(repository, searched), highlighted)
        return completions

    async def _newest_events(self, repository: EventRepository, event_filter: EventFilter) -> Sequence[Event]:
        from store import NEWEST

        return (await repository.page(event_filter.settled(self._clock()), NEWEST, "older", MOST_EVENTS)).events


def is_of_entity(term: UnfinishedTerm) -> bool:
    """Whether the id of an entity is being written."""
    return term.word in ("entity", "belongs_to")


def entity_completions(
    term: UnfinishedTerm, events: Sequence[Event], highlighted: Event | None
) -> Sequence[Completion]:
    """The one of the highlighted event, then those whose id or name holds what is written, of most events first."""
    own = value_completions(term, None, highlighted)
    wanted = term.value.casefold()
    counts: Counter[str] = Counter()
    notes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for event in events:
        for entity_id, note in dict(_entities(event, with_parent=term.word == "belongs_to")).items():
            counts[entity_id] += 1
            notes[entity_id][note] += 1
    found: dict[str, Completion] = {each.label: each for each in own}
    for entity_id, _ in counts.most_common():
        fitting = [note for note, _ in notes[entity_id].most_common() if wanted in f"{entity_id}\n{note}".casefold()]
        if fitting and entity_id not in found:
            # A parent is an id alone, where events of its own tell more.
            found[entity_id] = Completion(_written(term, entity_id), entity_id, next(filter(None, fitting), ""))
    return tuple(found.values())[:MOST_COMPLETIONS]


def _entities(event: Event, *, with_parent: bool) -> Iterator[tuple[str, str]]:
    """The ids with what else is known of each; of one that comes twice most comes last."""
    if with_parent and event.parent_entity_id:
        yield event.parent_entity_id, ""
    entity = event.entity
    if entity is not None and entity.id:
        type_label = entity_type_label(entity.type) if entity.type else ""
        yield entity.id, " · ".join(filter(None, (type_label, entity.name)))


def _written(term: UnfinishedTerm, entity_id: str) -> str:
    from store import FILTER_WORDS, EventFilter, write_filter

    narrowed = EventFilter().with_value(FILTER_WORDS[term.word or ""], entity_id, excluded=term.excluded)
    return f"{write_filter(narrowed)} "
