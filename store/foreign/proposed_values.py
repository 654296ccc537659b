"""What the columns of a table hold, where their names say nothing: a guess by types and some values."""

import re
from collections.abc import Mapping, Sequence

from .catalogue import ForeignColumn, ForeignTable

MOST_NAMES = 60
LONGEST_NAME = 80
"""Of the names of events there are few, and they are short."""

LEAST_SHARE = 3
"""Each name stands in so many rows on average, or it is none of a kind of event."""

FIRST_SECOND, LAST_SECOND = "0631152000", "4102444799"
"""Of 1990 and of 2099: what counts to another time is likelier to be a telephone number or an id."""

_is_count = re.compile(r"[0-9]{10}([0-9]{3}){0,3}").fullmatch
_is_date = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:").match
_has_parts = re.compile(r"[a-z][A-Z]|[._:/-]").search
_is_name = re.compile(r"[^\W\d_][\w .:/-]*").fullmatch


def by_values(table: ForeignTable, sample: Mapping[str, Sequence[str]], known: Mapping[str, str]) -> Mapping[str, str]:
    """Columns for the time and the name of an event, by field, where they are not `known`.

    `sample` holds some values of each column, as texts.
    """
    found: dict[str, str] = {}
    free = {name: column for name, column in table.columns.items() if name not in known.values()}
    if "occurred_at" not in known:
        times = [name for name, column in free.items() if name not in table.keys and _are_times(column, sample[name])]
        # The one that has an index is likelier to be asked for, and of dates those of the database are sure to be some.
        times.sort(key=lambda name: (not table.is_led_by(name), "moment" not in free[name].kind))
        if times:
            found["occurred_at"] = times[0]
    if "event_name" not in known:
        kinds = {name: _kinds(free[name], sample[name]) for name in free if name not in found.values()}
        best = max(kinds, key=lambda name: kinds[name], default=None)
        if best is not None and any(kinds[best]):
            found["event_name"] = best
    return found


def may_be_time(column: ForeignColumn, values: Sequence[str], *, least: int) -> bool:
    """Whether a column may hold times: by its type, or because at least so many of its values look like some."""
    if column.kind in ("moment", "local_moment"):
        return True
    if column.kind in ("uuid", "json"):
        return False
    return sum(bool(_is_date(value) or is_count(value)) for value in values) >= least


def is_count(value: str) -> bool:
    """Whether a text is a number of seconds since 1970, or of thousandths, millionths or billionths of them."""
    # In each of the units the first ten digits are the seconds.
    return bool(_is_count(value)) and FIRST_SECOND <= value[:10] <= LAST_SECOND


def is_document(column: ForeignColumn, values: Sequence[str]) -> bool:
    """Whether a column holds JSON documents."""
    return column.kind == "json" or (bool(values) and all(value[:1] in ("{", "[") for value in values))


def _are_times(column: ForeignColumn, values: Sequence[str]) -> bool:
    return may_be_time(column, values, least=max(1, len(values) - len(values) // 10))


def _kinds(column: ForeignColumn, values: Sequence[str]) -> tuple[int, int]:
    """How many names of several words a column seems to hold, and how many names, such as kinds of events have."""
    names = set(values)
    if column.kind not in ("text", "other") or not 1 < len(names) <= min(MOST_NAMES, len(values) / LEAST_SHARE):
        return 0, 0
    if not all(len(name) <= LONGEST_NAME and _is_name(name) for name in names):
        return 0, 0
    return sum(bool(_has_parts(name)) for name in names), len(names)
