"""From one event to what changed with it, and to the events that set each field: against reading the same rows."""

import json
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from explorer.entity_state import entity_state
from explorer.snapshots import comparison, log_of_entity
from store import NEWEST, DatabaseAddress, Entity, Event, EventFilter, TimeRange, open_repository, open_writer
from tests.benchmarks.figures import percentile, report
from tests.builders import make_event

VERSIONS = 1_000
ROUNDS = 10
EVENTS = 400
COMPARISON_MS, STATE_MS = 25, 200


async def milliseconds(question: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await question()
    return (time.perf_counter() - started) * 1000


def version(number: int) -> Event:
    """One of many snapshots of a subscription, each with another field changed."""
    payload = {
        "timestamp": str(number),
        "id": "subscription-1",
        "status": "ACTIVE",
        "plan": {"id": "plan-growth", "version": number // 100},
        "customer": {"id": "customer-1", "name": "Acme", "email": "ap@acme.example"},
        "addons": [{"id": f"addon-{each}", "quantity": each + (number % 10 == each)} for each in range(10)],
        "metadata": {f"key-{each}": "value" for each in range(30)},
        "never": "changed",
    }
    entity = Entity(type="SUBSCRIPTION", id="subscription-1")
    return make_event(number, event_name="SUBSCRIPTION_UPDATED", entity=entity, payload=json.dumps(payload))


async def test_who_set_each_field_of_a_thousand_versions(tmp_path: Path) -> None:
    address = DatabaseAddress.parse(str(tmp_path / "versions.db"))
    events = [version(number) for number in range(VERSIONS)]
    async with await open_writer(address) as writer:
        await writer.write(events)
    repository = await open_repository(address)
    log = log_of_entity(events[-1])
    assert log is not None
    rows = [await milliseconds(lambda: repository.page(log, NEWEST, "older", VERSIONS)) for _ in range(ROUNDS)]
    states = [await milliseconds(lambda: entity_state(repository, events[-1], None)) for _ in range(ROUNDS)]
    assert any(origin.is_oldest for origin in (await entity_state(repository, events[-1], None)).origins)
    await repository.close()
    shown = percentile(states, 0.5)
    report("state over 1,000 versions", rows_ms=percentile(rows, 0.5), state_ms=shown, most_ms=STATE_MS)
    assert shown <= 10 * percentile(rows, 0.5)


async def test_what_changed_with_events_anywhere_in_a_large_log(large_log: DatabaseAddress) -> None:
    repository = await open_repository(large_log)
    everything = EventFilter(time=TimeRange(since=None)).settled(datetime.now(UTC))
    total = (await repository.count(everything)).number
    places = random.Random(1).sample(range(total), EVENTS)
    events = [(await repository.page_at(everything, place, 1)).events[0] for place in places]
    taken = [await milliseconds(lambda event=event: comparison(repository, event)) for event in events]
    await repository.close()
    repository = await open_repository(large_log)  # which knows as little of these entities as the first did
    logs = [log for event in events if (log := log_of_entity(event)) is not None]
    pages = [await milliseconds(lambda log=log: repository.page(log, NEWEST, "older", 12)) for log in logs]
    await repository.close()
    report(
        f"what changed, of {total:,} events",
        p50_ms=percentile(taken, 0.5),
        p99_ms=percentile(taken, 0.99),
        page_p99_ms=percentile(pages, 0.99),
        most_ms=COMPARISON_MS,
    )
    assert percentile(taken, 0.99) <= 5 * percentile(pages, 0.99)
