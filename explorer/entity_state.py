"""An entity as it was at a moment, and for each of its fields the event that last set it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from store import EVENT_NAMES

from .changes import DEEPEST, parts, same
from .display import entity_text
from .json_value import JsonValue, Members, NotJson
from .snapshots import ENVELOPE, comparable, log_of_entity, read_payload

if TYPE_CHECKING:
    from store import Event, EventRepository

    from .changes import Path, Step

MOST_EVENTS = 1_000
"""So many events are looked through, from the newest back."""
PAGE_SIZE = 200


class Leaf(NamedTuple):
    """A value in a snapshot that holds no others, and where it is."""

    path: Path
    value: JsonValue


Tree: TypeAlias = "dict[Step, Tree | Leaf]"
"""Leaves by the steps that lead to them."""


class Origin(NamedTuple):
    """A field and the event that last set it; `is_oldest` says that no earlier one is known, so it may be older."""

    path: Path
    value: JsonValue
    event: Event
    is_oldest: bool


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
    found = Origins()
    if moment is None:
        here = Position.of(event)
        await asyncio.to_thread(found.look_at, [event])
    else:
        here = Position(occurred_at=moment)
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
    """The newest snapshot among events looked at from the newest back, and what set its fields."""

    def __init__(self) -> None:
        self.snapshot: Event | None = None
        self._value: JsonValue = None
        self._leaves: list[Leaf] = []
        self._waiting: Tree = {}
        """Leaves that have been the same in every snapshot so far."""
        self._set_by: dict[Path, Event] = {}
        self._last: Event | None = None

    @property
    def is_complete(self) -> bool:
        return self.snapshot is not None and not self._waiting

    def look_at(self, events: Iterable[Event]) -> None:
        """Look at older events than before, the newest of them first."""
        for event in events:
            if self.is_complete:
                return
            value = read_payload(event)
            if isinstance(value, NotJson):
                continue
            if self.snapshot is None and _shows_state(event, value):
                self.snapshot, self._value = event, value
                self._waiting = self._tree((), value)
            elif self.snapshot is None or not comparable(value, self._value):
                continue
            elif self._last is not None:
                self._settle(self._waiting, value, self._last)
            self._last = event

    def origins(self) -> Iterator[Origin]:
        for path, value in self._leaves:
            event = self._set_by.get(path, self._last)
            assert event is not None, "there is a snapshot, or there were no leaves"
            yield Origin(path, value, event, path not in self._set_by)

    def _tree(self, path: Path, value: JsonValue) -> Tree:
        tree: Tree = {}
        for step, part in parts(value).items():
            way = (*path, step)
            if way[0] in ENVELOPE:
                continue
            below = self._tree(way, part) if len(way) < DEEPEST else {}
            if not below:
                below_leaf = Leaf(way, part)
                self._leaves.append(below_leaf)
                tree[step] = below_leaf
            else:
                tree[step] = below
        return tree

    def _settle(self, tree: Tree, older: JsonValue, event: Event) -> None:
        """Take those leaves out of `tree` that are not in an `older` value as they are now: `event` set them."""
        found = parts(older, like=next(iter(tree)))
        for step, below in list(tree.items()):
            if isinstance(below, Leaf):
                if step not in found or not same(found[step], below.value):
                    self._set_by[below.path] = event
                    del tree[step]
            else:
                self._settle(below, found.get(step), event)
                if not below:
                    del tree[step]


def _shows_state(event: Event, value: JsonValue) -> bool:
    """Whether a payload is a snapshot of the event's entity: it has its id, or the event tells of a change."""
    if not isinstance(value, Members) or event.entity is None:
        return False
    has_its_id = parts(value).get("id") == event.entity.id
    return has_its_id or EVENT_NAMES.kind(event.event_name) in ("created", "changed", "ended")
