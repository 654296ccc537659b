"""The place of new events in the order of the log: a free key for each, and which older events must make room.

Kept always: ascending keys are ascending true times, and events of one time stand in the order in which they arrived.
Keys beyond the slots of their microsecond follow each other without a gap from there.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from .time_keys import SLOT_BITS, SLOTS


class Placed(NamedTuple):
    """An event of the log: its key and its true time in microseconds."""

    time_key: int
    occurred_at: int


class Move(NamedTuple):
    """An event that makes room: the key it had, the one it gets, its true time."""

    old_key: int
    time_key: int
    occurred_at: int


class Allocation(NamedTuple):
    """A key for each new event, in their order, and the moves, lowest first."""

    keys: Sequence[int]
    moves: Sequence[Move]


LastKeys = Callable[[Sequence[int]], Awaitable[dict[int, int]]]
"""From microseconds to the last used key in the slots of each, where any is used."""

KeysFrom = Callable[[int], AsyncIterator[Placed]]
"""The events of the log from a key on, in order."""


async def allocate(times: Sequence[int], last_keys: LastKeys, keys_from: KeysFrom) -> Allocation:
    """Keys for events of these true times, which ascend (equal ones in the order of arrival)."""
    used = await last_keys(sorted(set(times)))
    if (own := _own_keys(times, used)) is not None:
        return Allocation(own, ())
    keys: list[int] = []
    moves: list[Move] = []
    previous = -(2**63)
    while len(keys) < len(times):
        time = times[len(keys)]
        first = time << SLOT_BITS
        group = 1
        while len(keys) + group < len(times) and times[len(keys) + group] == time:
            group += 1
        free = used.get(time, first - 1) + 1
        if previous < first and free + group <= first + SLOTS:
            keys.extend(range(free, free + group))
            previous = keys[-1]
        else:
            previous = await _merge(times, keys, moves, previous, keys_from(first))
    return Allocation(keys, moves)


def _own_keys(times: Sequence[int], used: Mapping[int, int]) -> Sequence[int] | None:
    """The next free keys of each microsecond for its events, None when one has too few. Nearly always it is enough."""
    keys: list[int] = []
    previous = -(2**63)
    for time in times:
        first = time << SLOT_BITS
        free = used[time] + 1 if time in used else first
        previous = free if free > previous else previous + 1
        if previous >= first + SLOTS:
            return None
        keys.append(previous)
    return keys


async def _merge(
    times: Sequence[int], keys: list[int], moves: list[Move], previous: int, existing: AsyncIterator[Placed]
) -> int:
    """Place the next event and those behind it among the existing ones until there is free room again.

    Returns the last key given. All events that were moved lie before it, and all that were not read behind it.
    """
    placed = len(keys)

    def is_settled(next_key: int | None) -> bool:
        pending = len(keys) < len(times)
        return (
            len(keys) > placed
            and (next_key is None or next_key > previous)
            and not (pending and times[len(keys)] << SLOT_BITS <= previous)
        )

    async for event in existing:
        while len(keys) < len(times) and times[len(keys)] < event.occurred_at and not is_settled(event.time_key):
            previous = max(times[len(keys)] << SLOT_BITS, previous + 1)
            keys.append(previous)
        if is_settled(event.time_key):
            return previous
        if event.time_key <= previous:
            moves.append(Move(event.time_key, previous + 1, event.occurred_at))
        previous = max(event.time_key, previous + 1)
    while not is_settled(None):
        previous = max(times[len(keys)] << SLOT_BITS, previous + 1)
        keys.append(previous)
    return previous
