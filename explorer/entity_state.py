"""An entity as it was at a moment, and for each of its fields the event that last set it or took it away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from store import EVENT_NAMES

from .changes import DEEPEST, is_list, parts, same, written_alike
from .display import entity_text
from .json_value import JsonValue, Members, NotJson
from .snapshots import ENVELOPE, comparable, log_of_entity, read_payload

if TYPE_CHECKING:
    from store import Event, EventRepository

    from .changes import Path, Step

MOST_EVENTS = 1_000
"""So many events are looked through, from the newest back."""
PAGE_SIZE = 200
MOST_REMOVED = 20
"""Of each object or list the last so many removals are told: some lists hold other items every time."""


class Origin(NamedTuple):
    """A field and the event that last set it; `is_oldest` says that no earlier one is known, so it may be older.

    With `is_removed` it is no field of the snapshot: the event took it away, and `value` is what it was before.
    """

    path: Path
    value: JsonValue
    event: Event
    is_oldest: bool = False
    is_removed: bool = False


class EntityState(NamedTuple):
    """The entity of `event` as `snapshot` left it, which was the last before `moment` (None: before that event).

    Without a snapshot `reason` is a sentence that says why. `origins` are in the order of the payload.
    """

    event: Event
    moment: datetime | None
    snapshot: Event | None = None
    origins: tuple[Origin, ...] = ()
    reason: str = ""


async def entity_state(repository: EventRepository, event: Event, moment: datetime | None) -> EntityState:
    """What is known of the entity of `event`, that event included, or up to `moment` (UTC)."""
    from store import Position

    log = log_of_entity(event)
    if log is None:
        return EntityState(event, moment, reason="This event names no entity.")
    if moment is None:
        here, found = Position.of(event), Origins()
        await asyncio.to_thread(found.look_at, [event])
    else:
        value = await asyncio.to_thread(read_payload, event)
        here, found = Position(occurred_at=moment), Origins(value if _has_its_id(event, value) else None)
    looked_at = 0
    while looked_at < MOST_EVENTS and not found.is_complete:
        page = await repository.page(log, here, "older", PAGE_SIZE)
        looked_at += len(page.events)
        await asyncio.to_thread(found.look_at, page.events)
        if not page.has_older or not page.events:
            break
        here = Position.of(page.events[-1])
    if found.snapshot is None:
        when = "at that time" if moment else "up to this event"
        return EntityState(event, moment, reason=f"No event shows the state of {entity_text(event.entity)} {when}.")
    return EntityState(event, moment, found.snapshot, tuple(found.origins()))


class Origins:
    """The newest snapshot among events looked at from the newest back, and what set and removed its fields.

    With `like` it is one of the same thing as that is: of one entity there may be snapshots of its jobs, too.
    """

    def __init__(self, like: JsonValue | NotJson = None) -> None:
        self._like = like
        self.snapshot: Event | None = None
        self._value: JsonValue = None
        self._fields = _Container((), None)
        self._last: Event | None = None

    @property
    def is_complete(self) -> bool:
        return self.snapshot is not None and not self._fields.has_waiting

    def look_at(self, events: Iterable[Event]) -> None:
        """Look at older events than before, the newest of them first."""
        for event in events:
            if self.is_complete:
                return
            value = read_payload(event)
            if isinstance(value, NotJson):
                continue
            is_wanted = not isinstance(self._like, Members) or comparable(value, self._like)
            if self.snapshot is None and is_wanted and _shows_state(event, value):
                self.snapshot, self._value = event, value
                self._fields = _Container((), value)
            elif self.snapshot is None or not comparable(value, self._value):
                continue
            elif self._last is not None:
                self._fields.look_at(value, self._last)
            self._last = event

    def origins(self) -> Iterator[Origin]:
        """Every field in the order of the payload, and with what it was in what was removed, the last removal first."""
        if self._last is not None:
            yield from self._fields.origins(self._last)


class _Container:
    """An object or list of the snapshot at a path, and what set and removed its parts, as far as is known."""

    def __init__(self, path: Path, value: JsonValue) -> None:
        self._path = path
        self._parts = {step: part for step, part in parts(value).items() if path or step not in ENVELOPE}
        self._like = next(iter(self._parts), None)
        self._is_list = is_list(value)
        self._within: dict[Step, _Container] = {}
        if len(path) + 1 < DEEPEST:
            within = {step: part for step, part in self._parts.items() if isinstance(part, list)}
            self._within = {step: _Container((*path, step), part) for step, part in within.items()}
        self._waiting = {step for step in self._parts if not self._has_parts(step)}
        """Parts without parts of their own that have been the same in every value so far."""
        self._set_by: dict[Step, Event] = {}
        self._removed: dict[Step, Origin] = {}
        self._last = self._parts
        """What this was in the value that was looked at last."""

    def _has_parts(self, step: Step) -> bool:
        return step in self._within and bool(self._within[step]._parts)

    @property
    def has_waiting(self) -> bool:
        return bool(self._waiting) or any(below.has_waiting for below in self._within.values())

    def look_at(self, older: JsonValue, event: Event) -> None:
        """Look at what this was in an `older` value: from there to here `event` made it what it was looked at last."""
        found = parts(older, self._like) if is_list(older) is self._is_list else {}
        for step, below in self._within.items():
            if step not in found or step not in self._last or not written_alike(found[step], self._last[step]):
                below.look_at(found.get(step), event)
        settled = [step for step in self._waiting if step not in found or not same(found[step], self._parts[step])]
        self._waiting.difference_update(settled)
        self._set_by.update(dict.fromkeys(settled, event))
        more = MOST_REMOVED - len(self._removed)
        if more and (gone := found.keys() - self._parts.keys() - self._removed.keys()):
            told = (step for step in found if step in gone and self._is_told(step))
            for step in islice(told, more):
                self._removed[step] = Origin((*self._path, step), found[step], event, is_removed=True)
        self._last = found

    def _is_told(self, step: Step) -> bool:
        """Whether a part that was removed is one of the entity, and not only a place in a list."""
        return not isinstance(step, int) and (bool(self._path) or step not in ENVELOPE)

    def origins(self, oldest: Event) -> Iterator[Origin]:
        """What set each part and what was removed; `oldest` is the event that was looked at last."""
        for step, part in self._parts.items():
            if not self._has_parts(step):
                yield Origin((*self._path, step), part, self._set_by.get(step, oldest), step not in self._set_by)
            if step in self._within:
                yield from self._within[step].origins(oldest)
        yield from self._removed.values()


def _shows_state(event: Event, value: JsonValue) -> bool:
    """Whether a payload is a snapshot of the event's entity: it has its id, or the event tells of a change."""
    if not isinstance(value, Members) or event.entity is None:
        return False
    return _has_its_id(event, value) or EVENT_NAMES.kind(event.event_name) in ("created", "changed", "ended")


def _has_its_id(event: Event, value: JsonValue | NotJson) -> bool:
    return isinstance(value, Members) and event.entity is not None and parts(value).get("id") == event.entity.id
