"""The fixture files: made up after the public documentation of each format, so small that they are counted by hand."""

from io import BytesIO
from pathlib import Path

from store import Actor, Entity, Event, EventMistake
from store.formats import Found, LogSource, open_log

FOLDER = Path(__file__).parent / "fixtures"
EXAMPLES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".json", ".jsonl", ".csv"))

FIELDS = (
    *("id", "time", "event_name", "environment", "entity_type", "entity_id", "entity_name", "parent_entity_id"),
    *("actor_type", "actor_id", "actor_name", "actor_email", "actor_ip_address", "trace_id"),
)


def source(name: str) -> LogSource:
    return open_log(BytesIO((FOLDER / name).read_bytes()))


def found_in(name: str) -> list[Found]:
    return list(source(name).events())


def events_in(name: str) -> list[Event]:
    return events_of(found_in(name))


def events_of(found: list[Found]) -> list[Event]:
    return [each.outcome for each in found if isinstance(each.outcome, Event)]


def reasons_in(name: str) -> list[str]:
    return [f"{each.place}: {each.outcome}" for each in found_in(name) if isinstance(each.outcome, EventMistake)]


def told(event: Event) -> dict[str, str]:
    """The fields that an event has, without payload and request. All happened on one day."""
    entity, actor = event.entity or Entity(), event.actor or Actor()
    assert event.occurred_at.date().isoformat() == "2026-03-02"
    values = (
        *(event.id, event.occurred_at.time().isoformat(), event.event_name, event.environment),
        *(entity.type, entity.id, entity.name, event.parent_entity_id),
        *(actor.type, actor.id, actor.name, actor.email, actor.ip_address, event.trace_id),
    )
    return {field: value for field, value in zip(FIELDS, values, strict=True) if value is not None}
