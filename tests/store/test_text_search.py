"""Texts and payload values are found as the meaning of a filter says, however the search is cut into windows."""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import store.text_scan as text_scan
import store.text_search as text_search
import store.text_tests as text_tests
from store import (
    NEWEST,
    OLDEST,
    Actor,
    Choice,
    DatabaseAddress,
    Direction,
    Entity,
    Event,
    EventFilter,
    EventRepository,
    PayloadChoice,
    Position,
    TimeRange,
    open_repository,
    open_writer,
)
from store.held_connection import HeldConnection
from store.number_range import NumberRange, all_numbers_between
from tests.builders import NOON, make_event
from tests.store.conftest import NewDatabase
from tests.store.plain_log import ACTORS, ENTITIES, OPEN, Log, choices
from tests.store.test_repository import HOSTILE

UUID = "0f6e2b91-4abc-4def-8123-0123456789AB".lower()
SIGNS = st.text(st.sampled_from('aAbé%_\\"\x10\x00\ud800{}:-/0'), max_size=4)
DOCUMENTS = st.sampled_from(
    [
        None,
        "no JSON \ud800",
        '{"plan": {"id": "plan-growth"}, "tags": ["a", {"b": 1.10}]}',
        '{"plan": {"id": "plan\\u002dgrowth"}, "tags": []}',
        '{"pl\\u0061n": {"id": "a/b"}, "tags": null}',
        '{"plan": {"id": "a\\/b"}, "tags": {"0": "a"}}',
        '{"plan": {"id": "\\"\\\\\\ud800\\u0010"}, "tags": [["a"]]}',
        '{"plan": {"id": "A%_b", "ID": true}}',
        '{"plan": {"\\u0069d": 7.50, "ID": "7"}, "tags": [3, -1e2, "12"]}',
    ]
)
EVENTS = st.builds(
    lambda moment, event_id, name, environment, entity, parent, actor, trace, payload, request: {
        "occurred_at": NOON + timedelta(microseconds=moment),
        "id": event_id,
        "event_name": name,
        "environment": environment,
        "entity": entity,
        "parent_entity_id": parent,
        "actor": actor,
        "trace_id": trace,
        "payload": payload,
        "request": request,
    },
    st.integers(0, 3) | st.integers(0, 10**12),
    SIGNS | SIGNS.map(lambda signs: f"{signs}{'Long' * 300}"),
    st.sampled_from(["PLAN_CREATED", "plan.created", "own\0\ud800"]),
    st.sampled_from([None, "production", "dev"]),
    ENTITIES | st.builds(Entity, type=SIGNS, id=SIGNS, name=SIGNS),
    st.none() | SIGNS,
    ACTORS | st.builds(Actor, type=SIGNS, id=SIGNS, name=SIGNS, email=SIGNS, ip_address=SIGNS, more=SIGNS),
    st.none() | SIGNS,
    DOCUMENTS | SIGNS,
    st.none() | SIGNS,
)
WORDS = SIGNS | st.sampled_from(
    ["plan", "Plan created", "plan.created", "PRODUCTION", "abc-4d", "1abc", "-", "ANN", "é"]
)
VALUES = st.sampled_from(["plan-growth", "a", "1.10", "a/b", '"\\\ud800\x10', "null", "true", "A%_b", ""])
PATHS = st.sampled_from([("plan", "id"), ("tags",), ("tags", "0"), ("tags", "b"), ("plan", "ID"), ("none",)])


RANGES = st.sampled_from(
    [
        NumberRange(low=Decimal("1.1")),
        NumberRange(low=Decimal("1.10"), excludes_end=True),
        NumberRange(high=Decimal(7), excludes_end=True),
        NumberRange(high=Decimal(3)),
        NumberRange(low=Decimal(-100), high=Decimal("7.5")),
    ]
)


def some(values: st.SearchStrategy[str]) -> st.SearchStrategy[Choice]:
    few = st.lists(values, max_size=2, unique=True).map(tuple)
    return st.builds(Choice, included=few, excluded=st.just(())) | st.builds(Choice, included=few, excluded=few)


