"""An event's own fields -> lines: what, when, to what, by whom; those that can narrow the log say which filter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from store import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES

from ..display import ago, kind_sign, time_text, zone_label
from .text_line import Piece, TextLine, safe_pieces

if TYPE_CHECKING:
    from store import Event, Vocabulary

LABEL_WIDTH = 15
SHOWN_LENGTH = 1_000
"""How much of one field is ever shown: ids and names of real sources are far shorter."""


def field_lines(event: Event, now: datetime, zone: tzinfo) -> Iterator[TextLine]:
    """Every field but the payload, the request and what else is known of the actor.

    `now` (aware) is what ages are counted from; `zone` is the zone of times besides UTC.
    """
    yield from _name_lines(event)
    yield from _time_lines(event.occurred_at, now, zone)
    yield _line("Event id", event.id)
    yield _line("Trace id", event.trace_id, "trace_ids")
    yield _line("Environment", event.environment, "environments")
    yield from _entity_lines(event)
    yield from _actor_lines(event)


def _name_lines(event: Event) -> Iterator[TextLine]:
    name = event.event_name
    kind = EVENT_NAMES.kind(name)
    sign = (Piece(f"{kind_sign(kind)} ", "plain"),)
    yield _line("Event", EVENT_NAMES.label(name), "event_names", value=name, lead=sign, note=kind or "")
    yield _line("Stored as", name)
    others = [text for text in EVENT_NAMES.spellings(name) if text not in (name, EVENT_NAMES.label(name))]
    if others:
        yield _line("Also written", " ".join(others))


def _time_lines(moment: datetime, now: datetime, zone: tzinfo) -> Iterator[TextLine]:
    local = time_text(moment, zone)
    yield _line("Time", _exactly(moment, UTC), note="UTC", gap=True)
    if local != time_text(moment, UTC):
        yield _line("Local time", _exactly(moment, zone), note=zone_label(moment, zone))
    yield _line("Age", ago(moment, now))


def _exactly(moment: datetime, zone: tzinfo) -> str:
    text = time_text(moment, zone)
    return text if len(text.rpartition(".")[2]) > 3 else f"{text}000"


def _entity_lines(event: Event) -> Iterator[TextLine]:
    entity = event.entity
    if entity is None or (entity.type is None and entity.id is None and entity.name is None):
        yield absent_line("Entity")
    else:
        yield _type_line("Entity", entity.type, ENTITY_TYPES, "entity_types")
        yield _line("Entity id", entity.id, "entity_ids")
        if entity.name is not None:
            yield _line("Entity name", entity.name)
    if event.parent_entity_id is not None:
        yield _line("Parent entity", event.parent_entity_id, "entity_ids")


def _actor_lines(event: Event) -> Iterator[TextLine]:
    actor = event.actor
    if actor is None:
        yield absent_line("Actor")
        return
    yield _type_line("Actor", actor.type, ACTOR_TYPES, "actor_types")
    parts = {"Name": actor.name, "Email": actor.email, "Actor id": actor.id, "IP address": actor.ip_address}
    for label, text in parts.items():
        if text is not None:
            yield _line(label, text, "actors")


def _type_line(label: str, stored: str | None, vocabulary: Vocabulary, field: str) -> TextLine:
    if stored is None:
        return absent_line(label)
    words = vocabulary.label(stored)
    return _line(label, words, field, value=stored, note="" if words == stored else stored, gap=True)


def absent_line(label: str) -> TextLine:
    """What stands for a part that the event does not have."""
    return _line(label, None, gap=True)


def _line(
    label: str,
    text: str | None,
    narrows: str | None = None,
    *,
    value: str | None = None,
    lead: tuple[Piece, ...] = (),
    note: str = "",
    gap: bool = False,
) -> TextLine:
    """One field: `text` (None: the event has none) behind its label, a note behind it.

    `narrows` is the field of a filter that takes `value`, or else the text.
    """
    pieces = [Piece(label.ljust(LABEL_WIDTH), "label"), *lead]
    if text is None:
        pieces.append(Piece("none", "muted"))
    elif not text:
        pieces.append(Piece('"" (empty)', "muted"))
    else:
        pieces += safe_pieces(text, "plain" if narrows is None else "link", SHOWN_LENGTH)
    if note:
        pieces += (Piece("  ", "plain"), *safe_pieces(note, "muted", SHOWN_LENGTH))
    narrowing = None if narrows is None or text is None else (narrows, text if value is None else value)
    return TextLine((label,), tuple(pieces), hang=LABEL_WIDTH, gap=gap, narrows=narrowing)
