"""The one textual form of a filter, for the command line, links and the query box: read and written without loss.

    since:-30d name:subscription.created -actor:ops@acme.example entity:"an id with spaces" payload.plan.id:plan-growth

Terms stand apart by white space and all must hold. A field named twice means either value; `-` in front excludes one.
A value is bare (it holds no white space and does not begin with a double quote) or in double quotes, where every
character stands for itself, except that `\\"` is a quote and `\\\\` a backslash. In names, types, ids and actors a bare
`*` stands for any characters, as `\\*` does in quotes. `payload.` goes on with a path into the payload (`json_path`),
and a bare value of it may be a range of numbers (`number_range`). A value without a field is a text to look for:
`declined` is `text:declined`. Only with its field can it be excluded, since `-30d` or `-v` is more often meant as
something else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from .choice import ANY, Choice, PayloadChoice
from .errors import TimeMistake
from .event_filter import DEFAULT_SPAN, EventFilter, Moment, TimeRange
from .filter_terms import CHOICE_WORDS, FILTER_WORDS, PATTERN_WORDS, TIME_WORDS, WHOLE_WORD, FilterTerm, filter_terms
from .json_path import PAYLOAD, Path, write_path
from .number_range import NumberRange, all_numbers_between, is_like_a_range, write_range
from .quoting import written, written_pattern
from .time_text import write_moment
from .time_words import LAST, parse_bound

USUAL_TIME = TimeRange()
_LONGEST_EXAMPLE = 40


def parse_filter(text: str, now: datetime | None = None, *, unwritten_time: TimeRange = USUAL_TIME) -> EventFilter:
    """The filter that `text` writes; an empty text is the default one. Raises FilterMistake, and nothing else.

    Days and times of day are counted from `now` (UTC), or else from what time it is, and become moments. Where the text
    names neither end of the time, that is `unwritten_time`.
    """
    times: dict[str, FilterTerm] = {}
    choices: dict[tuple[str, Path], dict[str, list[str | NumberRange]]] = {}
    ranges: dict[tuple[str, Path], list[FilterTerm]] = {}
    for term in filter_terms(text):
        if term.word in TIME_WORDS:
            if term.word in times:
                raise term.mistake(f"There is a second {term.word}.", "Keep one of them.")
            times[term.word] = term
        else:
            place = FILTER_WORDS[term.word], term.path
            side, value = _side_and_value(term)
            choices.setdefault(place, {}).setdefault(side, []).append(value)
            if side == "ranges":
                ranges.setdefault(place, []).append(term)
    for written_ranges in ranges.values():
        _check_ranges(written_ranges)
    chosen = {
        place: ANY.replaced(**{side: tuple(values) for side, values in sides.items()})
        for place, sides in choices.items()
    }
    return EventFilter(
        time=_time(times, now) if times else unwritten_time,
        payload=tuple(PayloadChoice(path=path, choice=choice) for (_, path), choice in chosen.items() if path),
        **{field: choice for (field, path), choice in chosen.items() if not path},
    )


def write_filter(event_filter: EventFilter) -> str:
    """The text that `parse_filter` reads as the same filter. The default filter is the empty text."""
    return " ".join(_written_terms(event_filter))


def _written_terms(event_filter: EventFilter) -> Iterator[str]:
    time = event_filter.time
    if time.since != DEFAULT_SPAN:
        yield f"since:{write_moment(time.since)}"
    if time.until is not None:
        yield f"until:{write_moment(time.until, end=True)}"
    for word in CHOICE_WORDS:
        write = partial(written, also="*") if word in (*PATTERN_WORDS, WHOLE_WORD) else written
        yield from _written_choice(word, event_filter.choice(FILTER_WORDS[word]), write)
    for each in event_filter.payload:
        yield from _written_choice(f"{PAYLOAD}{write_path(each.path)}", each.choice, _written_value)


def _written_choice(word: str, choice: Choice, write: Callable[[str], str]) -> Iterator[str]:
    for minus, values, patterns, ranges in (
        ("", choice.included, choice.patterns, choice.ranges),
        ("-", choice.excluded, choice.excluded_patterns, choice.excluded_ranges),
    ):
        yield from (f"{minus}{word}:{write(value)}" for value in values)
        yield from (f"{minus}{word}:{written_pattern(pattern)}" for pattern in patterns)
        yield from (f"{minus}{word}:{write_range(numbers)}" for numbers in ranges)


def _written_value(value: str) -> str:
    """A value of the payload, in quotes where it would be read as a range of numbers, or a pattern."""
    text = written(value, also="*")
    return f'"{value}"' if is_like_a_range(value) and text == value else text


def _side_and_value(term: FilterTerm) -> tuple[str, str | NumberRange]:
    """The part of a choice that a term adds to, and what it adds."""
    if term.numbers is not None:
        return "excluded_ranges" if term.excluded else "ranges", term.numbers
    if term.pattern is not None:
        return "excluded_patterns" if term.excluded else "patterns", term.pattern
    return "excluded" if term.excluded else "included", term.value


def _check_ranges(terms: Sequence[FilterTerm]) -> None:
    """Of `>5` and `<10`, of which either would do, every number is one."""
    between = all_numbers_between([term.numbers for term in terms if term.numbers is not None])
    if between is not None:
        text = write_range(between)
        raise terms[-1].value_mistake(
            "Every number is in one of these ranges: a field written twice means either.",
            f"For numbers in both of them, write {text if len(text) <= _LONGEST_EXAMPLE else '10..20'}.",
        )


def _moment(term: FilterTerm, now: datetime | None) -> Moment | None:
    try:
        return parse_bound(term.value, now or datetime.now(UTC), end=term.word == "until")
    except TimeMistake as mistake:
        advice = mistake.advice
        if term.value.lower() == LAST:
            advice = f'A time with a space needs quotes: {term.word}:"last friday". A shell needs others around that.'
        raise term.value_mistake(f"{term.word}: {mistake}", advice) from None


def _time(terms: Mapping[str, FilterTerm], now: datetime | None) -> TimeRange:
    time = TimeRange(**{word: _moment(term, now) for word, term in terms.items()})
    if "until" in terms and _is_later(time.since, time.until):
        if "since" in terms:
            last = max(terms.values(), key=lambda term: term.start)
            raise last.value_mistake("since is later than until.", "Exchange the two.")
        raise terms["until"].value_mistake(
            "until lies before the last 30 days, where a filter begins.", "Add since:all, or an earlier since."
        )
    return time


def _is_later(since: Moment | None, until: Moment | None) -> bool:
    """Whether that is certain without knowing the time of day."""
    if isinstance(since, datetime) and isinstance(until, datetime):
        return since > until
    return isinstance(since, timedelta) and isinstance(until, timedelta) and since < until
