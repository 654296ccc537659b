"""Every answer from a table that is not ours equals what a filter's own meaning says of the events in its rows."""

import asyncio
import json

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from store import Event, EventFilter, TimeRange, open_foreign_repository
from tests.store.conftest import NewDatabase
from tests.store.foreign.foreign_tables import EVENTS, SHAPES, Shape, audit_table, fill, mapping_of, row_of
from tests.store.plain_log import (
    MOMENTS,
    Log,
    choices,
    hold_against,
    hold_arrivals_against,
    hold_bars_against,
    positions,
)

FILTERS = st.builds(
    EventFilter,
    time=st.builds(TimeRange, since=st.none() | MOMENTS, until=st.none() | MOMENTS),
    environments=choices("production", "dev", "none such", patterns=("*", "p*", "*v")),
    event_names=choices("plan.created", "customer updated", "own", "GRÖSSE", patterns=("plan.*", "*failed", "*")),
    entity_types=choices("customer", "ODD", patterns=("*", "c*")),
    entity_ids=choices("a", "b|@ ", "none such"),
    actor_types=choices("user", "System", patterns=("*s*",)),
    actors=choices(
        "ANN", "u1", "ann@ACME.example", "192.0.2.1", "kim", "åsa strasse", patterns=("ann*", "*", "192.*", "u*1")
    ),
    trace_ids=choices("t1", "t2", "none such"),
)
SLOW_EXAMPLES = settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example is a whole database: too slow to shrink
    suppress_health_check=list(HealthCheck),
)
INDEXED = st.sampled_from([(), ("action", "env"), ("object_id", "request", "who_kind", "object type")])


def stored(number: int, fields: dict[str, object], shape: Shape) -> tuple[Event, dict[str, object]]:
    """An event as it is read back, and its row."""
    event = Event(**(fields | {"id": str(number)}))
    row = row_of(number, event, shape)
    payload = None if row["details"] is None else json.dumps(row["details"])
    return event.replaced(payload=payload), row


@SLOW_EXAMPLES
@given(data=st.data())
def test_every_answer_equals_the_meaning_of_the_filter(new_database: NewDatabase, data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from(SHAPES))
    kinds = data.draw(st.lists(EVENTS, min_size=1, max_size=12))
    copies = data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=30))
    pairs = [stored(number, fields, shape) for number, fields in enumerate(copies, start=1)]
    events, rows = [event for event, _ in pairs], [row for _, row in pairs]
    indexed = data.draw(INDEXED)

    async def run() -> None:
        address = new_database()
        await fill(address, audit_table(shape, *indexed), rows)
        repository = await open_foreign_repository(address, mapping_of(shape))
        try:
            in_log = [event for event in events if event == await repository.event(event.id)]
            assert in_log == events
            log = Log(events, one_level=True)
            for _ in range(5):
                event_filter = data.draw(FILTERS)
                position = data.draw(positions(events))
                limit, ordinal = data.draw(st.integers(1, 40)), data.draw(st.integers(0, len(events) + 1))
                await hold_against(repository, log, event_filter, position, limit, ordinal)
                now, most_bars = data.draw(MOMENTS), data.draw(st.sampled_from([2, 3, 31, 128]))
                await hold_bars_against(repository, log, event_filter, now, most_bars, spans_matches=False)
                await hold_arrivals_against(repository, log, event_filter)
        finally:
            await repository.close()

    asyncio.run(run())