FEW_RANGES = st.lists(RANGES, max_size=2, unique=True).map(tuple)
PATTERNS = st.lists(st.sampled_from(["*", "plan*", "*-g*", "1.*", "*é*", "n*l"]), max_size=2, unique=True).map(tuple)
VALUES_AND_RANGES = st.builds(
    lambda choice, ranges, excluded, patterns, excluded_patterns: choice.replaced(
        ranges=ranges if all_numbers_between(ranges) is None else (),
        excluded_ranges=excluded,
        patterns=patterns,
        excluded_patterns=excluded_patterns,
    ),
    some(VALUES),
    FEW_RANGES,
    st.just(()) | FEW_RANGES,
    st.just(()) | PATTERNS,
    st.just(()) | PATTERNS,
)
PAYLOADS = st.dictionaries(PATHS, (some(VALUES) | VALUES_AND_RANGES).filter(bool), max_size=2).map(
    lambda chosen: tuple(PayloadChoice(path=path, choice=choice) for path, choice in chosen.items())
)
CONDITIONS = st.builds(
    EventFilter,
    time=st.just(TimeRange(since=None)) | st.just(TimeRange(since=NOON, until=NOON + timedelta(days=5))),
    texts=some(WORDS),
    payload=PAYLOADS,
    environments=choices("production", "dev"),
    event_names=choices("plan.created"),
    entity_ids=choices("a", "b|@ ", patterns=("*", "a*", "b*@*", "*A")),
    actors=choices("ANN", "u1", patterns=("*n*",)),
    trace_ids=choices("a", patterns=("*", "*b*", "é*")),
    belongs_to=some(SIGNS | st.sampled_from(["a", "b|@ ", "A"])),
).filter(lambda event_filter: event_filter.has_text_conditions)


async def read_on(
    repository: EventRepository, event_filter: EventFilter, start: Position, direction: Direction, limit: int
) -> list[Event]:
    """Every event from `start` on, in pages and wherever the search stopped in between; nearest first."""
    found: list[Event] = []
    while True:
        page = await repository.page(event_filter, start, direction, limit)
        assert len(page.events) <= limit
        events = page.events if direction == "older" else page.events[::-1]
        found.extend(events)
        more = page.has_older if direction == "older" else page.has_newer
        if not more:
            assert page.searched_to is None
            return found
        assert page.searched_to is not None or len(events) == limit
        start = page.searched_to or Position.of(events[-1])


async def hold_against(
    repository: EventRepository, log: Log, event_filter: EventFilter, position: Position, limit: int, ordinal: int
) -> None:
    shown = [event for event in log.events if log.shows(event_filter, event)]
    newer, _, older = ([event for event in part if log.shows(event_filter, event)] for part in log.around(position))
    assert await read_on(repository, event_filter, position, "older", limit) == older
    assert await read_on(repository, event_filter, position, "newer", limit) == newer[::-1]
    counted = await repository.count(event_filter)
    while not counted.exact:
        assert counted.number <= len(shown)
        assert counted.searched_to is not None
        counted = await repository.count(event_filter, counted)
    assert (counted.number, counted.searched_to) == (len(shown), None)
    assert await repository.ordinal(event_filter, position) == len(newer)
    page = await repository.page_at(event_filter, ordinal, limit)
    assert page.events == tuple(shown[ordinal : ordinal + limit])
    assert (page.has_newer, page.has_older) == (ordinal > 0 and bool(shown), len(shown) > ordinal + limit)
    lifted = event_filter
    for field in ("environments", "event_names", "entity_types", "actor_types"):
        lifted = lifted.with_choice(field, Choice())
    facets = await repository.facets(lifted)
    expected = Counter(event.environment for event in log.events if log.shows(lifted, event))
    found = {facet.value: facet.count for facet in facets.fields["environments"]}
    assert found == expected if not facets.at_least else all(count <= expected[value] for value, count in found.items())


