"""Every answer from a table that is not ours equals what a filter's own meaning says of the events in its rows."""

import asyncio
import json
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, Text

from store import (
    NEWEST,
    Choice,
    Event,
    EventFilter,
    PayloadChoice,
    TableMapping,
    TimeRange,
    open_foreign_repository,
)
from store.number_range import NumberRange
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


LEAVES = st.sampled_from(
    ["plan-growth", "Plan-Growth", "a", "b/c", 'q"\\x', "1.10", "é", "", 1.1, 7, -100, True, False, None, "null"]
)
DOCUMENTS = st.dictionaries(
    st.sampled_from(["plan", "id", "tags", "none", "a/b", "0", "é"]),
    LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.sampled_from(["id", "ID", "b"]), LEAVES, max_size=2),
    max_size=3,
)
WRITTEN = st.builds(json.dumps, DOCUMENTS, ensure_ascii=st.booleans()) | st.sampled_from(
    ["no JSON", '{"tags":"b\\/c"}', '"plan"', "line\nbreak", '{"plan":{"id":"plan\\u002dgrowth"}}', "[1, 1.10]"]
)
PATHS = st.sampled_from(
    [("plan", "id"), ("tags",), ("tags", "0"), ("note",), ("doc", "tags"), ("a/b",), ("0",), ("é",)]
)
SOUGHT = st.lists(
    st.sampled_from(["plan-growth", "b/c", 'q"\\x', "null", "true", "1.10", "line\nbreak", ""]), max_size=2
)
PATTERNS = st.lists(st.sampled_from(["*", "plan*", "*-g*", "*/c", "q*", "*é", "line*", "n*l", "1*"]), max_size=2)
RANGES = st.lists(st.sampled_from([NumberRange(low=Decimal(1)), NumberRange(high=Decimal("1.1"))]), max_size=1)
SIDES = ("included", "excluded", "patterns", "excluded_patterns", "ranges", "excluded_ranges")
CHOICES = st.tuples(SOUGHT, SOUGHT, PATTERNS, PATTERNS, RANGES, RANGES).map(
    lambda sides: Choice(**dict(zip(SIDES, map(tuple, sides), strict=True)))
)
CONDITIONS = st.dictionaries(PATHS, CHOICES.filter(bool), min_size=1, max_size=2).map(
    lambda chosen: tuple(PayloadChoice(path=path, choice=choice) for path, choice in chosen.items())
)


@SLOW_EXAMPLES
@given(st.data(), st.lists(st.tuples(WRITTEN | st.none(), WRITTEN | st.none()), max_size=12), st.booleans())
def test_what_a_database_tells_of_payloads_leaves_out_no_match(
    new_database: NewDatabase, data: st.DataObject, texts: list[tuple[str | None, str | None]], several: bool
) -> None:
    table = Table("log", MetaData(), *(Column(name, Text) for name in ("at", "doc", "note")), Column("id", Integer))
    columns = {"id": "id", "occurred_at": "at", "event_name": {"constant": "x"}}
    mapped = columns | {"payload": ("doc", "note") if several else "doc"}
    mapping = TableMapping.model_validate({"table": "log", "columns": mapped})
    rows = [
        {"id": number, "at": f"2026-03-02T08:15:{number:02}Z", "doc": doc, "note": note}
        for number, (doc, note) in enumerate(texts)
    ]

    async def run() -> None:
        address = new_database()
        await fill(address, table, rows)
        repository = await open_foreign_repository(address, mapping)
        try:
            ever = EventFilter(time=TimeRange(since=None))
            events = (await repository.page(ever, NEWEST, "older", 20)).events
            assert len(events) == len(rows)
            for _ in range(12):
                event_filter = ever.replaced(payload=data.draw(CONDITIONS))
                shown = tuple(event for event in events if event_filter.matches(event))
                assert (await repository.page(event_filter, NEWEST, "older", 20)).events == shown
                assert (await repository.count(event_filter)).number == len(shown)
        finally:
            await repository.close()

    asyncio.run(run())
