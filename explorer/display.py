"""Values of an event -> one line of text that is safe to draw: labels, names, ids, times, counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from store import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES

from .time_zone import in_zone
from .visible import Drawn, drawn, visible, visible_content

if TYPE_CHECKING:
    from store import Actor, Count, Entity, Kind

__all__ = [
    "NAME_CELLS",
    "TYPED_ACTOR_WIDTH",
    "TYPED_ENTITY_WIDTH",
    "Drawn",
    "actor_text",
    "ago",
    "count_text",
    "drawn",
    "entity_text",
    "entity_type_label",
    "event_label",
    "events_text",
    "kind_sign",
    "labelled_second",
    "labelled_time",
    "searched_text",
    "short_id",
    "time_text",
    "visible",
    "visible_content",
    "zone_label",
]

NAME_CELLS = 200
"""A text in one line is cut at this width, whatever its source wrote: wider than any column."""

TYPED_ENTITY_WIDTH, TYPED_ACTOR_WIDTH = 32, 32
"""From so many cells on there is room for a type before a name: in fewer it would take the place of the name."""

SEPARATOR = " · "
SECOND = timedelta(seconds=1)
LAST_SECOND = datetime.max.replace(microsecond=0, tzinfo=UTC)
SIGNS: dict[Kind, str] = {
    "created": "+",
    "changed": "~",
    "ended": "-",
    "warning": "!",
    "failure": "✗",
    "job": "»",
}
UNKNOWN_SIGN = "·"

_UNITS = (
    ("year", timedelta(days=365.25)),
    ("month", timedelta(days=30.4375)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", SECOND),
)
_AT_LEAST = {"year": 2, "month": 2}
"""\"45 days ago\" and \"14 months ago\" say more than \"1 month ago\" and \"1 year ago\"."""


def event_label(event_name: str, limit: int | None = NAME_CELLS) -> str:
    """What happened, in words where the name is known: "Subscription created"."""
    return visible(EVENT_NAMES.label(event_name), limit)


def entity_type_label(entity_type: str, limit: int | None = NAME_CELLS) -> str:
    """A type of entity in words where it is known: "Add-on"."""
    return visible(ENTITY_TYPES.label(entity_type), limit)


def kind_sign(kind: Kind | None) -> str:
    """One cell that tells the kind of an event without colour. None is a kind nobody knows."""
    return UNKNOWN_SIGN if kind is None else SIGNS[kind]


def entity_text(entity: Entity | None, limit: int | None = NAME_CELLS, *, says_type: bool = True) -> str:
    """What it happened to: "Customer customer-3fa91c · Acme". Empty when the event has no entity.

    Unless it `says_type`, the type stands there only when nothing else is known.
    """
    if entity is None:
        return ""
    type_label = ENTITY_TYPES.label(entity.type or "") if says_type or not (entity.id or entity.name) else ""
    what = " ".join(part for part in (type_label, entity.id) if part)
    return visible(SEPARATOR.join(part for part in (what, entity.name) if part), limit)


def actor_text(actor: Actor | None, limit: int | None = NAME_CELLS, *, says_type: bool = True) -> str:
    """Who or what did it: "Stigg application · Dana Whitfield", "System".

    The label of its type, then the first it has of name, email, id and IP address. Empty when the event has no actor.
    Unless it `says_type`, the type stands there only when nothing else is known but an address.
    """
    if actor is None:
        return ""
    name = actor.name or actor.email or actor.id
    who = name or actor.ip_address
    type_label = ACTOR_TYPES.label(actor.type or "") if says_type or not name else ""
    return visible(SEPARATOR.join(part for part in (type_label, who) if part), limit)


def short_id(text: str, width: int = 8) -> str:
    """The beginning of an id in at most `width` cells; an ellipsis says that it is longer."""
    return visible(text, width)


def time_text(moment: datetime, zone: tzinfo) -> str:
    """A moment (aware) in `zone`: `2026-11-20 12:00:00.123`, with microseconds where it has any.

    Near the ends of the calendar, where `zone` has no date for it, in UTC.
    """
    local = in_zone(moment, zone).replace(tzinfo=None)
    return local.isoformat(" ", "microseconds" if local.microsecond % 1000 else "milliseconds")


def zone_label(moment: datetime, zone: tzinfo) -> str:
    """How far `zone` is from UTC at that moment: "UTC", "UTC+02:00". Abbreviations such as IST mean several zones."""
    offset = in_zone(moment, zone).utcoffset()
    if not offset:
        return "UTC"
    hours_and_minutes = f"{datetime.min + abs(offset):%H:%M:%S}".removesuffix(":00")
    return f"UTC{'-' if offset < timedelta(0) else '+'}{hours_and_minutes}"


def labelled_time(moment: datetime, zone: tzinfo) -> str:
    """A moment (aware) in `zone` and how far that is from UTC: "2026-11-20 14:00:00.123 UTC+02:00"."""
    return f"{time_text(moment, zone)} {zone_label(moment, zone)}"


def labelled_second(moment: datetime, zone: tzinfo) -> str:
    """As `labelled_time`, without the part of the second: "2026-11-20 14:00:00 UTC"."""
    return labelled_time(moment.replace(microsecond=0), zone).replace(".000", "", 1)


def searched_text(reached: datetime | None, zone: tzinfo) -> str:
    """How far back a search has come at least: "searched back to 2026-11-20 14:00:01 UTC"."""
    if reached is None:
        return "nothing searched yet"
    is_whole = not reached.microsecond or reached > LAST_SECOND
    return f"searched back to {labelled_second(reached if is_whole else reached + SECOND, zone)}"


def ago(moment: datetime, now: datetime) -> str:
    """How long before or after `now` (both aware): "3 minutes ago", "in 2 hours", "just now"."""
    distance = abs(now - moment)
    for unit, length in _UNITS:
        number = distance // length
        if number >= _AT_LEAST.get(unit, 1):
            amount = f"{number:,} {unit}{'s' if number != 1 else ''}"
            return f"{amount} ago" if moment < now else f"in {amount}"
    return "just now"


def count_text(count: Count) -> str:
    """A number of events: "4,218", "at least 10,000"."""
    return f"{count.number:,}" if count.exact else f"at least {count.number:,}"


def events_text(events: int | Count) -> str:
    """A number of events with its noun: "1 event", "at least 4,218 events"."""
    number, text = (events, f"{events:,}") if isinstance(events, int) else (events.number, count_text(events))
    return f"{text} event{'' if number == 1 else 's'}"
