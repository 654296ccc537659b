"""A filter as a sentence to read above the table. Values stand in it as they are: drawing makes them safe."""

from collections.abc import Iterator
from datetime import timedelta

from .choice import Choice
from .event_filter import VOCABULARIES, EventFilter, Moment, TimeRange
from .json_path import write_path
from .number_range import NumberRange
from .time_text import whole_units, write_moment

_NOUNS = {
    "environments": "environment",
    "event_names": "event",
    "entity_types": "entity type",
    "entity_ids": "entity",
    "actor_types": "actor type",
    "actors": "actor",
    "trace_ids": "trace",
    "belongs_to": "belonging to",
    "texts": "text",
}
_UNIT_NAMES = {"d": "day", "h": "hour", "m": "minute", "s": "second", "ms": "millisecond", "us": "microsecond"}


def sentence(event_filter: EventFilter) -> str:
    """For example: last 30 days · event Subscription created · customer-3fa91c · actor not ops@acme.example."""
    return " · ".join(_parts(event_filter))


def time_sentence(time: TimeRange) -> str:
    """A range of time in words, in UTC: `last 30 days`, `from 2026-10-01 to 2026-10-02 10:04 UTC`, `all time`."""
    since, until = time.since, time.until
    if since is None and until is None:
        return "all time"
    if until is None:
        return f"last {_span(since, one='')}" if isinstance(since, timedelta) else f"since {_moment(since)}"
    if since is None:
        return f"until {_moment(until, end=True)}"
    return f"from {_moment(since)} to {_moment(until, end=True)}"


def _parts(event_filter: EventFilter) -> Iterator[str]:
    yield time_sentence(event_filter.time)
    for field, noun in _NOUNS.items():
        choice = event_filter.choice(field)
        if choice:
            # An entity's id mostly says itself that it is one.
            starts_bare = field == "entity_ids" and (choice.included or choice.patterns)
            yield f"{'' if starts_bare else f'{noun} '}{_choice(field, choice)}"
    for each in event_filter.payload:
        yield f"payload {write_path(each.path)} {_choice('payload', each.choice)}"


def _choice(field: str, choice: Choice) -> str:
    sides = []
    if choice.wants_some:
        sides.append(_either(field, choice.included, choice.patterns, choice.ranges))
    if choice.refuses_some:
        sides.append(f"not {_either(field, choice.excluded, choice.excluded_patterns, choice.excluded_ranges)}")
    return ", ".join(sides)


def _either(field: str, values: tuple[str, ...], patterns: tuple[str, ...], ranges: tuple[NumberRange, ...]) -> str:
    vocabulary = VOCABULARIES.get(field)
    labels = [vocabulary.label(value) if vocabulary else value for value in values]
    return " or ".join(dict.fromkeys(label or '""' for label in [*labels, *patterns, *map(_numbers, ranges)]))


def _numbers(numbers: NumberRange) -> str:
    low, high = numbers.low, numbers.high
    if low is not None and high is not None:
        return f"from {low} to {high}"
    if low is not None:
        return f"over {low}" if numbers.excludes_end else f"at least {low}"
    return f"under {high}" if numbers.excludes_end else f"at most {high}"


def _moment(moment: Moment | None, end: bool = False) -> str:
    if isinstance(moment, timedelta):
        return f"{_span(moment, one='1 ')} ago" if moment else "now"
    return write_moment(moment, end=end).replace("T", " ").replace("Z", " UTC")


def _span(span: timedelta, one: str) -> str:
    number, unit = whole_units(span)
    return f"{one}{_UNIT_NAMES[unit]}" if number == 1 else f"{number} {_UNIT_NAMES[unit]}s"
