"""What the term of a query that is being written can become: fields, and values with how many events have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from .widgets.facet_rows import facet_rows, row_fits, word_for

if TYPE_CHECKING:
    from store import Event, EventFilter, Facets, UnfinishedTerm

MOST_COMPLETIONS = 100
TIMES = ("-1h", "-24h", "-7d", "-30d", "-90d", "all")
NEVER_EXCLUDED = ("since", "until")
COUNTED_FIELDS = ("environments", "event_names", "entity_types", "actor_types", "actors")
MEANINGS = {
    "since": "from a time on",
    "until": "up to a time",
    "environment": "one environment",
    "name": "what happened",
    "entity_type": "what kind of thing it happened to",
    "entity": "the id of what it happened to",
    "actor_type": "what kind of actor",
    "actor": "name, email, id or IP address",
    "trace": "everything of one request",
    "belongs_to": "the id of a customer: it and all that is its own",
    "text": "in a name, an id, the payload or the request",
    "payload": "a value in the payload: payload.plan.id:x",
}


class Completion(NamedTuple):
    """The term as it would be `written`, and a `label` with a `note` that say what that is; both may hold data."""

    written: str
    label: str
    note: str


def still_to_write(term: UnfinishedTerm) -> str:
    """What a term waits for whose value is not begun: the line below the query says it, and not a mistake."""
    from store import write_path

    if term.path:
        return (
            f"payload.{write_path(term.path)}: a value, numbers such as >100 or 10..20, or * for any. "
            "Write it, or choose with ↓."
        )
    word = term.word or ""
    is_offered = word != "text"  # of which there are too many
    return f"{word}: {MEANINGS[word]}. Write it{', or choose one with ↓' if is_offered else ''}."


def field_completions(term: UnfinishedTerm) -> Sequence[Completion]:
    """The fields whose word begins with what is written, before all others the one whose word that is."""
    from store import FILTER_WORDS

    sign = "-" if term.excluded else ""
    wanted = term.value.lower()
    words = [
        word for word in FILTER_WORDS if word.startswith(wanted) and not (term.excluded and word in NEVER_EXCLUDED)
    ]
    words.sort(key=lambda word: word != wanted)
    return [Completion(f"{sign}{word}{'.' if word == 'payload' else ':'}", word, MEANINGS[word]) for word in words]


def value_completions(term: UnfinishedTerm, facets: Facets | None, highlighted: Event | None) -> Sequence[Completion]:
    """The values of a term's field that hold what is written: those of the log, those of the highlighted event."""
    from store import FILTER_WORDS, VOCABULARIES, Choice, EventFilter, write_filter

    field = FILTER_WORDS[term.word or "text"]
    if term.word in NEVER_EXCLUDED:
        if term.excluded:
            return ()
        return [Completion(f"{term.word}:{time} ", time, "") for time in TIMES if time.startswith(term.value)]

    def completion(value: str, label: str, note: str) -> Completion:
        narrowed = EventFilter().with_value(field, value, excluded=term.excluded)
        return Completion(f"{write_filter(narrowed)} ", label, note)

    if facets is not None and field in facets.fields:
        vocabulary = VOCABULARIES.get(field)
        rows = facet_rows(facets.fields[field], Choice(), vocabulary)
        sign = "≥" if field in facets.at_least else ""
        fitting = [row for row in rows if row_fits(row, term.value, vocabulary)][:MOST_COMPLETIONS]
        return [completion(word_for(row, vocabulary), row.label, f"{sign}{row.event_count:,}") for row in fitting]
    own = {
        "entity_ids": highlighted.entity.id if highlighted and highlighted.entity else None,
        "trace_ids": highlighted.trace_id if highlighted else None,
        "belongs_to": highlighted.parent_entity_id if highlighted else None,
    }.get(field)
    return [completion(own, own, "of this event")] if own and term.value.casefold() in own.casefold() else []


def needs_facets(term: UnfinishedTerm) -> bool:
    """Whether the values of a term's field are those that the log is asked for."""
    from store import FILTER_WORDS

    return term.word is not None and FILTER_WORDS[term.word] in COUNTED_FIELDS


def rest_of(text: str, term: UnfinishedTerm) -> EventFilter | None:
    """The filter without the term that is being written, None while there is a mistake in the rest."""
    from store import FilterMistake, parse_filter

    try:
        return parse_filter(f"{text[: term.start]} {text[term.end :]}")
    except FilterMistake:
        return None
