"""Values for tests, with everything filled in that a test does not care about."""

import json
from datetime import UTC, datetime, timedelta

from store import Actor, Entity, Event

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_event(number: int = 0, **fields: object) -> Event:
    """An event `number` seconds after NOON, with whatever `fields` say instead, entity and actor by their parts."""
    defaults: dict[str, object] = {
        "id": f"event-{number}",
        "occurred_at": NOON + timedelta(seconds=number),
        "event_name": "CUSTOMER_UPDATED",
    }
    for name, kind in (("entity", Entity), ("actor", Actor)):
        parts = fields.get(name)
        if isinstance(parts, dict):
            fields[name] = kind(**parts)
    return Event(**(defaults | fields))


def monstrous_payload(keys: int = 100_000) -> str:
    """With 100,000 keys it is JSON of 20 MB with one line of 5 MB; with fewer, as much smaller."""
    note = "x" * 100
    members = {f"key-{number}": {"id": number, "name": f"name of {number}", "note": note} for number in range(keys)}
    return json.dumps({**members, "line": "z" * (50 * keys)})
