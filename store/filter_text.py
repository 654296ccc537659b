"""The one textual form of a filter, for the command line, links and the query box: read and written without loss.

    since:-30d name:subscription.created -actor:ops@acme.example entity:"an id with spaces"

Terms stand apart by white space and all must hold. A field named twice means either value; `-` in front excludes one.
A value is bare (it holds no white space and does not begin with a double quote) or in double quotes, where every
character stands for itself, except that `\\"` is a quote and `\\\\` a backslash.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from types import MappingProxyType
from typing import NamedTuple

from .errors import FilterMistake, TimeMistake
from .event_filter import DEFAULT_SPAN, Choice, EventFilter, Moment, TimeRange
from .time_text import parse_moment, write_moment

FILTER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "since": "time.since",
        "until": "time.until",
        "environment": "environments",
        "name": "event_names",
        "entity_type": "entity_types",
        "entity": "entity_ids",
        "actor_type": "actor_types",
        "actor": "actors",
        "trace": "trace_ids",
    }
)
"""The word of each field, as a user writes it, and the part of an EventFilter that it sets, in the order of writing."""

_TIME_WORDS = ("since", "until")
_CHOICE_WORDS = tuple(word for word in FILTER_WORDS if word not in _TIME_WORDS)
_TERM = re.compile(
    r'(?P<minus>-?)(?P<word>[^\s:"]*):'
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"(?P<rest>\S*)|(?P<bare>[^\s"]\S*)|(?P<unclosed>"?))',
    re.DOTALL,
)
_NOT_SPACE = re.compile(r"\S")
_WORD = re.compile(r'"[^"]*"?|\S+')
_FIELDS_ADVICE = f"The fields are {', '.join(FILTER_WORDS)}; write one as field:value."
_SHOWN_LENGTH = 40


class _Term(NamedTuple):
    """One condition as written, with where it and its value begin (counted from 0) and how long each is."""

    word: str
    value: str
    excluded: bool
    start: int
    length: int
    value_start: int

    def mistake(self, message: str, advice: str) -> FilterMistake:
        return FilterMistake(message, self.start + 1, self.length, advice)

    def value_mistake(self, message: str, advice: str) -> FilterMistake:
        return FilterMistake(message, self.value_start + 1, self.start + self.length - self.value_start, advice)


def parse_filter(text: str) -> EventFilter:
    """The filter that `text` writes; an empty text is the default one. Raises FilterMistake, and nothing else."""
    times: dict[str, _Term] = {}
    choices: dict[str, dict[str, list[str]]] = {}
    for term in _terms(text):
        if term.word in _TIME_WORDS:
            if term.excluded:
                raise term.mistake(f"{term.word}: cannot be excluded.", f"Write {term.word}: without the minus.")
            if term.word in times:
                raise term.mistake(f"There is a second {term.word}.", "Keep one of them.")
            times[term.word] = term
        else:
            sides = choices.setdefault(FILTER_WORDS[term.word], {})
            sides.setdefault("excluded" if term.excluded else "included", []).append(term.value)
    return EventFilter(
        time=_time(times),
        **{field: Choice.model_validate(sides) for field, sides in choices.items()},
    )


def write_filter(event_filter: EventFilter) -> str:
    """The text that `parse_filter` reads as the same filter. The default filter is the empty text."""
    return " ".join(_written_terms(event_filter))


def write_value(value: str) -> str:
    """A value of a term: bare where that is safe to read and to show, otherwise in double quotes."""
    if value and value.isprintable() and not any(sign in value for sign in ' "\\'):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _written_terms(event_filter: EventFilter) -> Iterator[str]:
    time = event_filter.time
    if time.since != DEFAULT_SPAN:
        yield f"since:{write_moment(time.since)}"
    if time.until is not None:
        yield f"until:{write_moment(time.until, end=True)}"
    for word in _CHOICE_WORDS:
        choice = event_filter.choice(FILTER_WORDS[word])
        yield from (f"{word}:{write_value(value)}" for value in choice.included)
        yield from (f"-{word}:{write_value(value)}" for value in choice.excluded)


def _terms(text: str) -> Iterator[_Term]:
    previous: _Term | None = None
    position = 0
    while found := _NOT_SPACE.search(text, position):
        position = found.start()
        match = _TERM.match(text, position)
        if match is None:
            raise _bare_word(text, position, previous)
        previous = _term(match)
        yield previous
        position = match.end()


def _term(match: re.Match[str]) -> _Term:
    start, word = match.start(), match["word"].lower()
    if word not in FILTER_WORDS:
        raise _unknown_field(match)
    value_start = match.end("word") + 1
    if match["unclosed"]:
        raise FilterMistake(
            "This quote is never closed.", value_start + 1, advice='End the value with "; inside write \\" for a quote.'
        )
    if match["rest"]:
        raise FilterMistake(
            "Something follows the closing quote.",
            match.start("rest") + 1,
            len(match["rest"]),
            'Put a space after the quote, or write \\" for a quote inside the value.',
        )
    quoted, bare = match["quoted"], match["bare"]
    if quoted is None and bare is None:
        advice = f'Write {word}:value, or {word}:"" for the empty one.'
        raise FilterMistake(f"{word}: has no value.", value_start + 1, advice=advice)
    value = bare if quoted is None else re.sub(r'\\([\\"])', r"\1", quoted)
    return _Term(word, value, bool(match["minus"]), start, match.end() - start, value_start)


def _moment(term: _Term) -> Moment | None:
    try:
        return parse_moment(term.value, end=term.word == "until")
    except TimeMistake as mistake:
        raise term.value_mistake(f"{term.word}: {mistake}", mistake.advice) from None


def _time(terms: Mapping[str, _Term]) -> TimeRange:
    time = TimeRange.model_validate({word: _moment(term) for word, term in terms.items()})
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


def _unknown_field(match: re.Match[str]) -> FilterMistake:
    word = match["word"]
    if not word:
        return FilterMistake("A field is missing before the colon.", match.start() + 1, 1, _FIELDS_ADVICE)
    column, shown = match.start("word") + 1, word.isprintable() and len(word) <= _SHOWN_LENGTH
    message = f"There is no field {word}." if shown else "There is no such field."
    close = get_close_matches(word.lower(), FILTER_WORDS, n=1) if shown else []
    advice = f"Did you mean {close[0]}:?" if close else _FIELDS_ADVICE
    return FilterMistake(message, column, len(word), advice)


def _bare_word(text: str, position: int, previous: _Term | None) -> FilterMistake:
    found = _WORD.match(text, position)
    word = found[0] if found else ""
    message = "This is no term: it has no field."
    whole = f"{previous.value} {word}" if previous else ""
    if previous and whole.isprintable() and len(whole) <= _SHOWN_LENGTH:
        advice = f"If it belongs to the value, quote that: {previous.word}:{write_value(whole)}. {_FIELDS_ADVICE}"
    else:
        advice = f"{_FIELDS_ADVICE} A value with spaces needs double quotes."
    return FilterMistake(message, position + 1, len(word), advice)