@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example is a whole database: too slow to shrink
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_answer_equals_the_meaning_of_the_filter(new_database: NewDatabase, data: st.DataObject) -> None:
    events = [
        make_event(**{**fields, "id": fields["id"] + str(number) if number % 3 else f"{UUID[:-2]}{number:02}"})
        for number, fields in enumerate(data.draw(st.lists(EVENTS, min_size=1, max_size=40)))
    ]

    async def run() -> None:
        address = new_database()
        async with await open_writer(address) as writer:
            await writer.write(events)
        log = Log(events)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(text_scan, "FIRST_WINDOW", data.draw(st.sampled_from([1, 2, 7, 2_000])))
            patch.setattr(text_scan, "MOST_ROWS", data.draw(st.sampled_from([1, 3, 1_000])))
            patch.setattr(text_search, "SEARCH_SECONDS", data.draw(st.sampled_from([0.0, 10.0])))
            patch.setattr(text_tests, "MOST_ACTORS", data.draw(st.sampled_from([0, 50_000])))
            repository = await open_repository(address)
            try:
                for _ in range(8):
                    event = data.draw(st.sampled_from(events))
                    places = [Position.of(event), Position(occurred_at=event.occurred_at), NEWEST, OLDEST]
                    limit, ordinal = data.draw(st.integers(1, 9)), data.draw(st.integers(0, len(events) + 1))
                    position = data.draw(st.sampled_from(places))
                    await hold_against(repository, log, data.draw(CONDITIONS), position, limit, ordinal)
            finally:
                await repository.close()

    asyncio.run(run())


async def test_hostile_texts_are_found_letter_for_letter(database: DatabaseAddress) -> None:
    fields = ("id", "parent_entity_id", "trace_id", "payload", "request", "environment", "event_name")
    events = [
        make_event(number * 10 + place, **{field: f"<{text}>"})
        for number, text in enumerate(HOSTILE)
        for place, field in enumerate(fields)
    ]
    async with await open_writer(database) as writer:
        await writer.write(events)
    repository = await open_repository(database)
    for text in HOSTILE:
        one = OPEN.with_value("texts", f"<{text}>")
        assert (await repository.page(one, NEWEST, "older", 100)).events == tuple(
            event for event in reversed(events) if one.matches(event)
        )
        assert (await repository.count(one)).number == len(fields)
    await repository.close()


async def test_more_texts_than_a_statement_may_hold_are_found(database: DatabaseAddress) -> None:
    events = [make_event(number, payload=f'{{"number": {number}}}') for number in range(400)]
    async with await open_writer(database) as writer:
        await writer.write(events)
    repository = await open_repository(database)
    wanted = tuple(map(str, range(0, 400, 2)))
    texts = OPEN.with_choice("texts", Choice(included=tuple(f'"number": {number}}}' for number in wanted)))
    for many in (texts, OPEN.with_choice("payload.number", Choice(included=wanted))):
        assert (await repository.page(many, NEWEST, "older", 200)).events == tuple(reversed(events[::2]))
    long = OPEN.with_value("texts", "x" * 200_000)
    assert (await repository.count(long)).number == 0
    await repository.close()


async def test_a_cancelled_search_stops_in_the_database(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = f'"{"ab" * 100_000}"'
    async with await open_writer(database) as writer:
        await writer.write([make_event(number, payload=payload) for number in range(300)])
    repository = await open_repository(database)
    one = OPEN.with_choice("texts", Choice(included=tuple(f"abc{number}" for number in range(20))))
    started = time.monotonic()
    assert await repository.ordinal(one, OLDEST) == 0
    whole = time.monotonic() - started

    begun, fetch = asyncio.Event(), HeldConnection.rows

    async def fetched(held: HeldConnection, sql: str, values: object) -> object:
        if "payload" in sql:
            begun.set()
        return await fetch(held, sql, values)

    monkeypatch.setattr(HeldConnection, "rows", fetched)
    asked = asyncio.ensure_future(repository.ordinal(one, OLDEST))
    await begun.wait()
    started = time.monotonic()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert time.monotonic() - started < whole / 2
    await repository.close()


async def test_what_is_written_during_a_search_is_found_when_it_lies_ahead(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_scan, "FIRST_WINDOW", 1)
    monkeypatch.setattr(text_search, "SEARCH_SECONDS", 0.0)
    async with await open_writer(database) as writer:
        await writer.write([make_event(number) for number in range(10, 13)])
        repository = await open_repository(database)
        one = OPEN.with_value("texts", "Needle")
        page = await repository.page(one, NEWEST, "older", 9)
        assert (page.events, page.has_older) == ((), True)
        assert page.searched_to == Position.of(make_event(12))
        late = make_event(1, event_name="NEEDLE_FOUND", actor=Actor(name="needle"))
        await writer.write([late])
        assert await read_on(repository, one, page.searched_to, "older", 9) == [late]
        await repository.close()
