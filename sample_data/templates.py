"""The events of the story with their changeable parts cut out, so that other customers can live through it again.

A cast is one such set of customers. Everything in an event that tells casts apart is a slot: the number of the cast (in
ids and names), the first digits of the event's and the trace's id, the event's own time, and every other day.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from store import Actor, Entity, Event

from .agenda import FIRST_DAY, moment
from .company import ACCOUNT_ID, ACCOUNTS, ENVIRONMENT_IDS, NEW_CUSTOMERS
from .fixed_set import fixed_events

CAST, TRACE, TIME, FIRST_DATE = range(4)
"""Where the parts stand that fill the slots: the cast's number in hexadecimal, eight digits of the trace id, the time
of the event, and from the fourth on the days."""

SEPARATOR = "\0"
"""Divides payload from request in a template; it stands in neither, since JSON escapes it."""

STORY_DAYS = 1 - FIRST_DAY
MICROSECOND = timedelta(microseconds=1)

_OWN_IDS = [re.escape(account.id) for account in (*ACCOUNTS, *NEW_CUSTOMERS) if not account.id.startswith("customer-")]
_NAMES = [re.escape(account.name.replace('"', '\\"')) for account in (*ACCOUNTS, *NEW_CUSTOMERS) if account.name]
_part = re.compile(
    r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z)"
    r"|(?P<id>(?<![\w-])(?:customer-[0-9a-f]{6}|subscription-plan-[a-z]+-[0-9a-f]{6}|cred-grant-[0-9a-f]{6}"
    rf"|kiln\.guild\|[0-9]+|{'|'.join(_OWN_IDS)})(?![\w-]))"
    rf"|(?P<name>(?<=\"name\":\")(?:{'|'.join(_NAMES)})(?=\"))"
)
_CUSTOMERS = frozenset(account.name for account in (*ACCOUNTS, *NEW_CUSTOMERS) if account.name)
_KEPT = frozenset((ACCOUNT_ID, *ENVIRONMENT_IDS.values()))


class Template(NamedTuple):
    """One event of the story. `texts` has slots for `fill`: payload and request, with SEPARATOR between them.

    `since` is its time from the start of the story; `head` and `trace_head` are the first 32 bits of the ids, whose
    rest is in `tail` and `trace_tail`. The texts of the entity, by key, and the parent's id are pieces between which
    the number of the cast stands.
    """

    since: timedelta
    event_name: str
    environment: str | None
    actor: Actor | None
    head: int
    tail: str
    trace_head: int
    trace_tail: str
    entity: tuple[tuple[str, tuple[str, ...]], ...]
    parent: tuple[str, ...]
    texts: str
    fill: Callable[[Sequence[str]], object]


@cache
def templates() -> tuple[list[Template], list[str]]:
    """The templates, oldest first, and the days their slots for days stand for, in the order of those slots."""
    start = moment(FIRST_DAY, 0)
    days: dict[str, int] = {}
    told = [event for event in fixed_events() if event.occurred_at >= start and event.trace_id and event.payload]
    return [_template(event, event.occurred_at - start, days) for event in told], list(days)


def day_offsets(days: Sequence[str]) -> list[int]:
    """How many days after the start of the story each day is."""
    start = moment(FIRST_DAY, 0).date()
    return [(date.fromisoformat(day) - start).days for day in days]


def _template(event: Event, since: timedelta, days: dict[str, int]) -> Template:
    own_time = event.occurred_at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{event.occurred_at.microsecond // 1000:03d}Z"
    trace = event.trace_id or ""
    slots: list[int] = []

    def cut(found: re.Match[str]) -> str:
        text = found[0]
        if text in _KEPT:
            return text
        if found["time"]:
            if text == own_time:
                slots.append(TIME)
                return "%s"
            slots.append(FIRST_DATE + days.setdefault(text[:10], len(days)))
            return "%s" + text[10:]
        if text == trace:
            slots.append(TRACE)
            return "%s" + text[8:]
        slots.append(CAST)
        if found["uuid"]:
            return text[:-6] + "%s"
        return text + (" %s" if found["name"] else "%s")

    text = SEPARATOR.join((event.payload or "", event.request or "")).replace("%", "%%")
    texts = _part.sub(cut, text)
    return Template(
        since=since,
        event_name=event.event_name,
        environment=event.environment,
        actor=event.actor,
        head=int(event.id[:8], 16),
        tail=event.id[8:],
        trace_head=int(trace[:8], 16),
        trace_tail=trace[8:],
        entity=_entity_pieces(event.entity),
        parent=_pieces(event.parent_entity_id),
        texts=texts,
        fill=_filler(slots),
    )


def _filler(slots: list[int]) -> Callable[[Sequence[str]], object]:
    if not slots:
        return lambda parts: ()
    return itemgetter(*slots)


def _pieces(text: str | None) -> tuple[str, ...]:
    """An id, cut where the number of the cast belongs."""
    if text is None or text in _KEPT:
        return (text,) if text else ()
    found = _part.search(text)
    if found is None:
        return (text,)
    if found["uuid"]:
        return (text[: found.end() - 6], text[found.end() :])
    return (text[: found.end()], text[found.end() :])


def _entity_pieces(entity: Entity | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if entity is None:
        return ()
    name = entity.name or ""
    members = {
        "type": (entity.type,) if entity.type else (),
        "id": _pieces(entity.id),
        "name": (f"{name} ", "") if name in _CUSTOMERS else (name,),
    }
    return tuple((key, pieces) for key, pieces in members.items() if pieces and getattr(entity, key) is not None)
