"""The combinations of a log as a reader knows them, and which of them a filter shows."""

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import null, select, union_all

from .connections import Connections
from .errors import DatabaseDamaged
from .event import Actor, Entity, Event
from .event_filter import EventFilter, TimeRange
from .expressions import constant
from .held_connection import Rows
from .meta_numbers import IS_WRITTEN, SELECT_WRITTEN, batches_written
from .owners import Owners, owners_of
from .rows import Combination, combination_of
from .schema import combination, meta, owner
from .versions import check_schema
from .vocabulary import EVENT_NAMES

DENSE = 0.1
"""From this share of the log on, a set of combinations is looked for in the order of time."""

TRUST_SECONDS = 1.0
"""How long a page may rely on what was read before another writer's batch."""

FIELDS = ("event_names", "entity_types", "actor_types", "environments")
"""The fields of a filter that a combination decides, in the order of its parts."""

_EVER = TimeRange(since=None)
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)

_COMBINATION, _OWNER, _WRITTEN = range(3)
_NONE = null()
_SELECT_KNOWN = union_all(
    select(constant(_COMBINATION), *combination.c),
    select(constant(_OWNER), owner.c.owner_ref, owner.c.kind, _NONE, _NONE, _NONE, owner.c.ref),
    select(constant(_WRITTEN), constant(0), meta.c.value, _NONE, _NONE, _NONE, _NONE).where(IS_WRITTEN),
)
"""All that is read of a log, of one moment and by one way to it: what a row is of, and its parts."""


class CombinationCache:
    """Combinations by number, how many events each has, and owners.

    `written` counts the batches in the log. `edition` is another number whenever everything was read again: what was
    derived for an earlier one may be out of date.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._checked_at = float("-inf")
        self._looking = asyncio.Lock()
        self._epoch = connections.epoch
        self.written = -1
        self.edition = 0
        self.combinations: Mapping[int, Combination] = {}
        self.counts: Mapping[int, int] = Counter()
        self.total = 0
        self.owners: Owners = owners_of(())
        self._with_value: Sequence[dict[str | None, set[int]]] = ()
        self.failures = mask(())
        """A mask of the combinations that tell of a failure."""
        self._fitting: dict[tuple[int, EventFilter], frozenset[int]] = {}

    @property
    def may_be_of_another_log(self) -> bool:
        """Whether a connection was lost since everything was read: behind the next one there may be something else."""
        return self._epoch != self._connections.epoch

    async def refresh(self, *, at_once: bool = False) -> None:
        """Read everything again if a batch came in: `at_once`, else when the last look is more than a moment ago.

        Raises the SchemaProblem of a log that came into the place of another one, behind a connection that was lost.
        """
        is_trusted = time.monotonic() - self._checked_at < TRUST_SECONDS and not self.may_be_of_another_log
        if is_trusted and not at_once:
            return
        async with self._looking:  # else a slow look would put back what a faster and newer one has replaced
            is_read = False
            while not is_read:
                if self.may_be_of_another_log:
                    await check_schema(self._connections)
                is_read = await self._look()

    async def _look(self) -> bool:
        """Read what is new. False when a connection was lost on the way, and with it what is known of the tables."""
        epoch = self._connections.epoch
        if epoch == self._epoch and self.edition:
            written = await self._connections.rows(SELECT_WRITTEN)
            looked_at = time.monotonic()
            if self._connections.epoch != epoch:
                return False
            if batches_written(written) == self.written:
                self._checked_at = looked_at
                return True
        known = await self._connections.rows(_SELECT_KNOWN)
        looked_at = time.monotonic()
        if self._connections.epoch != epoch:
            return False
        self._take(known)
        self._epoch, self._checked_at = epoch, looked_at
        return True

    def _take(self, known: Rows) -> None:
        rows: tuple[list[Sequence[Any]], ...] = ([], [], [])
        for kind, *columns in known:
            rows[kind].append(columns)
        combinations, owning, written = rows
        self.written = batches_written([(value,) for _, value, *_ in written])
        self.edition += 1
        self.combinations = {number: combination_of(columns) for number, *columns, _count in combinations}
        # Of the others, all events were deleted.
        self.counts = Counter({number: count for number, *_columns, count in combinations if count})
        self.total = sum(self.counts.values())
        self.owners = owners_of((number, kind, ref) for number, kind, *_, ref in owning)
        self._fitting.clear()
        self._with_value = [{} for _ in FIELDS]
        for number, parts in self.combinations.items():
            for numbers, value in zip(self._with_value, parts, strict=True):
                numbers.setdefault(value, set()).add(number)
        failing = {number for number, parts in self.combinations.items() if EVENT_NAMES.kind(parts[0]) == "failure"}
        self.failures = mask(failing)

    def are_dense(self, numbers: Iterable[int]) -> bool:
        """Whether so many events have one of these combinations that they are found soon in the order of time."""
        return sum(self.counts[number] for number in numbers) > DENSE * self.total

    async def misses(self, numbers: Iterable[int]) -> bool:
        """Whether a combination was not known until now. Raises DatabaseDamaged for one that the log does not know."""
        found = set(numbers)
        if found <= self.combinations.keys() and not self.may_be_of_another_log:
            return False
        await self.refresh(at_once=True)
        if not found <= self.combinations.keys():
            raise DatabaseDamaged(
                f"{self._connections.address.shown} lacks a combination that its events have.",
                "Import the events again into a new database: activity import FILE --into DATABASE",
            )
        return True

    def matching(self, event_filter: EventFilter, lifted: str | None = None) -> frozenset[int] | None:
        """Numbers of the combinations that fulfil a filter's conditions on them, but for the field `lifted`.

        None when there is no such condition, and any combination does.
        """
        sets = [
            self._with_fitting(field, place, event_filter)
            for place, field in enumerate(FIELDS)
            if field != lifted and event_filter.choice(field)
        ]
        return frozenset.intersection(*sets) if sets else None

    def _with_fitting(self, field: str, place: int, event_filter: EventFilter) -> frozenset[int]:
        condition = EventFilter(time=_EVER).with_choice(field, event_filter.choice(field))
        found = self._fitting.get((place, condition))
        if found is None:
            fitting = (
                of for value, of in self._with_value[place].items() if condition.matches(_event_with(field, value))
            )
            found = self._fitting[place, condition] = frozenset[int]().union(*fitting)
        return found


def mask(combinations: Collection[int]) -> bytes:
    """A byte string with a 1 at the place of every number, never an empty one."""
    places = bytearray(max(combinations, default=0) + 1)
    for number in combinations:
        places[number] = 1
    return bytes(places)


def _event_with(field: str, value: str | None) -> Event:
    """Any event with that value, for asking a filter itself what it means."""
    return Event(
        id="",
        occurred_at=_SOME_TIME,
        event_name=value if field == "event_names" and value is not None else "",
        entity=Entity(type=value) if field == "entity_types" else None,
        actor=Actor(type=value) if field == "actor_types" else None,
        environment=value if field == "environments" else None,
    )
