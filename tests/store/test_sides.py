"""What is asked of several columns at once: that few events are read for it, however many have each of the values."""

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from store import (
    NEWEST,
    Actor,
    DatabaseAddress,
    Entity,
    Event,
    EventFilter,
    EventRepository,
    Position,
    open_repository,
    open_writer,
    parse_filter,
    write_filter,
)
from store.held_connection import HeldConnection
from tests.builders import NOON, make_event
from tests.store.plain_log import (
    OPEN,
    Log,
    fold,
    hold_against,
    hold_bars_against,
    hold_pages_against,
    whole_folded_page,
)

Asked = list[tuple[str, Any]]
Kind = tuple[str, Entity, Actor]

SYNC, ANN, BOB = Actor(type="SYSTEM", id="sync"), Actor(type="USER", id="ann"), Actor(type="USER", id="bob")
SEATS, CACHE, PLAN = Entity(type="FEATURE", id="seats"), Entity(type="CREDIT", id="cache"), Entity(type="PLAN", id="p")


def log_of(events: int) -> Log:
    """Mostly events of an actor who is the only one of its type, and of entities that few kinds of events happen to."""
    kinds = [("FEATURE_UPDATED", SEATS, SYNC), ("CREDIT_GRANTED", CACHE, SYNC), ("PLAN_UPDATED", PLAN, ANN)]
    kinds += [("FEATURE_UPDATED", SEATS, ANN), ("PLAN_UPDATED", PLAN, BOB), ("CREDIT_GRANTED", CACHE, SYNC)]
    return Log(
        [
            make_event(
                number,
                occurred_at=NOON + timedelta(minutes=7 * number),
                event_name=kinds[number % 6][0],
                entity=kinds[number % 6][1],
                actor=kinds[number % 6][2],
                parent_entity_id="shop" if kinds[number % 6][1] is PLAN else None,
                environment=("production", "staging")[number % 7 == 0],
                trace_id="t" if number % 11 == 0 else None,
            )
            for number in range(events)
        ]
    )


def but(event_filter: EventFilter, field: str, *values: str) -> EventFilter:
    for value in values:
        event_filter = event_filter.with_value(field, value, excluded=True)
    return event_filter


