"""Why a list is empty: its conditions lifted one at a time, the matches nearest to its time, and what was meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from store import CHOICE_FIELDS, Choice, EventFilter, Position, TimeRange, sentence, write_path

from .display import ago, events_text, time_text
from .not_held import values_not_held
from .visible import visible

if TYPE_CHECKING:
    from store import Direction, EventRepository

EVERYTHING = TimeRange(since=None)
LONGEST_CONDITION = 200
"""Cells of a condition that are told: the other ways stand below it."""


class WayOut(NamedTuple):
    """Another list, mostly not empty: what leads to it, its filter, and the event to highlight in it, if it is one."""

    sentence: str
    event_filter: EventFilter
    position: Position | None = None


class Lifted(NamedTuple):
    """One condition in words, and the filter without it."""

    condition: str
    event_filter: EventFilter


def lifted(event_filter: EventFilter) -> Iterator[Lifted]:
    """Every condition of a filter, each lifted on its own."""
    for field in (*CHOICE_FIELDS, *(f"payload.{write_path(each.path)}" for each in event_filter.payload)):
        choice = event_filter.choice(field)
        if choice:
            alone = EventFilter(time=EVERYTHING).with_choice(field, choice)
            words = sentence(alone).removeprefix(f"{sentence(EventFilter(time=EVERYTHING))} · ")
            is_bare = field == "entity_ids" and (choice.included or choice.patterns)
            yield Lifted(f"entity {words}" if is_bare else words, event_filter.with_choice(field, Choice()))


async def ways_out(repository: EventRepository, event_filter: EventFilter, now: datetime) -> AsyncIterator[WayOut]:
    """The lists beside an empty one that are not empty, as they are found. `now` (UTC) is what times count from.

    Last come those with what was meant by a value that the log does not hold, or without it.
    """
    offered = set[EventFilter]()
    sides: tuple[Direction, ...] = ("older", "newer")
    for direction in sides:
        way = await _nearest(repository, event_filter, direction, now)
        if way is not None:
            offered.add(way.event_filter)
            yield way
    for condition, without in lifted(event_filter):
        counted = await repository.count(without.settled(now))
        if counted.number:
            offered.add(without)
            yield WayOut(f"Without {visible(condition, LONGEST_CONDITION)}: {events_text(counted)}", without)
    if not offered and not (await repository.count(EventFilter(time=EVERYTHING))).number:
        return  # an empty log holds nothing, whatever was meant
    async for missing in values_not_held(repository, event_filter):
        corrected = event_filter.without_value(missing.field, missing.value)
        for meant in missing.meant:
            corrected = corrected.with_value(missing.field, meant)
        if corrected not in offered:
            yield WayOut(missing.sentence, corrected)


async def _nearest(
    repository: EventRepository, event_filter: EventFilter, direction: Direction, now: datetime
) -> WayOut | None:
    """The nearest match outside of the time of the filter, on one side."""
    since, until = event_filter.time.settled(now).ends
    edge = since if direction == "older" else until
    if edge is None:
        return None
    without = event_filter.with_time(EVERYTHING)
    page = await repository.page(without.settled(now), Position(occurred_at=edge), direction, 1)
    if not page.events:
        return None
    (event,) = page.events
    side = "earlier" if direction == "older" else "later"
    moment = f"{time_text(event.occurred_at, UTC)} UTC, {ago(event.occurred_at, now)}"
    return WayOut(f"In all time: the nearest {side} match is of {moment}", without, Position.of(event))
