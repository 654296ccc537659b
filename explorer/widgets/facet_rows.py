"""The rows of a facet list: values of the log and of the filter, one row for all that read the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from store import Choice, Facet, Kind, Vocabulary

Side = Literal["included", "excluded"]


class FacetRow(NamedTuple):
    """`stored` are the log's values of this row, `words` those of the filter that mean it. All of it is data, not safe
    to draw. Of a row that is not counted yet the `event_count` says nothing."""

    label: str
    stored: tuple[str, ...]
    words: tuple[str, ...]
    side: Side | None
    kind: Kind | None
    event_count: int
    is_pattern: bool = False
    is_counted: bool = True


def facet_rows(
    facets: Sequence[Facet], choice: Choice, vocabulary: Vocabulary | None, *, are_counted: bool = True
) -> list[FacetRow]:
    """What the filter names and the log does not hold, then the log's values, most frequent first.

    Values with one label in the vocabulary share a row. A word of the filter belongs to each row all of whose values it
    means; one that means no whole row has a row of its own, so that it can be removed. Without a vocabulary every
    value is its own label. Events without a value have no row: a filter cannot name them. With `are_counted` the values
    that are missing among the facets have no events; else nobody has counted them yet.
    """
    groups: dict[str, list[Facet]] = {}
    for facet in facets:
        if facet.value is not None:
            groups.setdefault(vocabulary.label(facet.value) if vocabulary else facet.value, []).append(facet)
    stored_of = {label: tuple(facet.value or "" for facet in group) for label, group in groups.items()}
    words_of: dict[str, list[str]] = {label: [] for label in groups}
    rows = []
    for word in (*choice.included, *choice.excluded):
        meant = [label for label, stored in stored_of.items() if all(_means(vocabulary, word, each) for each in stored)]
        for label in meant:
            words_of[label].append(word)
        if not meant:
            lonely = _lonely_row(word, facets, choice, vocabulary, taken=groups)
            rows.append(lonely._replace(is_counted=are_counted or lonely.event_count > 0))
    for pattern in (*choice.patterns, *choice.excluded_patterns):
        side: Side = "included" if pattern in choice.patterns else "excluded"
        rows.append(FacetRow(pattern, (), (pattern,), side, None, 0, is_pattern=True))
    of_log = []
    for label, stored in stored_of.items():
        words = tuple(words_of[label])
        kind = vocabulary.kind(stored[0]) if vocabulary else None
        count = sum(facet.count for facet in groups[label])
        of_log.append(FacetRow(label, stored, words, _side(words, choice), kind, count))
    return rows + sorted(of_log, key=lambda row: -row.event_count)


def word_for(row: FacetRow, vocabulary: Vocabulary | None) -> str:
    """The nicest word that means every value with the row's label, in the log or not: `system` for "System"."""
    if vocabulary is None or not row.stored:
        return row.words[0] if row.words else row.stored[0]
    peers = tuple(term.stored for term in vocabulary.terms if term.label == row.label)
    meant = dict.fromkeys((*row.stored, *peers))
    words = (*map(vocabulary.word, meant), row.label)
    return next((word for word in words if all(vocabulary.matches(word, each) for each in meant)), row.stored[0])


def toggled(row: FacetRow, side: Side, choice: Choice, vocabulary: Vocabulary | None) -> Choice:
    """The choice with the row on that side, or on none when it was there."""
    cleared = without_row(row, choice)
    if row.side == side:
        return cleared
    if row.is_pattern:
        return cleared.with_pattern(row.words[0], excluded=side == "excluded")
    return cleared.with_value(word_for(row, vocabulary), excluded=side == "excluded")


def without_row(row: FacetRow, choice: Choice) -> Choice:
    """The choice with nothing left that names the row."""
    for word in row.words:
        choice = choice.without_pattern(word) if row.is_pattern else choice.without_value(word)
    return choice


def said_of_none(query: str | None, known: tuple[bool, bool] | None) -> str:
    """What stands in the place of rows: of those `known` there may be more, and they may not be counted at all."""
    if query:
        return "nothing like that"
    if known is None:
        return "…"
    at_least, left_out = known
    return "not counted in a search" if left_out else "none so far" if at_least else "none in these events"


def row_fits(row: FacetRow, query: str, vocabulary: Vocabulary | None) -> bool:
    """Whether the row's label or any spelling of it holds `query`, without regard to case."""
    folded = query.casefold()
    spellings = [spelling for each in row.stored for spelling in (vocabulary.spellings(each) if vocabulary else ())]
    return any(folded in text.casefold() for text in (row.label, *row.stored, *row.words, *spellings))


def _means(vocabulary: Vocabulary | None, word: str, stored: str) -> bool:
    return vocabulary.matches(word, stored) if vocabulary else word == stored


def _side(words: Sequence[str], choice: Choice) -> Side | None:
    if not words:
        return None
    return "excluded" if any(word in choice.excluded for word in words) else "included"


def _lonely_row(
    word: str, facets: Sequence[Facet], choice: Choice, vocabulary: Vocabulary | None, *, taken: dict[str, list[Facet]]
) -> FacetRow:
    """The row of a word of the filter that means none of the log's rows as a whole."""
    label = vocabulary.label(word) if vocabulary else word
    count = sum(facet.count for facet in facets if facet.value is not None and _means(vocabulary, word, facet.value))
    kind = vocabulary.kind(word) if vocabulary else None
    return FacetRow(word if label in taken else label, (), (word,), _side((word,), choice), kind, count)