OF_SEATS, OF_SYNC = OPEN.with_value("entity_ids", "seats"), OPEN.with_value("actors", "sync")
QUICK = [
    but(OPEN, "actors", "sync"),
    but(OPEN.with_value("environments", "staging"), "actors", "sync"),
    but(OPEN.with_value("actor_types", "system"), "actors", "sync"),
    but(OF_SEATS, "actors", "bob"),
    but(OF_SYNC, "entity_ids", "p"),
    but(OF_SYNC.with_value("actors", "ann"), "actors", "sync"),
    but(OPEN.with_value("belongs_to", "seats"), "entity_ids", "p"),
    but(but(OPEN, "belongs_to", "seats"), "entity_ids", "p"),
    OF_SEATS.with_value("entity_ids", "p").with_value("belongs_to", "seats"),
]
QUICK_PAGES = [
    but(OF_SEATS, "actors", "sync"),
    but(but(OPEN, "actors", "sync"), "entity_ids", "p"),
]
SLOWER = [
    but(OF_SEATS, "actors", "ann"),
    but(OPEN, "actors", "ann", "bob"),
    but(but(OPEN, "actors", "ann"), "entity_ids", "cache"),
    but(but(OPEN, "actors", "ann"), "entity_ids", "p"),
    but(OPEN.with_value("actors", "ann"), "entity_ids", "p"),
    but(OPEN.with_value("entity_ids", "p"), "actors", "ann", "bob"),
    OF_SEATS.with_value("actors", "sync"),
    OF_SEATS.with_value("actors", "sync").with_value("environments", "staging"),
    OF_SEATS.with_value("actors", "ann"),
    OF_SEATS.with_value("entity_ids", "p").with_value("actors", "ann").with_value("actors", "sync"),
    but(OPEN.with_value("trace_ids", "t"), "actors", "sync"),
    but(but(OPEN, "trace_ids", "t"), "actors", "sync"),
    but(OPEN, "belongs_to", "seats", "shop"),
    but(OPEN.with_value("belongs_to", "seats"), "actors", "sync"),
    but(OPEN.with_value("belongs_to", "shop"), "belongs_to", "seats", "p"),
    but(OPEN.with_value("belongs_to", "shop"), "entity_ids", "p"),
    but(but(OPEN.with_value("entity_ids", "p"), "belongs_to", "shop"), "actors", "ann"),
    but(OF_SEATS.with_value("trace_ids", "t"), "actors", "bob"),
]


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.owners.LOOKED_AT_EVERY", 1)
    monkeypatch.setattr("store.sides.MANY_EVENTS", 100)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Every statement that is asked, with its values."""
    fetch, asked = HeldConnection.rows, Asked()

    async def noted(held: HeldConnection, sql: str, values: Any) -> Any:
        asked.append((sql, values))
        return await fetch(held, sql, values)

    monkeypatch.setattr(HeldConnection, "rows", noted)
    return asked


@pytest.mark.parametrize("few", [10, 500])
async def test_every_answer_equals_the_meaning_of_the_filter(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("store.tally.FEW_TO_WALK", 2)
    monkeypatch.setattr("store.owners.OWNER_EVENTS", 40)
    monkeypatch.setattr("store.reference_lookup.OWNER_EVENTS", few)
    monkeypatch.setattr("store.sides.MANY_EVENTS", few)
    log = log_of(400)
    async with await open_writer(database) as writer:
        await writer.write(log.events)
    repository = await open_repository(database)
    for event_filter in (*QUICK, *QUICK_PAGES, *SLOWER):
        for ordinal in (0, 3, 60):
            await hold_against(repository, log, event_filter, Position.of(log.events[90]), 7, ordinal)
        await hold_bars_against(repository, log, event_filter, log.events[0].occurred_at, 20)
    await repository.close()


async def test_an_event_of_somebody_else_shows_where_all_were_excluded(database: DatabaseAddress) -> None:
    log, event_filter = log_of(40), but(OF_SEATS.with_value("actor_types", "system"), "actors", "sync")
    async with await open_writer(database) as writer:
        await writer.write(log.events)
        repository = await open_repository(database)
        assert (await repository.count(event_filter)).number == 0
        other = Actor(type="SYSTEM", id="other")
        await writer.write([make_event(99, event_name="FEATURE_UPDATED", entity=SEATS, actor=other)])
        assert (await repository.count(event_filter)).number == 1
        assert len((await repository.page(event_filter, NEWEST, "older", 7)).events) == 1
        await repository.close()


@pytest.mark.parametrize("event_filter", [*QUICK, *QUICK_PAGES], ids=write_filter)
async def test_of_what_is_excluded_only_few_events_are_read_however_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: Asked, event_filter: EventFilter
) -> None:
    monkeypatch.setattr("store.owners.OWNER_EVENTS", 400)
    monkeypatch.setattr("store.reference_lookup.OWNER_EVENTS", 400)
    monkeypatch.setattr("store.combination_cache.DENSE", 1.0)
    monkeypatch.setattr("store.search.WINDOW", 50)
    monkeypatch.setattr("store.search.INDEX_WINDOW", 50)
    monkeypatch.setattr("store.tally.FEW_EVENTS", 100)
    log, address = log_of(6_000), DatabaseAddress.parse(str(tmp_path / "log.db"))
    async with await open_writer(address) as writer:
        await writer.write(log.events)
    repository = await open_repository(address)
    await repository.newest_batch()  # then the whole repository is there
    asked.clear()
    first = await repository.page(event_filter, NEWEST, "older", 20)
    if first.events:
        await repository.page(event_filter, Position.of(first.events[-1]), "newer", 20)
    if event_filter not in QUICK_PAGES:
        matching = sum(log.shows(event_filter, event) for event in log.events)
        assert (await repository.count(event_filter)).number == matching
    await repository.close()
    assert max(steps(tmp_path / "log.db", sql, values) for sql, values in asked) < 7_000


async def test_a_pair_of_which_everything_is_excluded_is_not_passed_over_where_the_nearest_events_are_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: Asked
) -> None:
    monkeypatch.setattr("store.owners.OWNER_EVENTS", 400)
    monkeypatch.setattr("store.reference_lookup.OWNER_EVENTS", 400)
    monkeypatch.setattr("store.search.INDEX_WINDOW", 100)
    address, event_filter = DatabaseAddress.parse(str(tmp_path / "log.db")), but(OF_SYNC, "entity_ids", "cache")
    names = {0: "PLAN_UPDATED", 1: "FEATURE_UPDATED"}
    log = Log(
        [
            make_event(number, event_name=names[number % 2], entity=CACHE if number % 2 else PLAN, actor=SYNC)
            for number in range(6_000)
        ]
    )
    async with await open_writer(address) as writer:
        await writer.write(log.events)
        # So that not everything of its kind is excluded, but all that this actor did of it.
        other = Entity(type="CREDIT", id="other"), Actor(type="SYSTEM", id="other")
        await writer.write([make_event(9_999, event_name="FEATURE_UPDATED", entity=other[0], actor=other[1])])
    repository = await open_repository(address)
    await repository.newest_batch()
    asked.clear()
    page = await repository.page(event_filter, NEWEST, "older", 20)
    await repository.close()
    assert [event.id for event in page.events[:3]] == ["event-5998", "event-5996", "event-5994"]
    assert max(steps(tmp_path / "log.db", sql, values) for sql, values in asked) < 10_000


FLOODED = [
    but(OPEN, "actors", "sync"),
    but(OPEN.with_value("environments", "staging"), "actors", "sync"),
    but(OPEN.with_value("actor_types", "system"), "actors", "sync"),
    but(but(OPEN, "actors", "sync"), "entity_ids", "seats"),
]


@pytest.mark.parametrize("event_filter", FLOODED, ids=write_filter)
@pytest.mark.parametrize("dense", [0.0, 1.0], ids=["in the order of time", "along combinations"])
async def test_what_lies_behind_a_flood_of_excluded_events_is_found_without_reading_these(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, event_filter: EventFilter, dense: float, asked: Asked
) -> None:
    monkeypatch.setattr("store.owners.OWNER_EVENTS", 400)
    monkeypatch.setattr("store.combination_cache.DENSE", dense)
    monkeypatch.setattr("store.search.WINDOW", 50)
    log = flooded_log()
    async with await open_writer(database) as writer:
        await writer.write(log.events)
    repository = await open_repository(database)
    await repository.newest_batch()
    asked.clear()
    matching = [event for event in log.events if log.shows(event_filter, event)]
    for start in (NEWEST, Position.of(matching[3]), Position.of(matching[-4])):
        await hold_pages_against(repository, log, event_filter, start, 8)
    folded = await whole_folded_page(repository, event_filter, NEWEST, "older", 8)
    assert folded.events == tuple(fold(matching)[:8])
    if database.path is not None:
        assert max(steps(database.path, sql, values) for sql, values in asked) < 20_000
    actors = (await repository.actor_facets(event_filter, lifts=False)).fields["actors"]
    assert sum(facet.count for facet in actors) == len(matching)
    await repository.close()


def flooded_log() -> Log:
    """Events of some, then 5,000 of one actor within days, with one of somebody else on the way, and a few at last."""
    actors = [SYNC, ANN, BOB, Actor(type="SYSTEM", id="other")]
    moments = [*(NOON + timedelta(hours=number) for number in range(60))]
    moments += [NOON + timedelta(days=9, minutes=number) for number in range(5_000)]
    moments += [NOON + timedelta(days=20, minutes=9 * number) for number in range(5)]
    return Log(
        [
            make_event(
                number,
                occurred_at=moment,
                event_name="FEATURE_UPDATED",
                entity=(SEATS, PLAN)[number % 5 == 0],
                actor=SYNC if 60 <= number < 5_060 and number != 2_222 else actors[number % 4],
                environment=("production", "staging")[number % 2],
                trace_id=f"t{number // 3}" if number % 3 else None,
            )
            for number, moment in enumerate(moments)
        ]
    )


@pytest.mark.parametrize(
    ("event_filter", "late"),
    [
        (but(OF_SEATS, "actors", "bob"), ("FEATURE_UPDATED", SEATS, BOB)),
        (OPEN.with_value("entity_ids", "cache").with_value("actors", "sync"), ("CREDIT_GRANTED", CACHE, BOB)),
        (but(but(OPEN, "actors", "bob"), "entity_ids", "seats"), ("PLAN_UPDATED", SEATS, BOB)),
        (but(but(OPEN, "actors", "bob"), "entity_ids", "seats"), ("FEATURE_UPDATED", SEATS, BOB)),
    ],
    ids=["excluded beside what is wanted", "the only one", "two excluded, a new kind", "two excluded, an old kind"],
)
@pytest.mark.parametrize("own", [5, 30_000])
async def test_what_another_writer_brings_is_refused_although_nothing_was_to_be_refused_a_moment_ago(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, event_filter: EventFilter, late: Kind, own: int
) -> None:
    monkeypatch.setattr("store.owners.OWNER_EVENTS", own)
    monkeypatch.setattr("store.sides.MANY_EVENTS", 0)
    monkeypatch.setattr("store.tally.FEW_EVENTS", 0)
    log, (name, entity, actor) = log_of(60), late
    told = {"event_name": name, "entity": entity, "actor": actor, "environment": "production"}
    event = make_event(99, occurred_at=NOON + timedelta(minutes=300), **told)
    async with await open_writer(database) as writer:
        await writer.write(log.events)
        repository = await open_repository(database)
        await repository.page(event_filter, NEWEST, "older", 100)
        await repository.histogram(event_filter, log.events[-1].occurred_at, 30)
        await writer.write([event])
        page = await repository.page(event_filter, NEWEST, "older", 100)
        bars = await repository.histogram(event_filter, log.events[-1].occurred_at, 30)
        await repository.close()
    assert [each.id for each in page.events if not event_filter.matches(each)] == []
    assert min(bar.count for bar in bars.bars) >= 0


Question = Callable[[EventRepository, EventFilter], Awaitable[int]]


async def counted(repository: EventRepository, event_filter: EventFilter) -> int:
    return (await repository.count(event_filter)).number


async def in_facets(repository: EventRepository, event_filter: EventFilter) -> int:
    return sum(facet.count for facet in (await repository.facets(event_filter)).fields["event_names"])


async def in_bars(repository: EventRepository, event_filter: EventFilter) -> int:
    return sum(bar.count for bar in (await repository.histogram(event_filter, NOON + timedelta(days=1), 30)).bars)


async def older_than_none(repository: EventRepository, event_filter: EventFilter) -> int:
    return await repository.ordinal(event_filter, Position(occurred_at=NOON - timedelta(days=1)))


@pytest.mark.parametrize("question", [counted, in_facets, in_bars, older_than_none])
@pytest.mark.parametrize("event_filter", [but(OPEN, "actors", "bob"), but(OF_SEATS, "actors", "bob")], ids=write_filter)
async def test_a_number_is_true_of_one_moment_when_a_batch_comes_in_after_it_was_planned(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, question: Question, event_filter: EventFilter
) -> None:
    monkeypatch.setattr("store.sides.MANY_EVENTS", 0)
    monkeypatch.setattr("store.tally.FEW_EVENTS", 0)
    log, fetch, coming = log_of(60), HeldConnection.rows, list[Event]()
    async with await open_writer(database) as writer:
        await writer.write(log.events)
        repository = await open_repository(database)
        await repository.newest_batch()

        async def with_batch(held: HeldConnection, sql: str, values: Any) -> Any:
            rows = await fetch(held, sql, values)
            if coming and "present" in sql:  # which kinds of events somebody had was just looked up
                await writer.write([coming.pop()])
            return rows

        monkeypatch.setattr(HeldConnection, "rows", with_batch)
        moment = NOON + timedelta(minutes=300)
        coming.append(make_event(99, occurred_at=moment, event_name="FEATURE_UPDATED", entity=SEATS, actor=BOB))
        number = await question(repository, event_filter)
        assert coming == []
        await repository.close()
    assert number == sum(log.shows(event_filter, event) for event in log.events)


async def test_what_many_actors_never_did_is_not_looked_for_in_each_bar(tmp_path: Path, asked: Asked) -> None:
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    events = [
        make_event(
            number,
            occurred_at=NOON + timedelta(hours=number),
            event_name=f"NAME_{number % 40}",
            actor=Actor(id=f"a{number % 40}"),
        )
        for number in range(400)
    ]
    async with await open_writer(address) as writer:
        await writer.write(events)
    repository = await open_repository(address)
    histogram = await repository.histogram(parse_filter("since:all actor:a*"), events[-1].occurred_at, 120)
    await repository.close()
    assert len(histogram.bars) > 90
    assert sum(bar.count for bar in histogram.bars) == 400
    assert max(steps(tmp_path / "log.db", sql, values) for sql, values in asked) < 400_000


def steps(path: Path, sql: str, values: Any) -> int:
    """How much work a statement is for SQLite, about, in hundreds: looking at an event takes a dozen steps."""
    taken = 0

    def hundred_more() -> int:
        nonlocal taken
        taken += 100
        return 0

    connection = sqlite3.connect(path)
    connection.set_progress_handler(hundred_more, 100)
    connection.execute(sql, values or ()).fetchall()
    connection.close()
    return taken
