"""The terms of a filter's textual form (`filter_text`), one by one, and what is wrong with one that is none."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import NamedTuple

from .errors import FilterMistake
from .event_filter import CHOICE_FIELDS
from .json_path import PAYLOAD, Path, parse_path
from .number_range import NumberRange, read_range
from .quoting import QUOTED, pattern_in, unquoted

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
        "belongs_to": "belongs_to",
        "text": "texts",
        "payload": "payload",
    }
)
"""The word of each field, as a user writes it, and the part of an EventFilter that it sets, in the order of writing.

Behind `payload` a path must follow.
"""

TIME_WORDS = ("since", "until")
CHOICE_WORDS = tuple(word for word, field in FILTER_WORDS.items() if field in CHOICE_FIELDS)
WHOLE_WORD = "belongs_to"
"""What belongs to something is looked up by the whole id: a star in it is a mistake, and none in a text."""

PATTERN_WORDS = tuple(word for word in (*CHOICE_WORDS, "payload") if word not in ("text", WHOLE_WORD))

_MEANT: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("event", "event_name", "action", "kind"), "name:"),
        **dict.fromkeys(("actor_email", "actor_id", "actor_name", "email", "ip", "actor_ip_address", "user"), "actor:"),
        **dict.fromkeys(("entity_id", "entity_name"), "entity:"),
        **dict.fromkeys(("parent", "parent_entity_id", "parent_id"), "belongs_to:"),
        **dict.fromkeys(("request_id", "trace_id"), "trace:"),
        **dict.fromkeys(("from", "after"), "since:"),
        **dict.fromkeys(("to", "before"), "until:"),
        **dict.fromkeys(("time", "date", "occurred_at"), "since: and until:"),
        **dict.fromkeys(("tag", "tags"), "payload.tags:"),
        "customer": "belongs_to: or entity:",
        "env": "environment:",
        "id": "entity: or trace:, or text:, which looks in all ids",
        "request": "text:",
        "type": "entity_type:, actor_type: or name:",
    }
)
"""What people write who have seen other logs, or the fields of an event, and which fields they mean by it."""

_OPERATORS = MappingProxyType(
    {
        "AND": "All conditions must hold anyway: leave it out.",
        "OR": "Write a field twice for either: name:plan.created name:plan.updated.",
        "NOT": "A minus in front excludes: -name:plan.updated.",
    }
)
"""The words of other query languages, and what does here what they do there."""

_TERM = re.compile(
    rf'(?P<minus>-?)(?:(?P<word>(?:(?i:payload)\.(?:{QUOTED}|[^\s:"]++)++)|[^\s:"]*):)?'
    rf'(?:(?P<quoted>{QUOTED})(?P<rest>\S*)|(?P<bare>[^\s"]\S*)|(?P<unclosed>"?))',
    re.DOTALL,
)
_DATE_BEFORE = re.compile(r"(?<!\S)(?P<word>since|until):(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})\s+\Z", re.IGNORECASE)
_CLOCK_TIME = re.compile(r"[0-9]{2}:[0-9]{2}[0-9:.,Zz+-]{,30}")
_COMPARED = re.compile(rf"(?i:{re.escape(PAYLOAD)})[^<>]+(?P<sign>[<>])=?-?[0-9]")
_NOT_SPACE = re.compile(r"\S")
_FIELDS_ADVICE = (
    f"The fields are {', '.join(FILTER_WORDS)}; write one as field:value, and a text with a colon in double quotes."
)
_PATH_ADVICE = "Write where in the payload, and what is there: payload.plan.id:plan-growth"
_SHOWN_LENGTH = 40


class FilterTerm(NamedTuple):
    """One condition as written, with where it and its value begin (counted from 0) and how long each is."""

    word: str
    path: Path
    value: str
    excluded: bool
    start: int
    length: int
    value_start: int
    pattern: str | None = None
    numbers: NumberRange | None = None

    def mistake(self, message: str, advice: str) -> FilterMistake:
        return FilterMistake(message, self.start + 1, self.length, advice)

    def value_mistake(self, message: str, advice: str) -> FilterMistake:
        return FilterMistake(message, self.value_start + 1, self.start + self.length - self.value_start, advice)


def filter_terms(text: str) -> Iterator[FilterTerm]:
    """Every term of a text, in its order. Raises FilterMistake where the text goes on with none."""
    position = 0
    while found := _NOT_SPACE.search(text, position):
        match = _TERM.match(text, found.start())
        assert match is not None, "nothing at all is a term, too"
        yield _term(match) if match["word"] is not None else _bare_text(match)
        position = match.end()


def _term(match: re.Match[str]) -> FilterTerm:
    word, path = _word_and_path(match)
    value_start = match.end("word") + 1
    if match["minus"] and word in TIME_WORDS:
        advice = f"Write {word}: without the minus."
        raise FilterMistake(f"{word}: cannot be excluded.", match.start() + 1, match.end() - match.start(), advice)
    shown = match["word"].isprintable() and len(match["word"]) <= _SHOWN_LENGTH
    value = _value(match, match["word"] if path and shown else word, value_start)
    if word == WHOLE_WORD and "*" in (match["bare"] or ""):
        advice = "Write the whole id, or one with a star in it in double quotes."
        length = match.end() - value_start
        raise FilterMistake(f"{word}: knows no patterns.", value_start + 1, length, advice)
    pattern = pattern_in(match["bare"], match["quoted"]) if word in PATTERN_WORDS else None
    numbers = _range(match["bare"], value_start) if path and match["bare"] else None
    length = match.end() - match.start()
    return FilterTerm(word, path, value, bool(match["minus"]), match.start(), length, value_start, pattern, numbers)


def _bare_text(match: re.Match[str]) -> FilterTerm:
    """A term without a field: a text to look for."""
    start, shown = match.start(), match[0].removeprefix("-")
    value_start = start + len(match["minus"])
    if shown.lower().startswith(PAYLOAD) and '"' in shown:
        _path(shown[len(PAYLOAD) :], value_start + len(PAYLOAD))
    if compared := _COMPARED.match(shown):
        raise FilterMistake(
            "A colon is missing behind the path.",
            value_start + compared.start("sign") + 1,
            1,
            "Write payload.amount:>100, and a text with this in it in double quotes.",
        )
    if match["minus"]:
        length = max(1, match.end() - start)
        advice = f"Write -text:{shown}" if shown.isprintable() and shown else "Write -text: and the text"
        raise FilterMistake("A text to exclude needs its field.", start + 1, length, f"{advice}.")
    if match["bare"] in _OPERATORS:
        operator = match["bare"]
        raise FilterMistake(
            f"{operator} is no word of a filter.",
            start + 1,
            len(operator),
            f"{_OPERATORS[operator]} To look for the text {operator}, write text:{operator}.",
        )
    value = _value(match, "text", value_start)
    return FilterTerm("text", (), value, False, start, match.end() - start, value_start)


def _word_and_path(match: re.Match[str]) -> tuple[str, Path]:
    """The word of a term's field, and the path behind it where it is that of the payload."""
    word, dot, path = match["word"].partition(".")
    word = word.lower()
    if word != "payload":
        word = match["word"].lower()
        if word not in FILTER_WORDS:
            raise _unknown_field(match)
        return word, ()
    if not dot:
        raise FilterMistake("payload: needs a path.", match.start("word") + 1, len(word), _PATH_ADVICE)
    return word, _path(path, match.start("word") + len(PAYLOAD))


