"""Which columns hold what of an event: a guess by their names, and where these say nothing, by some of their values."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from .names import FIELD_NAMES

Kind = Literal["text", "integer", "number", "uuid", "moment", "local_moment", "json", "other"]
"""What a column holds. `moment` knows its offset from UTC, `local_moment` does not; `other` is compared as text."""

REQUIRED = frozenset({"id", "occurred_at", "event_name"})
"""What an event cannot be without. In files, an id is made of the content where there is none."""

MOST_NAMES = 60
LONGEST_NAME = 80
"""Of the names of events there are few, and they are short."""

LEAST_SHARE = 3
"""Each name stands in so many rows on average, or it is none of a kind of event."""

FIRST_SECOND, LAST_SECOND = "0631152000", "4102444799"
"""Of 1990 and of 2099: what counts to another time is likelier to be a telephone number or an id."""

_is_count = re.compile(r"[0-9]{10}([0-9]{3}){0,3}(\.[0-9]+)?").fullmatch
_is_date = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:").match
_has_parts = re.compile(r"[a-z][A-Z]|[._:/-]").search
_has_digit = re.compile(r"[0-9]").search
_is_name = re.compile(r"[^\W\d_][\w .:/-]*").fullmatch


class Column(NamedTuple):
    """A column of a table, or a key of records: what it holds, and some of its values as texts.

    A key tells any two rows apart; an index finds the rows of one value where a column `is_led`.
    """

    kind: Kind
    values: Sequence[str] = ()
    is_key: bool = False
    is_led: bool = False


def by_names(columns: Mapping[str, Column]) -> dict[str, str]:
    """The columns of the fields that are found, each once."""
    found: dict[str, str] = {}
    for field, names in FIELD_NAMES.items():
        for name in _called(columns, names):
            if name not in found.values() and _fits(field, columns[name]):
                found[field] = name
                break
    return found


def by_values(columns: Mapping[str, Column], known: Mapping[str, str]) -> Mapping[str, str]:
    """Columns for the time and the name of an event, by field, where they are not `known`."""
    found: dict[str, str] = {}
    free = {name: column for name, column in columns.items() if name not in known.values()}
    if "occurred_at" not in known:
        times = [name for name, column in free.items() if not column.is_key and _are_times(column)]
        # The one that has an index is likelier to be asked for, and of dates those of the database are sure to be some.
        times.sort(key=lambda name: (not free[name].is_led, "moment" not in free[name].kind))
        if times:
            found["occurred_at"] = times[0]
    if "event_name" not in known:
        kinds = {name: _kinds(free[name]) for name in free if name not in found.values()}
        best = max(kinds, key=lambda name: kinds[name], default=None)
        if best is not None and any(kinds[best]):
            found["event_name"] = best
    return found


def documents(columns: Mapping[str, Column], known: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Of the columns that are not `known` those that hold JSON documents, with some of these."""
    return {name: column.values for name, column in columns.items() if name not in known and is_document(column)}


def is_count(value: str) -> bool:
    """Whether a text is a number of seconds since 1970, or of thousandths, millionths or billionths of them."""
    # In each of the units the first ten digits are the seconds.
    return bool(_is_count(value)) and FIRST_SECOND <= value[:10] <= LAST_SECOND


def is_document(column: Column) -> bool:
    """Whether a column holds JSON documents."""
    return column.kind == "json" or (bool(column.values) and all(value[:1] in ("{", "[") for value in column.values))


def may_be_time(column: Column, *, least: int) -> bool:
    """Whether a column may hold times: by its type, or because at least so many of its values look like some."""
    if column.kind in ("moment", "local_moment"):
        return True
    if column.kind in ("uuid", "json"):
        return False
    return sum(bool(_is_date(value) or is_count(value)) for value in column.values) >= least


def _called(columns: Mapping[str, Column], names: Sequence[str]) -> Iterator[str]:
    """The columns with one of the names, the likeliest first."""
    plain = {re.sub("[^a-z0-9]", "", column.lower()): column for column in columns}
    yield from (plain[name.replace("_", "")] for name in names if name.replace("_", "") in plain)


def _fits(field: str, column: Column) -> bool:
    if field == "occurred_at":
        return may_be_time(column, least=1 if column.values else 0)
    if field == "entity_type":
        return not is_document(column) and _may_be_kinds(column)
    return field == "request" or not is_document(column)


def _may_be_kinds(column: Column) -> bool:
    """Whether values may say of what kind things are: of these there are few, and ids mostly have digits."""
    values = set(column.values)
    return len(values) * LEAST_SHARE <= len(column.values) or not any(map(_has_digit, values))


def _are_times(column: Column) -> bool:
    return may_be_time(column, least=max(1, len(column.values) - len(column.values) // 10))


def _kinds(column: Column) -> tuple[int, int]:
    """How many names of several words a column seems to hold, and how many names, such as kinds of events have."""
    names = set(column.values)
    if column.kind not in ("text", "other") or not 1 < len(names) <= min(MOST_NAMES, len(column.values) / LEAST_SHARE):
        return 0, 0
    if not all(len(name) <= LONGEST_NAME and _is_name(name) for name in names):
        return 0, 0
    return sum(bool(_has_parts(name)) for name in names), len(names)
