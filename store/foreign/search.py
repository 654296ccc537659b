"""What a question about a foreign table comes to: the condition on its rows, and how these are found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ..errors import QuestionTooLong
from ..event_filter import CHOICE_FIELDS, EventFilter, TimeRange
from ..page import Direction
from .asking import Asking
from .catalogue import MANY_ROWS
from .conditions import test_of, time_test
from .mapped import MappedTable
from .statements import MOST_VALUES, Place, Span, select_values
from .tested import Test
from .times import Limits

VALUES_SECONDS = 0.2
"""How long it may take to learn all values of a column with an index."""

MOST_SEARCHES = 16

COLUMNS: Mapping[str, Sequence[str]] = {
    "environments": ("environment",),
    "event_names": ("event_name",),
    "entity_types": ("entity_type",),
    "entity_ids": ("entity_id",),
    "actor_types": ("actor_type",),
    "actors": ("actor_id", "actor_ip_address", "actor_name", "actor_email"),
    "trace_ids": ("trace_id",),
    "belongs_to": ("entity_id", "parent_entity_id"),
}
"""By the field of a filter, the fields of an event in which its values stand."""

_WITH_FEW_VALUES = ("environment", "event_name", "entity_type", "actor_type")


class Search(NamedTuple):
    """A settled filter, the condition for it, and that for its times alone.

    With `is_read` rows are found by going through the table.
    """

    event_filter: EventFilter
    test: Test
    times: Test
    limits: Limits
    is_read: bool

    def span(
        self, direction: Direction, start: Place | None = None, end: Place | None = None, *, includes: bool = False
    ) -> Span:
        """The rows of its time from `start` on, which is left out unless `includes` says otherwise, to `end`."""
        return Span(direction, self.limits, start, end, includes)


class SearchPlanner:
    """Makes searches from filters."""

    def __init__(self, mapped: MappedTable, asking: Asking) -> None:
        self._mapped = mapped
        self._asking = asking

    async def search(self, event_filter: EventFilter) -> Search:
        """The search for a settled filter. Raises ValueError when it is not settled."""
        times = time_test(self._mapped.times, *event_filter.time.ends)
        test = test_of(self._mapped, event_filter, await self._values(event_filter))
        limits = self._mapped.times.limits(*event_filter.time.ends)
        return Search(event_filter, test, times, limits, self.needs_reading(event_filter))

    def needs_reading(self, event_filter: EventFilter) -> bool:
        """Whether rows are found by going through the table in the order of time, which may take long."""
        if event_filter.has_text_conditions:
            return True
        rows = self._mapped.table.rows
        return (rows is None or rows >= MANY_ROWS) and bool(unhelped(self._mapped, event_filter))

    async def _values(self, event_filter: EventFilter) -> Mapping[str, Sequence[str]]:
        """All values of the columns that have few of them, of those that have an index and that are asked for."""
        values: dict[str, Sequence[str]] = {}
        for field, names in COLUMNS.items():
            name, column = names[0], self._mapped.fields[names[0]].name
            is_asked_for = name in _WITH_FEW_VALUES and bool(event_filter.choice(field))
            if is_asked_for and column is not None and self._mapped.table.is_led_by(column):
                found = await self._distinct(column)
                if found is not None:
                    # An event without a name has the empty one.
                    values[name] = [*found, ""] if name == "event_name" else found
        return values

    async def _distinct(self, column: str) -> Sequence[str] | None:
        try:
            rows = await self._asking.rows(select_values(self._mapped, column), VALUES_SECONDS)
        except QuestionTooLong:
            return None
        found = [value for (value,) in rows if value]
        return found if len(rows) <= MOST_VALUES else None


def unhelped(mapped: MappedTable, event_filter: EventFilter) -> Sequence[str]:
    """The fields of a filter by which rows could be found, when no index helps with one of them; else none."""
    fields = [
        field
        for field in CHOICE_FIELDS
        if field in COLUMNS and (event_filter.choice(field).included or event_filter.choice(field).patterns)
    ]
    for field in fields:
        columns = [mapped.fields[name].name for name in COLUMNS[field] if is_mapped(mapped, name)]
        if columns and all(column is not None and mapped.table.is_led_by(column) for column in columns):
            return ()
    return fields


def is_mapped(mapped: MappedTable, name: str) -> bool:
    """Whether the table has a field."""
    return getattr(mapped.mapping.columns, name) is not None


def narrowed(event_filter: EventFilter, since: datetime | None = None, until: datetime | None = None) -> EventFilter:
    """The same filter from `since` on, or up to `until`."""
    first, last = event_filter.time.ends
    if since is not None:
        first = since if first is None else max(first, since)
    if until is not None:
        last = until if last is None else min(last, until)
    return event_filter.with_time(TimeRange(since=first, until=last))
