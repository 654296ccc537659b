"""Paths into payloads, and the values there, as what the newest events of a list hold: for completing a query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from .completions import MOST_COMPLETIONS, Completion

if TYPE_CHECKING:
    from store import Event, UnfinishedTerm

MOST_EVENTS = 200
MOST_CHARACTERS = 1_000_000
"""So much of the payloads of the newest events is read, which takes some hundredths of a second beside the loop."""

MOST_VALUES = 500
"""So many values of one payload are looked at."""

LONGEST = 200
"""In characters: nobody looks for a longer value by choosing it from a list."""


Values = Sequence[Sequence[tuple[tuple[str, ...], str]]]
"""Of each payload the values, and the paths that lead to them."""


def payloads_of(events: Sequence[Event]) -> Sequence[str]:
    """The payloads that are read: of the newest events, without those that would be too much together."""
    payloads, characters = [], 0
    for event in events:
        payload = event.payload or ""
        if characters + len(payload) <= MOST_CHARACTERS:
            characters += len(payload)
            payloads.append(payload)
    return payloads


def payload_completions(term: UnfinishedTerm, payloads: Sequence[str]) -> Sequence[Completion]:
    """What the path, or the value at a path, that is being written can become."""
    from store import values_within

    values = [list(islice(values_within(payload), MOST_VALUES)) for payload in payloads]
    if term.unfinished_path is not None:
        return _paths(term, term.unfinished_path.casefold(), values)
    return _values_at(term, values)


def is_of_payload(term: UnfinishedTerm) -> bool:
    """Whether a path into the payload is being written, or a value at one."""
    return bool(term.path) or term.unfinished_path is not None


def _paths(term: UnfinishedTerm, wanted: str, values: Values) -> Sequence[Completion]:
    """Paths that hold what is written, first those that begin with it, then those of most events, with an example."""
    from store import write_path

    counts = Counter(path for each in values for path in {path for path, _ in each})
    examples = {path: text for each in reversed(values) for path, text in reversed(each) if text}
    fitting = [(write_path(path), path) for path in counts]
    fitting = [(written, path) for written, path in fitting if wanted in written.casefold()]
    fitting.sort(key=lambda each: (not each[0].casefold().startswith(wanted), -counts[each[1]], each[0]))
    sign = "-" if term.excluded else ""
    return [
        Completion(
            f"{sign}payload.{written}:", f"payload.{written}", f"such as {examples[path]}" if path in examples else ""
        )
        for written, path in fitting[:MOST_COMPLETIONS]
    ]


def _values_at(term: UnfinishedTerm, values: Values) -> Sequence[Completion]:
    """Values that hold what is written, those of most events first."""
    from store import EventFilter, write_filter, write_path

    field, wanted = f"payload.{write_path(term.path)}", term.value.casefold()
    counts = Counter(text for each in values for text in {text for path, text in each if path == term.path})
    fitting = [text for text in counts if wanted in text.casefold() and len(text) <= LONGEST]
    fitting.sort(key=lambda text: (-counts[text], text))
    return [
        Completion(
            f"{write_filter(EventFilter().with_value(field, text, excluded=term.excluded))} ",
            text or '""',
            f"{counts[text]:,} of {len(values):,} that were read",
        )
        for text in fitting[:MOST_COMPLETIONS]
    ]
