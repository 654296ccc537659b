"""Values for tests, with everything filled in that a test does not care about."""

from datetime import UTC, datetime, timedelta

from store import Event

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_event(number: int = 0, **fields: object) -> Event:
    """An event `number` seconds after NOON, with whatever `fields` say instead."""
    defaults: dict[str, object] = {
        "id": f"event-{number}",
        "occurred_at": NOON + timedelta(seconds=number),
        "event_name": "CUSTOMER_UPDATED",
    }
    return Event.model_validate(defaults | fields)
