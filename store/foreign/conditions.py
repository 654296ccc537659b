"""From a filter to a condition on the rows of a foreign table. `EventFilter.matches` is the meaning of both."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, func, literal, not_, or_

from ..choice import Choice
from ..event_filter import VOCABULARIES, EventFilter
from ..json_path import Path, is_index
from ..pattern import fits, pieces
from ..vocabulary import EVENT_NAMES, Vocabulary
from .fields import Field, held_by, longest_piece
from .mapped import MappedTable
from .tested import ALWAYS, NEVER, UNKNOWN, Test, all_of, any_of, negated, perhaps
from .times import Times

MOST_TESTED = 30
"""From more values of a choice on that have to be compared one by one, the rows are read instead."""

_WORDS_OF_JSON = ("null", "true", "false")
_SIGNS_WITHOUT_MEANING = " _.-"
_TEXT_FIELDS = (
    *("environment", "entity_type", "actor_type", "entity_id", "entity_name", "parent_entity_id"),
    *("actor_id", "actor_name", "actor_email", "actor_ip_address", "trace_id"),
)

Values = Mapping[str, Sequence[str]]
"""By the name of a field, all values that its column holds, where they are known."""


Means = Callable[[str], Test]
Fits = Callable[[Sequence[str], str], bool]


def test_of(mapped: MappedTable, event_filter: EventFilter, values: Values) -> Test:
    """The condition on a row for a settled filter, that it can be read as an event included."""
    fields = mapped.fields
    tests = [time_test(mapped.times, *event_filter.time.ends)]
    for choice, name in (
        (event_filter.environments, "environment"),
        (event_filter.entity_ids, "entity_id"),
        (event_filter.trace_ids, "trace_id"),
    ):
        fitting = _known_fitting(fields[name], values.get(name), fits)
        tests += _allowed(choice, fields[name].equals, fitting)
    for choice, name, vocabulary in (
        (event_filter.event_names, "event_name", EVENT_NAMES),
        (event_filter.entity_types, "entity_type", VOCABULARIES["entity_types"]),
        (event_filter.actor_types, "actor_type", VOCABULARIES["actor_types"]),
    ):
        means, fitting = _name_tests(mapped, fields[name], vocabulary, values.get(name))
        tests += _allowed(choice, means, fitting)
    tests += _allowed(event_filter.actors, lambda word: _answers_to(mapped, word), lambda pattern: UNKNOWN)
    owners = (fields["entity_id"], fields["parent_entity_id"])
    tests += _allowed(event_filter.belongs_to, lambda owner: any_of([field.equals(owner) for field in owners]))
    tests += _allowed(event_filter.texts, lambda word: perhaps(_holding(mapped, word)))
    for each in event_filter.payload:
        tests += _allowed(
            each.choice,
            lambda value: perhaps(_payload_holding(mapped, value)),
            lambda pattern: perhaps(_payload_fitting(mapped, pattern)),
        )
        if each.choice.wants_some:
            tests.append(perhaps(_payload_with(mapped, each.path)))
    return all_of(tests)


def time_test(times: Times, since: datetime | None, until: datetime | None) -> Test:
    """Whether a row has a time that can be read, from `since` to `until`, both included or open."""
    first = [] if since is None else [times.since(since)]
    last = [] if until is None else [times.until(until)]
    return all_of([times.readable, *first, *last])


def _allowed(choice: Choice, means: Means, fitting: Means = lambda pattern: UNKNOWN) -> list[Test]:
    excluded = [*map(means, choice.excluded), *map(fitting, choice.excluded_patterns)]
    excluded += [UNKNOWN] * len(choice.excluded_ranges)
    included = [*map(means, choice.included), *map(fitting, choice.patterns), *([UNKNOWN] * len(choice.ranges))]
    if max(len(excluded), len(included)) > MOST_TESTED:
        return [UNKNOWN]
    tests = [negated(any_of(excluded))] if excluded else []
    return [*tests, any_of(included)] if choice.wants_some else tests


def _known_fitting(
    field: Field, known: Sequence[str] | None, is_fitting: Callable[[Sequence[str], str], bool]
) -> Means:
    """Patterns as the values that fit them, where all values are known."""

    def fitting(pattern: str) -> Test:
        if known is None:
            return UNKNOWN
        return any_of([field.equals(value) for value in known if is_fitting(pieces(pattern), value)])

    return fitting


def _name_tests(
    mapped: MappedTable, field: Field, vocabulary: Vocabulary, known: Sequence[str] | None
) -> tuple[Means, Means]:
    """What words and patterns mean of a field with spellings. Where it is the name, an absent one is the empty text."""
    if known is not None:
        return (
            lambda word: any_of([field.equals(value) for value in known if vocabulary.matches(word, value)]),
            _known_fitting(field, known, vocabulary.fits),
        )

    def means(word: str) -> Test:
        if field.text is None or not word.isascii():
            return UNKNOWN
        small = func.lower(field.text)
        spelled = [_without_signs(small) == literal(text, Text) for text in sorted(vocabulary.stored_meanings(word))]
        same = or_(small == literal(word.lower(), Text), *spelled)
        plain = mapped.dialect.is_plain(field.text)
        return Test(or_(same, not_(plain)), and_(same, plain))

    return means, lambda pattern: UNKNOWN


def _answers_to(mapped: MappedTable, word: str) -> Test:
    """Whether the actor of a row answers to a word."""
    exact = [mapped.fields[name].equals(word) for name in ("actor_id", "actor_ip_address")]
    return any_of([*exact, *(_is_called(mapped, mapped.fields[name], word) for name in ("actor_name", "actor_email"))])


def _is_called(mapped: MappedTable, field: Field, word: str) -> Test:
    if field.text is None:
        return perhaps(field.holds(word)) if word.isascii() and word.isalnum() else UNKNOWN
    if not word.isascii():
        return UNKNOWN if word.casefold().isascii() else perhaps(not_(mapped.dialect.is_ascii(field.text)))
    same = func.lower(field.text) == literal(word.lower(), Text)
    folds = mapped.dialect.folds_to_ascii(field.text)
    return Test(or_(same, folds), same)


def _without_signs(text: ColumnElement[str]) -> ColumnElement[str]:
    for sign in _SIGNS_WITHOUT_MEANING:
        text = func.replace(text, sign, "", type_=Text)
    return text


def _holding(mapped: MappedTable, word: str) -> ColumnElement[bool]:
    """Whether a text of a row may hold a word."""
    fields, dialect = mapped.fields, mapped.dialect
    if not all(sign.isalnum() or sign in " -_@./" for sign in word) or _is_written_by_us(mapped, word):
        return ALWAYS.maybe
    holds = [fields[name].holds(word) for name in (*_TEXT_FIELDS, "event_name")]
    holds += [_spelled_with(mapped, word), held_by(mapped.id, word, dialect)]
    for document in (*mapped.payload, *mapped.request):
        # A text that is no JSON becomes some, where a control character is an escape with letters in it.
        holds += [held_by(document, word, dialect), dialect.has_controls(document)]
    return or_(*holds)


def _spelled_with(mapped: MappedTable, word: str) -> ColumnElement[bool]:
    """Whether the name of a row may have another spelling that holds a word."""
    name = mapped.fields["event_name"].text
    known = EVENT_NAMES.stored_with(word)
    if not known:
        return NEVER.maybe
    if name is None or len(known) > MOST_TESTED:
        return ALWAYS.maybe
    written = _without_signs(func.lower(name))
    return or_(not_(mapped.dialect.is_plain(name)), *(written == literal(text, Text) for text in sorted(known)))


def _payload_holding(mapped: MappedTable, value: str) -> ColumnElement[bool]:
    """Whether the payload of a row may have a value."""
    if mapped.member_names and value in _WORDS_OF_JSON:
        return ALWAYS.maybe
    return _in_documents(mapped, longest_piece(value))


def _payload_fitting(mapped: MappedTable, pattern: str) -> ColumnElement[bool]:
    """Whether the payload of a row may have a value that fits a pattern, which is never null."""
    piece = max(map(longest_piece, pieces(pattern)), key=len)
    return ALWAYS.maybe if mapped.member_names or not piece else _in_documents(mapped, piece)


def _payload_with(mapped: MappedTable, path: Path) -> ColumnElement[bool]:
    """Whether the payload of a row may have something at a path: its last key stands there, if it is surely one."""
    key = next((key for key in reversed(path) if not is_index(key)), "")
    is_ours = bool(mapped.member_names) and key == path[0]  # the name of a column
    return ALWAYS.maybe if is_ours or not longest_piece(key) else _in_documents(mapped, longest_piece(key))


def _in_documents(mapped: MappedTable, piece: str) -> ColumnElement[bool]:
    holds = [held_by(document, text, mapped.dialect) for document in mapped.payload for text in (piece, "\\u")]
    return or_(*holds) if holds else NEVER.maybe


def _is_written_by_us(mapped: MappedTable, word: str) -> bool:
    """Whether the letters that a payload of several columns has around these may hold a word."""
    letters = (*_WORDS_OF_JSON, *mapped.member_names) if mapped.member_names else ()
    return any(word.lower() in each.lower() for each in letters)
