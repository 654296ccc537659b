"""Every answer of a repository equals what a filter's own meaning says of the same events, on every database."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from store import (
    NEWEST,
    OLDEST,
    Actor,
    DatabaseAddress,
    Entity,
    EventFilter,
    Position,
    actor_facets,
    open_repository,
    open_writer,
    sql_repository,
    tally,
)
from tests.builders import NOON, make_event
from tests.store.conftest import NewDatabase
from tests.store.drawn_bounds import draw_bounds
from tests.store.plain_log import (
    EVENTS,
    FILTERS,
    FIRST,
    LAST,
    MOMENTS,
    OPEN,
    Log,
    collide,
    hold_against,
    hold_bars_against,
    hold_traces_against,
    positions,
)


@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example is a whole database: too slow to shrink
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_answer_equals_the_meaning_of_the_filter(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    draw_bounds(monkeypatch, data)
    monkeypatch.setattr("store.trace_fold.FIRST_EVENTS", data.draw(st.sampled_from([2, 512])))
    monkeypatch.setattr("store.trace_fold.SEARCH_SECONDS", data.draw(st.sampled_from([0.0, 9.0])))
    kinds = data.draw(st.lists(EVENTS, min_size=1, max_size=12))
    copies = data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=30))
    tie = data.draw(st.integers(0, 60))  # more than a microsecond has slots
    events = [make_event(id=f"e{number}", **fields) for number, fields in enumerate([*copies, *kinds[:1] * tie])]
    events = data.draw(st.permutations(events))
    sizes = data.draw(st.lists(st.integers(1, 40), min_size=1, max_size=4))

    async def run() -> None:
        address = new_database()
        async with await open_writer(address) as writer:
            rest, turn = list(events), 0
            while rest:
                size = sizes[turn % len(sizes)]
                await writer.write(rest[:size])
                rest, turn = rest[size:], turn + 1
        log = Log(events)
        repository = await open_repository(address)
        try:
            for event in events[:5]:
                assert await repository.event(event.id) == event
            for _ in range(8):
                event_filter = data.draw(FILTERS)
                position = data.draw(positions(events))
                limit, ordinal = data.draw(st.integers(1, 40)), data.draw(st.integers(0, len(events) + 1))
                await hold_against(repository, log, event_filter, position, limit, ordinal)
                await hold_traces_against(repository, log, event_filter, position, limit)
                now, most_bars = data.draw(MOMENTS), data.draw(st.sampled_from([2, 3, 31, 128]))
                await hold_bars_against(repository, log, event_filter, now, most_bars)
        finally:
            await repository.close()

    asyncio.run(run())


async def test_a_filter_that_is_not_settled_is_refused(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        await writer.write([make_event()])
    repository = await open_repository(database)
    with pytest.raises(ValueError, match="not settled"):
        await repository.count(EventFilter())
    await repository.close()


async def test_a_repository_sees_what_is_written_while_it_is_open(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        repository = await open_repository(database)
        assert (await repository.count(OPEN)).number == 0
        assert (await repository.page(OPEN, NEWEST, "older", 9)).events == ()
        for number in range(3):
            event = make_event(number, event_name=f"NEW_{number}", entity=Entity(type="T", id=f"{number % 2}"))
            await writer.write([event])
            assert (await repository.page(OPEN, NEWEST, "older", 1)).events == (event,)
            assert (await repository.count(OPEN)).number == number + 1
            of_entity = OPEN.with_value("entity_ids", "0")
            assert (await repository.count(of_entity)).number == number // 2 + 1
            assert len((await repository.facets(OPEN)).fields["event_names"]) == number + 1
        await repository.close()


async def test_an_event_with_two_excluded_values_is_left_out_once(database: DatabaseAddress) -> None:
    both = {"entity": Entity(id="x"), "trace_id": "t", "actor": Actor(email="a@acme.example")}
    events = [make_event(number, **(both if number % 2 else {})) for number in range(10)]
    async with await open_writer(database) as writer:
        await writer.write(events)
    repository = await open_repository(database)
    narrowed = OPEN
    for field, value in (("entity_ids", "x"), ("trace_ids", "t"), ("actors", "a@acme.example")):
        narrowed = narrowed.with_value(field, value, excluded=True)
        assert (await repository.count(narrowed)).number == 5
        assert (await repository.page_at(narrowed, 2, 9)).events == (events[4], events[2], events[0])
    await repository.close()


async def test_the_ends_of_the_log_lie_beyond_the_first_and_the_last_possible_event(database: DatabaseAddress) -> None:
    first, last = make_event(1, occurred_at=FIRST), make_event(2, occurred_at=LAST)
    async with await open_writer(database) as writer:
        await writer.write([first, last])
    repository = await open_repository(database)
    assert (await repository.page(OPEN, OLDEST, "newer", 9)).events == (last, first)
    assert (await repository.page(OPEN, OLDEST, "older", 9)).events == ()
    assert (await repository.page(OPEN, NEWEST, "older", 9)).events == (last, first)
    assert await repository.ordinal(OPEN, OLDEST) == 2
    await repository.close()


async def test_thousands_of_combinations_are_paged_and_counted(database: DatabaseAddress) -> None:
    events = [make_event(number, event_name=f"NAME_{number}", environment=f"{number % 3}") for number in range(6_000)]
    async with await open_writer(database) as writer:
        await writer.write(events)
    repository = await open_repository(database)
    narrowed = OPEN.with_value("environments", "1")
    page = await repository.page(narrowed, NEWEST, "older", 100)
    assert page.events == tuple(reversed(events[1::3]))[:100]
    assert (await repository.page_at(narrowed, 1_500, 2)).events == tuple(reversed(events[1::3]))[1_500:1_502]
    assert (await repository.count(narrowed)).number == 2_000
    await repository.close()


HOSTILE = [
    "",
    "\0",
    "\ud800",
    "\udfff\ud800",
    "\x10",
    "\x10-",
    "\x100000",
    "a\\b",
    "'; DROP TABLE event; --",
    "😀\u202e",
]


async def test_hostile_texts_come_back_letter_for_letter(database: DatabaseAddress) -> None:
    events = [
        make_event(
            id=text,
            event_name=text,
            environment=text,
            entity=Entity(type=text, id=text, name=text),
            parent_entity_id=text,
            actor=Actor(type=text, id=text, name=text, email=text, ip_address=text, more=text),
            trace_id=text,
            payload=text,
            request=text,
        )
        for text in HOSTILE
    ]
    async with await open_writer(database) as writer:
        await writer.write(events)
    repository = await open_repository(database)
    assert (await repository.page(OPEN, NEWEST, "older", 100)).events == tuple(reversed(events))
    for text, event in zip(HOSTILE, events, strict=True):
        assert await repository.event(text) == event
        for field in ("environments", "event_names", "entity_ids", "actors", "trace_ids"):
            assert event in (await repository.page(OPEN.with_value(field, text), NEWEST, "older", 9)).events
    await repository.close()


async def test_texts_with_one_reference_are_told_apart(database: DatabaseAddress) -> None:
    events = [
        make_event(
            number,
            entity=Entity(id=f"entity {number % 20}"),
            trace_id=f"trace {number % 30}",
            actor=Actor(type="USER", email=f"{number % 25}@acme.example"),
        )
        for number in range(120)
    ]
    for chunk in (events[:40], events[40:]):  # the second writer must find what the first gave away
        async with await open_writer(database, collide) as writer:
            await writer.write(chunk)
    repository = await open_repository(database, collide)
    for field, text, step in (("entity_ids", "entity", 20), ("trace_ids", "trace", 30)):
        for number in range(step):
            found = await repository.page(OPEN.with_value(field, f"{text} {number}"), NEWEST, "older", 100)
            assert found.events == tuple(reversed(events[number::step]))
        assert (await repository.count(OPEN.with_value(field, f"{text} {step}"))).number == 0
    for number in range(25):
        narrowed = OPEN.with_value("actors", f"{number}@ACME.example")
        assert (await repository.count(narrowed)).number == len(events[number::25])
    for place, event in enumerate(events):
        assert await repository.event(event.id) == event
        assert await repository.ordinal(OPEN, Position.of(event)) == len(events) - 1 - place
        older = await repository.page(OPEN, Position.of(event), "older", 1)
        assert older.events == tuple(events[max(0, place - 1) : place])
    assert await repository.event("event-120") is None
    traces = {f"trace {number}" for number in range(30)}
    assert (
        await repository.trace_extents(OPEN, [*(f"gone {number}" for number in range(8)), *traces])
    ).keys() == traces
    await repository.close()
    async with await open_writer(database, collide) as writer:
        assert (await writer.write([*events[::7], make_event(120)])).stored == 1


async def test_of_very_many_events_only_the_newest_are_counted_by_actor_and_that_is_said(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [make_event(number, actor=Actor(type="USER", name=f"user {number % 2}")) for number in range(10)]
    async with await open_writer(database) as writer:
        await writer.write(events)
    repository = await open_repository(database)
    assert (await repository.actor_facets(OPEN)).at_least == frozenset()
    for module in (sql_repository, actor_facets):
        monkeypatch.setattr(module, "MOST_COUNTED", 4)
    found = await repository.actor_facets(OPEN)
    assert found.at_least == {"actors"}
    assert [(facet.value, facet.count) for facet in found.fields["actors"]] == [("user 1", 3), ("user 0", 2)]
    await repository.close()


async def test_actors_behind_one_who_is_excluded_are_counted_also_where_that_one_had_all_of_the_newest_events(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sql_repository, actor_facets):
        monkeypatch.setattr(module, "MOST_COUNTED", 4)
    names = ["ann", "bob", "ann", *["runaway"] * 20]
    async with await open_writer(database) as writer:
        await writer.write([make_event(number, actor=Actor(name=name)) for number, name in enumerate(names)])
    repository = await open_repository(database)
    found = await repository.actor_facets(OPEN.with_value("actors", "runaway", excluded=True))
    await repository.close()
    assert [(facet.value, facet.count) for facet in found.fields["actors"]] == [("runaway", 5), ("ann", 2), ("bob", 1)]
    assert found.at_least == {"actors"}


async def test_the_newest_events_are_counted_by_actor_however_these_are_found(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "FEW_TO_WALK", 2)
    for module in (sql_repository, actor_facets):
        monkeypatch.setattr(module, "MOST_COUNTED", 4)
    events = [
        make_event(
            number,
            occurred_at=NOON + timedelta(hours=7 * number),
            event_name=f"NAME_{number % 3}",
            entity=Entity(id=f"e{number % 2}"),
            actor=Actor(name=f"user {number % 5}"),
            trace_id=f"t{number % 4}",
        )
        for number in range(120)
    ]
    async with await open_writer(database) as writer:
        await writer.write(events)
    log, repository = Log(events), await open_repository(database)
    for event_filter in (
        OPEN,
        OPEN.with_value("event_names", "NAME_1"),
        OPEN.with_value("event_names", "NAME_1", excluded=True).with_value("trace_ids", "t1", excluded=True),
        OPEN.with_value("entity_ids", "e1").with_value("event_names", "NAME_2"),
    ):
        newest = [event for event in log.events if log.shows(event_filter, event)][:5]
        found = await repository.actor_facets(event_filter)
        assert found.at_least == {"actors"}
        expected = Counter(event.actor.name for event in newest if event.actor)
        assert {facet.value: facet.count for facet in found.fields["actors"]} == expected
    await repository.close()


async def test_a_count_of_a_trace_with_one_name_says_nothing_of_its_other_names(database: DatabaseAddress) -> None:
    events = [make_event(number, event_name=f"NAME_{number % 3}", trace_id="t") for number in range(9)]
    async with await open_writer(database) as writer:
        await writer.write(events)
    repository = await open_repository(database)
    narrowed = OPEN.with_value("trace_ids", "t").with_value("event_names", "NAME_1")
    assert (await repository.count(narrowed)).number == 3
    found = (await repository.facets(narrowed)).fields["event_names"]
    assert [(facet.value, facet.count) for facet in found] == [(f"NAME_{number}", 3) for number in range(3)]
    await repository.close()


async def test_what_is_excluded_from_very_many_events_is_counted_apart(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.sides.MANY_EVENTS", 5)
    monkeypatch.setattr("store.reference_lookup.OWNER_EVENTS", 5)
    monkeypatch.setattr(tally, "FEW_TO_WALK", 2)
    events = [
        make_event(
            number,
            occurred_at=NOON + timedelta(hours=number),
            event_name=("SYNC_FAILED", "PLAN_CREATED")[number % 2],
            entity=Entity(id=f"e{number % 3}"),
            actor=Actor(email=f"a{number % 4}@acme.example"),
            trace_id=f"t{number % 5}",
        )
        for number in range(120)
    ]
    async with await open_writer(database) as writer:
        await writer.write(events)
    log, repository = Log(events), await open_repository(database)
    narrowed = OPEN.with_value("entity_ids", "e0", excluded=True).with_value("trace_ids", "t1", excluded=True)
    for event_filter in (narrowed, narrowed.with_value("actors", "a1@acme.example")):
        for each in (event_filter, event_filter.with_value("event_names", "sync failed", excluded=True)):
            for ordinal in (0, 3, 11):
                await hold_against(repository, log, each, Position.of(events[60]), 7, ordinal)
            await hold_bars_against(repository, log, each, events[-1].occurred_at, 20)
    await repository.close()