def _path(path: str, start: int) -> Path:
    with _mistakes_from(start):
        return parse_path(path)


def _range(value: str, start: int) -> NumberRange | None:
    with _mistakes_from(start):
        return read_range(value)


@contextlib.contextmanager
def _mistakes_from(start: int) -> Iterator[None]:
    """Mistakes in a part of the text that begins at `start`."""
    try:
        yield
    except FilterMistake as mistake:
        raise FilterMistake(str(mistake), start + mistake.column, mistake.length, mistake.advice) from None


def _value(match: re.Match[str], word: str, value_start: int) -> str:
    """What a term wants its field to be."""
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
        if word in TIME_WORDS:
            advice = f"Write a time behind it, such as {word}:-24h or {word}:2026-10-01."
        raise FilterMistake(f"{word}: has no value.", value_start + 1, advice=advice)
    return bare if quoted is None else unquoted(quoted)


def _unknown_field(match: re.Match[str]) -> FilterMistake:
    word = match["word"]
    if not word:
        return FilterMistake("A field is missing before the colon.", match.start() + 1, 1, _FIELDS_ADVICE)
    if split := _split_time(match):
        return split
    column, shown = match.start("word") + 1, word.isprintable() and len(word) <= _SHOWN_LENGTH
    message = f"There is no field {word}." if shown else "There is no such field."
    beginning, dot, path = word.partition(".")
    meant = _MEANT.get(beginning.lower())
    if meant is None and shown and (close := get_close_matches(beginning.lower(), FILTER_WORDS, n=1)):
        meant = f"{close[0]}{f'{dot}{path}' * (close[0] == 'payload')}:"
    return FilterMistake(message, column, len(word), _FIELDS_ADVICE if meant is None else f"Did you mean {meant}?")


def _split_time(match: re.Match[str]) -> FilterMistake | None:
    """What to say of `10:00` behind `since:2026-11-20`: the two are one time."""
    # A date and the space behind it are short: looking for them through the whole text would take long in a long one.
    first = max(0, match.start() - _SHOWN_LENGTH)
    before = _DATE_BEFORE.search(match.string, first, match.start())
    if before is None or _CLOCK_TIME.fullmatch(match[0]) is None:
        return None
    word, date = before["word"].lower(), before["date"]
    return FilterMistake(
        "A time with a space needs quotes.",
        before.start() + 1,
        match.end() - before.start(),
        f'Write {word}:"{date} {match[0]}" or {word}:{date}T{match[0]}, which no shell takes apart.',
    )
