"""The SELECTs with which a check looks for what does not fit the events, built once; pure, without a connection."""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, exists, func, not_, or_, select
from sqlalchemy.sql import ColumnElement

from .dialect import Dialect
from .expressions import NOTHING, limited
from .findings import MOST_TOLD
from .references import NOTHING as NO_ACTOR
from .schema import actor, event, event_detail, rollup
from .slices import in_slice
from .time_keys import LEVELS


@lru_cache(maxsize=2)
def select_level(dialect: Dialect) -> Select[int, int, int, int]:
    """Owner, bucket, combination and count of each cell of `owners` and `in_level` in the buckets `first` to `last`."""
    return select(rollup.c.owner_ref, rollup.c.bucket, rollup.c.combination_ref, rollup.c.count).where(
        dialect.one_of(rollup.c.owner_ref, "owners"),
        rollup.c.level == bindparam("in_level", type_=BigInteger),
        rollup.c.bucket >= bindparam("first", type_=BigInteger),
        rollup.c.bucket <= bindparam("last", type_=BigInteger),
    )


@lru_cache(maxsize=2)
def select_stray_cells(dialect: Dialect) -> Select[int, int, int, int, int]:
    """The first cells of owners other than `owners` or of levels that there are not."""
    is_owned = dialect.one_of(rollup.c.owner_ref + NOTHING, "owners")
    is_stray = or_(not_(is_owned), rollup.c.level < 0, rollup.c.level >= len(LEVELS))
    return limited(select(rollup).where(is_stray), str(MOST_TOLD))


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
def select_repeated_ids() -> Select[int, int]:
    """Of the first ids that several events have, how many these are and the key of the oldest."""
    shared = select(event.c.id_ref).group_by(event.c.id_ref).having(func.count() > 1)
    events = select(func.count(), func.min(event.c.time_key)).join_from(event, event_detail, _is_detail())
    repeated = events.where(event.c.id_ref.in_(shared)).group_by(event_detail.c.id).having(func.count() > 1)
    return limited(repeated.order_by(func.min(event.c.time_key)), str(MOST_TOLD))


@lru_cache(maxsize=1)
def select_unknown_actors() -> Select[int]:
    """The first `limit` actors to whom events refer and who are not there."""
    return limited(_unknown_actors(select(_USED.c.actor_ref)).order_by(_USED.c.actor_ref), ":limit")


@lru_cache(maxsize=1)
def count_unknown_actors() -> Select[int]:
    """How many of these there are."""
    return _unknown_actors(select(func.count()).select_from(_USED))


# Each once, in the order of an index, before they are looked for.
_USED = select(event.c.actor_ref).where(event.c.actor_ref != NO_ACTOR).distinct().subquery()


def _unknown_actors(actors: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return actors.where(not_(exists(select(actor.c.actor_ref).where(actor.c.actor_ref == _USED.c.actor_ref))))


def _is_detail() -> ColumnElement[bool]:
    return event_detail.c.time_key == event.c.time_key


def _events_without_detail(events: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    has_detail = exists(select(event_detail.c.time_key).where(_is_detail()))
    return events.where(in_slice(event.c.time_key), not_(has_detail))


def _details_without_event(details: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    has_event = exists(select(event.c.time_key).where(_is_detail()))
    return details.where(in_slice(event_detail.c.time_key), not_(has_event))
