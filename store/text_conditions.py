"""What a database can test of a filter's conditions on texts and payloads, so that few events need be read.

It lets through every event that matches and some that do not: `EventFilter.matches` has the last word. What a filter
excludes is left to that alone, and so is a JSON value that may be written with escapes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import FromClause, exists, or_, select
from sqlalchemy.sql import ColumnElement

from .choice import Choice, PayloadChoice
from .dialect import Dialect
from .event_filter import EventFilter
from .expressions import NOTHING
from .json_path import is_index
from .pattern import pieces
from .schema import actor, event_detail
from .stored_text import to_stored

MOST_TESTED = 30
"""From more texts or values than that on, every event is read: a statement may not be of any length."""

_LONGEST = 500
_DETAILS = ("entity_id", "entity_name", "trace_id", "parent_entity_id", "actor_more", "payload", "request")
_ACTOR_PARTS = ("id", "name", "email", "ip_address")
_PART_OF_UUID = re.compile(r"[0-9a-fA-F-]*")
_ESCAPED_IN_JSON = re.compile(r'["\\/\x00-\x1f]')
_JSON_ESCAPE = "\\u"

Actors = Literal["none", "masked", "joined"]
IdColumn = Literal["entity_id", "trace_id"]


class TextTest(NamedTuple):
    """The form of a test. For each text, `words` says whether it may be part of a UUID.

    With `masked`, the parameter `text_mask` says in which combinations a text occurs. With `actors` being masked, the
    parameter `text_actors` says so of actors; being joined, each event's actor is looked at. `payload` says for each
    path how many values are looked for and whether its last key is, and `ids` for each column of ids how many texts are
    of which one must occur in it.
    """

    words: tuple[bool, ...] = ()
    masked: bool = False
    actors: Actors = "none"
    payload: tuple[tuple[int, bool], ...] = ()
    ids: tuple[tuple[IdColumn, int], ...] = ()


def test_of(event_filter: EventFilter, masked: bool = False, actors: Actors = "none") -> TextTest:
    """The test for a filter. `masked` and `actors` count where it has texts to look for."""
    words = _words(event_filter)
    payload = tuple((len(_values(each)), bool(_key(each))) for each in _paths(event_filter))
    ids = tuple((column, len(texts)) for column, texts in _id_texts(event_filter).items())
    if not words:
        return TextTest(payload=payload, ids=ids)
    in_uuid = tuple(_PART_OF_UUID.fullmatch(word) is not None for word in words)
    return TextTest(in_uuid, masked, actors, payload, ids)


def text_parameters(dialect: Dialect, event_filter: EventFilter) -> dict[str, object]:
    """The parameters of a filter's test, but for the masks."""
    parameters: dict[str, object] = {}
    for number, word in enumerate(_words(event_filter)):
        parameters[f"word_{number}"] = dialect.texts.wanted(to_stored(word))
        parameters[f"word_{number}_in_id"] = dialect.texts.wanted_in_id(word)
        parameters[f"word_{number}_in_uuid"] = word.lower().replace("-", "")
    for column, texts in _id_texts(event_filter).items():
        wanted = enumerate(map(dialect.texts.wanted, map(to_stored, texts)))
        parameters |= {f"{column}_{number}": text for number, text in wanted}
    for place, each in enumerate(_paths(event_filter)):
        sought = {"key": _key(each)} | {f"value_{number}": value for number, value in enumerate(_values(each))}
        parameters |= {f"path_{place}_{name}": dialect.texts.wanted(to_stored(piece)) for name, piece in sought.items()}
    return parameters | {"json_escape": dialect.texts.wanted(_JSON_ESCAPE)}


