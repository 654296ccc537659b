"""The SELECTs that find events whose parts contradict each other: nobody can say which of them is right."""

from functools import lru_cache

from sqlalchemy import BigInteger, Select, Subquery, Text, and_, bindparam, func, literal, or_, select

from .conditions import time_of_key, true_time
from .expressions import limited
from .findings import MOST_TOLD
from .references import NOTHING
from .schema import actor, combination, event
from .stored_text import ABSENT


@lru_cache(maxsize=1)
def select_types_of_actors() -> Select[int, str, int, str]:
    """The first actors of another type than their events have, with both."""
    pairs = _actors_of_combinations()
    differs = and_(or_(pairs.c.actor_ref == NOTHING, pairs.c.known_ref.is_not(None)), pairs.c.type != pairs.c.of_events)
    found = select(pairs.c.actor_ref, pairs.c.type, pairs.c.combination_ref, pairs.c.of_events).where(differs)
    return limited(found.order_by(pairs.c.actor_ref, pairs.c.combination_ref), str(MOST_TOLD))


@lru_cache(maxsize=1)
def select_types_of_nothing() -> Select[int, int]:
    """The combinations with the type of an entity that events have without one, and how many these are."""
    is_of = combination.c.combination_ref == event.c.combination_ref
    typed = select(event.c.combination_ref, func.count()).join_from(event, combination, is_of)
    found = typed.where(event.c.entity_ref == NOTHING, combination.c.entity_type != ABSENT)
    return limited(found.group_by(event.c.combination_ref).order_by(event.c.combination_ref), str(MOST_TOLD))


@lru_cache(maxsize=1)
def select_out_of_order() -> Select[int, int]:
    """Keys and times of the first events that did not occur before their key says, or before the one in front."""
    other = event.alias("other")
    in_front = select(true_time(other)).where(other.c.time_key < event.c.time_key).order_by(other.c.time_key.desc())
    time_in_front = limited(in_front, "1").scalar_subquery()
    is_late = event.c.occurred_at >= time_of_key(event)
    found = select(event.c.time_key, event.c.occurred_at).where(
        event.c.occurred_at.is_not(None), or_(is_late, event.c.occurred_at < time_in_front)
    )
    return limited(found.order_by(event.c.time_key), str(MOST_TOLD))


@lru_cache(maxsize=1)
def select_whether_of_other_type() -> Select[int]:
    """Any event of the actor `number` that has another type of actor than `type`, in its stored form."""
    is_of = combination.c.combination_ref == event.c.combination_ref
    events = select(event.c.time_key).join_from(event, combination, is_of)
    is_other = (event.c.actor_ref == bindparam("number", type_=BigInteger)) & (
        combination.c.actor_type != bindparam("type", type_=Text)
    )
    return limited(events.where(is_other), "1")


def _actors_of_combinations() -> Subquery:
    # Each pair once, in the order of an index.
    pairs = select(event.c.actor_ref, event.c.combination_ref).distinct().subquery()
    known = pairs.outerjoin(actor, actor.c.actor_ref == pairs.c.actor_ref)
    of_events = known.outerjoin(combination, combination.c.combination_ref == pairs.c.combination_ref)
    stored = func.coalesce(actor.c.type, literal(ABSENT)).label("type")
    columns = *pairs.c, actor.c.actor_ref.label("known_ref"), stored, combination.c.actor_type.label("of_events")
    return select(*columns).select_from(of_events).subquery()
