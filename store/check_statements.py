"""The SELECTs with which a check looks for what does not fit the events, built once; pure, without a connection."""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, exists, func, not_, or_, select

from .dialect import limited
from .findings import MOST_TOLD
from .references import NOTHING
from .schema import actor, combination, event, event_detail, rollup
from .slices import in_slice
from .time_keys import LEVELS


@lru_cache(maxsize=1)
def select_level() -> Select[int, int, int]:
    """Bucket, combination and count of every cell of `in_level` in the buckets from `first` to `last`."""
    return select(rollup.c.bucket, rollup.c.combination_ref, rollup.c.count).where(
        rollup.c.level == bindparam("in_level", type_=BigInteger),
        rollup.c.bucket >= bindparam("first", type_=BigInteger),
        rollup.c.bucket <= bindparam("last", type_=BigInteger),
    )


@lru_cache(maxsize=1)
def select_stray_cells() -> Select[int, int, int, int]:
    """The first cells of levels that there are not."""
    cells = select(rollup.c.level, rollup.c.bucket, rollup.c.combination_ref, rollup.c.count)
    return limited(cells.where(or_(rollup.c.level < 0, rollup.c.level >= len(LEVELS))), str(MOST_TOLD))


@lru_cache(maxsize=1)
def select_combination_counts() -> Select[int, int]:
    """How many events each combination is said to have."""
    return select(combination.c.combination_ref, combination.c.count)


@lru_cache(maxsize=1)
def select_missing_details() -> Select[int, int | None]:
    """Key and kept time of the first `limit` events of a slice that have no detail."""
    return limited(_events_without_detail(select(event.c.time_key, event.c.occurred_at)), ":limit")


@lru_cache(maxsize=1)
def count_missing_details() -> Select[int]:
    """How many events of a slice have no detail."""
    return _events_without_detail(select(func.count()).select_from(event))


@lru_cache(maxsize=1)
def select_stray_details() -> Select[int]:
    """The first `limit` keys of details of a slice that belong to no event."""
    return limited(_details_without_event(select(event_detail.c.time_key)), ":limit")


@lru_cache(maxsize=1)
def count_stray_details() -> Select[int]:
    """How many details of a slice belong to no event."""
    return _details_without_event(select(func.count()).select_from(event_detail))


@lru_cache(maxsize=1)
def select_unknown_actors() -> Select[int]:
    """The actors that events of a slice refer to and that are not there."""
    numbers = select(event.c.actor_ref).where(in_slice(event.c.time_key), event.c.actor_ref != NOTHING)
    used = numbers.distinct().subquery()
    is_there = exists(select(actor.c.actor_ref).where(actor.c.actor_ref == used.c.actor_ref))
    return select(used.c.actor_ref).where(not_(is_there))


def _events_without_detail(events: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    has_detail = exists(select(event_detail.c.time_key).where(event_detail.c.time_key == event.c.time_key))
    return events.where(in_slice(event.c.time_key), not_(has_detail))


def _details_without_event(details: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    has_event = exists(select(event.c.time_key).where(event.c.time_key == event_detail.c.time_key))
    return details.where(in_slice(event_detail.c.time_key), not_(has_event))