def text_tested(dialect: Dialect, test: TextTest, event: FromClause) -> list[ColumnElement[bool]]:
    """The conditions of a test on a row of `event` and its details."""
    conditions: list[ColumnElement[bool]] = []
    if test.words:
        conditions.append(or_(*_holding(dialect, test, event)))
    for column, texts in test.ids:
        found = (dialect.texts.holds(event_detail.c[column], f"{column}_{number}") for number in range(texts))
        conditions.append(or_(*found))
    payload = event_detail.c.payload
    for place, (values, has_key) in enumerate(test.payload):
        escaped = dialect.texts.holds(payload, "json_escape")
        if values:
            found = (dialect.texts.holds(payload, f"path_{place}_value_{number}") for number in range(values))
            conditions.append(or_(*found, escaped))
        if has_key:
            conditions.append(or_(dialect.texts.holds(payload, f"path_{place}_key"), escaped))
    return conditions


def actor_holds(dialect: Dialect, words: int, table: FromClause = actor) -> ColumnElement[bool]:
    """Whether one of the words occurs in a part of an actor."""
    parts = [(f"word_{number}", table.c[part]) for number in range(words) for part in _ACTOR_PARTS]
    return or_(*(dialect.texts.holds(part, word) for word, part in parts))


def _holding(dialect: Dialect, test: TextTest, event: FromClause) -> Iterator[ColumnElement[bool]]:
    # The cheapest ones first: the others are not worked out where these hold.
    if test.masked:
        yield dialect.in_mask(event.c.combination_ref, "text_mask")
    if test.actors == "masked":
        yield dialect.in_mask(event.c.actor_ref, "text_actors")
    for number, may_be_part_of_uuid in enumerate(test.words):
        yield dialect.texts.id_holds(event_detail.c.id, f"word_{number}_in_id")
        if may_be_part_of_uuid:
            yield dialect.texts.uuid_holds(event_detail.c.id, f"word_{number}_in_uuid")
    if test.actors == "joined":
        own = actor.alias("own")
        holds = actor_holds(dialect, len(test.words), own)
        yield exists(select(own.c.actor_ref).where(own.c.actor_ref == event.c.actor_ref + NOTHING, holds))
    for number in range(len(test.words)):
        yield from (dialect.texts.holds(event_detail.c[name], f"word_{number}") for name in _DETAILS)


def _words(event_filter: EventFilter) -> Sequence[str]:
    """The texts to look for: where any will do, and they are not too many."""
    texts = event_filter.texts.included
    return [] if len(texts) > MOST_TESTED else [text[:_LONGEST] for text in texts]


def _id_texts(event_filter: EventFilter) -> Mapping[IdColumn, Sequence[str]]:
    """For a column of ids with patterns, the longest text in each pattern, and the ids that will do as well."""
    choices: Mapping[IdColumn, Choice] = {"entity_id": event_filter.entity_ids, "trace_id": event_filter.trace_ids}
    return {
        column: [
            text[:_LONGEST] for text in (*choice.included, *(max(pieces(each), key=len) for each in choice.patterns))
        ]
        for column, choice in choices.items()
        if choice.patterns and len(choice.included) + len(choice.patterns) <= MOST_TESTED
    }


def _paths(event_filter: EventFilter) -> Sequence[PayloadChoice]:
    paths = [each for each in event_filter.payload if each.choice.wants_some]
    return [] if sum(len(each.choice.included + each.choice.patterns) for each in paths) > MOST_TESTED else paths


def _values(each: PayloadChoice) -> Sequence[str]:
    """Of every value and pattern a piece that stands in the document as it is, unless that has escapes. None if one has
    none, and for ranges: a number is written in many ways."""
    if each.choice.ranges:
        return []
    longest = [max(pieces(pattern), key=len) for pattern in each.choice.patterns]
    found = [_unescaped(value) for value in (*each.choice.included, *longest)]
    return found if all(found) else []


def _key(each: PayloadChoice) -> str:
    """The same of the last key that is certainly one, and no place in a list."""
    return _unescaped(next((key for key in reversed(each.path) if not is_index(key)), ""))


def _unescaped(text: str) -> str:
    return max(_ESCAPED_IN_JSON.split(text), key=len)[:_LONGEST]
