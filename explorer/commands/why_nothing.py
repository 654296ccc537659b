"""What to say of a filter that shows nothing: a value that no event of the log has, or events at other times only."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from difflib import get_close_matches

from store import (
    VOCABULARIES,
    Choice,
    EventFilter,
    EventRepository,
    Facet,
    Facets,
    StoreError,
    Vocabulary,
    write_filter,
)

from ..display import events_text
from ..visible import visible
from .values_holding import EVER, values_holding
from .words import complain

FIELDS = ("environments", *VOCABULARIES)
"""The fields with few values, among which a misspelled one stands out."""

IDS = ("entity_ids", "actors", "trace_ids", "belongs_to")
"""The fields with so many values that only the value itself is looked for."""

MOST_CELLS = 80


async def complain_of_nothing(repository: EventRepository, event_filter: EventFilter) -> None:
    """Say on standard error why a settled filter shows nothing, where that can be told without reading events.

    Which of its values are not in the log, and which were meant; else that there are events at other times.
    """
    is_explained = False
    async for sentence in _of_values(repository, event_filter):
        complain(sentence)
        is_explained = True
    ever = event_filter.replaced(time=EVER)
    if is_explained or event_filter == ever or repository.needs_reading(ever):
        return
    with suppress(StoreError):  # the answer itself is there
        count = await repository.count(ever)
        if count.number:
            match = f"{events_text(count)} match{'es' if count.number == 1 else ''}"
            complain(f"Nothing in that time, which is the last 30 days where none is given; at other times {match}.")


async def _of_values(repository: EventRepository, event_filter: EventFilter) -> AsyncIterator[str]:
    in_log: Facets | None = None
    for field in (*FIELDS, *IDS):
        for value in event_filter.choice(field).included:
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
            advice = f" Did you mean {' or '.join(_written(field, each) for each in meant)}?" if meant else ""
            yield f"No event of the log has {_written(field, value)}.{advice}"


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
