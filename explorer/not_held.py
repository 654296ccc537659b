"""The values of a filter that no event of its log has, and those that may have been meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from store import VOCABULARIES, Choice, EventFilter, StoreError, write_filter

from .values_holding import EVER, values_holding
from .visible import visible

if TYPE_CHECKING:
    from store import EventRepository, Facet, Facets, Vocabulary

FIELDS = ("environments", *VOCABULARIES)
"""The fields with few values, among which a misspelled one stands out."""

IDS = ("entity_ids", "actors", "trace_ids", "belongs_to")
"""The fields with so many values that only the value itself is looked for."""

MOST_CELLS = 80


class NotHeld(NamedTuple):
    """A value of a field that no event has, and other values that may have been `meant`."""

    field: str
    value: str
    meant: Sequence[str] = ()

    @property
    def sentence(self) -> str:
        """What to say of it, safe to draw."""
        missing = f"No event of the log has {_written(self.field, self.value)}."
        meant = " or ".join(_written(self.field, each) for each in self.meant)
        return f"{missing} Did you mean {meant}?" if meant else missing


async def values_not_held(repository: EventRepository, event_filter: EventFilter) -> AsyncIterator[NotHeld]:
    """Those among the values that a filter wants, as they are found, where that is known without reading events."""
    in_log: Facets | None = None
    for field in (*FIELDS, *IDS):
        for value in dict.fromkeys(event_filter.choice(field).included):
            counted = await repository.count(_showing(field, value))
            if counted.number or not counted.exact:
                continue
            meant: Sequence[str] = ()
            if field in FIELDS:
                in_log = in_log or await repository.facets(EventFilter(time=EVER))
                nearest = _nearest(value, in_log.fields[field], VOCABULARIES.get(field))
                meant = () if nearest is None else (nearest,)
            elif value:
                with suppress(StoreError):  # under a masking, parts of actors are not searched
                    meant = await values_holding(repository, field, value)
            yield NotHeld(field, value, meant)


def _showing(field: str, value: str) -> EventFilter:
    return EventFilter(time=EVER).with_choice(field, Choice(included=(value,)))


def _written(field: str, value: str) -> str:
    return visible(write_filter(EventFilter().with_choice(field, Choice(included=(value,)))), MOST_CELLS)


def _nearest(value: str, held: tuple[Facet, ...], vocabulary: Vocabulary | None) -> str | None:
    """The spelling most like the value: of what the log holds, else of what is known. None for a known value."""
    in_log = [facet.value for facet in held if facet.value is not None]
    if vocabulary is None:
        return _closest(value, {stored: stored for stored in in_log})
    if any(vocabulary.matches(value, term.stored) for term in vocabulary.terms):
        return None
    known = [term.stored for term in vocabulary.terms]
    return _closest(value, _spellings(in_log, vocabulary)) or _closest(value, _spellings(known, vocabulary))


def _spellings(values: list[str], vocabulary: Vocabulary) -> dict[str, str]:
    """Every spelling of the values, and the word that a filter has for each."""
    return {spelling: vocabulary.word(value) for value in values for spelling in vocabulary.spellings(value)}


def _closest(value: str, words: dict[str, str]) -> str | None:
    folded = {spelling.casefold(): word for spelling, word in words.items()}
    return next((folded[close] for close in get_close_matches(value.casefold(), folded, n=1)), None)
