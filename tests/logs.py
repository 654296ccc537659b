"""Small real logs for tests that drive the app."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store import Actor, DatabaseAddress, Entity, Event, open_writer
from tests.builders import NOON, make_event

NOW = datetime(2026, 11, 21, tzinfo=UTC)
"""What time it is for an app that shows these logs."""

KINDS = (
    "CUSTOMER_UPDATED",
    "SUBSCRIPTION_CREATED",
    "SYNC_FAILED",
    "PLAN_DELETED",
    "CREDIT_BALANCE_LOW",
    "invoice.sent",
)


def numbered_event(number: int) -> Event:
    """An event `number` minutes after NOON; every sixth is alike, every third shares a trace."""
    kind = KINDS[number % len(KINDS)]
    return make_event(
        number,
        occurred_at=NOON + timedelta(minutes=number),
        event_name=kind,
        environment="production" if number % 10 else "staging",
        entity=None if kind == "SYNC_FAILED" else Entity(type="CUSTOMER", id=f"customer-{number % 5}", name="Acme"),
        parent_entity_id="account-1",
        actor=Actor(type="USER", name="Dana Whitfield", email="dana@northlake.example", ip_address="203.0.113.24")
        if number % 2
        else Actor(type="SCHEDULER"),
        trace_id=f"trace-{number // 3}",
        payload=f'{{"number": {number}, "plan": {{"id": "plan-growth", "limit": 10000}}, "tags": ["a", "b"]}}',
        request='{"body": {"operationName": "updateCustomer"}, "response": {"data": null}}' if number % 2 else None,
    )


def numbered_events(count: int) -> list[Event]:
    """`event-0`, the oldest, and so on."""
    return [numbered_event(number) for number in range(count)]


async def write_log(path: Path, events: Iterable[Event]) -> DatabaseAddress:
    """A new SQLite log of these events, or a log with these added."""
    address = DatabaseAddress.parse(str(path))
    async with await open_writer(address) as writer:
        await writer.write(list(events))
    return address
