"""Parameters that say where in the log to look: a place in it, and a span of time cut in buckets."""

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

from .references import StoredId
from .time_keys import SLOT_BITS, Buckets, Ladder

Span = tuple[int, int, int]
"""A number, the lowest value of what it stands for, and the first value beyond."""


class Place(NamedTuple):
    """Where in the log something is: at an event if that is there, else before the first one not earlier than a time.

    `time` is in microseconds.
    """

    time: int
    event_id: StoredId | None = None


def place_parameters(
    place: str, microseconds: int, event_id: StoredId | None = None, time_key: int | None = None
) -> dict[str, object]:
    """Parameters of a place: that key, else that event if it is there, else the first event not earlier than that time.

    For the place `low` it is just newer than the event.
    """
    return {
        f"{place}_key": time_key,
        f"{place}_id_ref": None if event_id is None else event_id.ref,
        f"{place}_id": None if event_id is None else event_id.stored,
        f"{place}_time": microseconds,
        f"{place}_time_key": microseconds << SLOT_BITS,
    }


def ladder_parameters(
    cut: Ladder, span_list: Callable[[Iterable[Span]], object], *, one_by_one: bool = False
) -> dict[str, object]:
    """Parameters of a span cut in buckets: its rests, and as `pieces` runs of buckets of a level, or one by one."""
    places = place_parameters("left", cut.left_until) | place_parameters("right", cut.right_since)
    pieces = [piece for piece in cut.pieces if piece.first < piece.beyond]
    if one_by_one:
        pieces = [Buckets(level, each, each + 1) for level, first, beyond in pieces for each in range(first, beyond)]
    return {**places, "pieces": span_list(pieces)}


def json_spans(spans: Iterable[Span]) -> str:
    """Spans as a text that SQLite takes apart."""
    return json.dumps(list(spans))
