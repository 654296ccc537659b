"""The answers that a log in a file gives before the database layer is loaded: they are the same, and the texts too."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from store import (
    NEWEST,
    DatabaseAddress,
    DatabaseNotFound,
    EventFilter,
    EventRepository,
    Position,
    StoreError,
    TimeRange,
    open_repository,
    open_writer,
)
from store.early_repository import READY_TEXTS, EarlyRepository
from store.ready_texts import ready_texts
from tests.builders import make_event
from tests.store.plain_log import EVENTS, MOMENTS, OPEN, Log

ROOT = Path(__file__).resolve().parents[2]
ASKING = """
import asyncio, sys
from store import NEWEST, DatabaseAddress, EventFilter, TimeRange, open_repository

async def ask(path):
    repository = await open_repository(DatabaseAddress.parse(path))
    everything = EventFilter(time=TimeRange(since=None))
    page = await repository.page(everything, NEWEST, "older", 2)
    print(len(page.events), page.has_older, (await repository.count(everything)).number, "sqlalchemy" in sys.modules)
    print(len((await repository.facets(everything)).fields), "sqlalchemy" in sys.modules)
    await repository.close()

asyncio.run(ask(sys.argv[1]))
"""


@pytest.fixture
def numbers() -> Iterator[int]:
    return iter(range(10**6))


async def early(address: DatabaseAddress) -> EventRepository:
    repository = await open_repository(address)
    assert isinstance(repository, EarlyRepository)
    return repository


async def log_of(address: DatabaseAddress, count: int) -> None:
    async with await open_writer(address) as writer:
        await writer.write([make_event(number) for number in range(count)])


@pytest.fixture
def address(tmp_path: Path) -> DatabaseAddress:
    """Of a log of three events."""
    address = DatabaseAddress.parse(str(tmp_path / "a log?#%.db"))
    asyncio.run(log_of(address, 3))
    return address


def test_the_ready_texts_are_what_the_statements_compile_to() -> None:
    assert READY_TEXTS.read_text() == ready_texts(), "run: python -m store.ready_texts"


def test_the_newest_page_and_the_count_load_no_database_layer(address: DatabaseAddress) -> None:
    command = [sys.executable, "-c", ASKING, str(address.path)]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (asked.stdout, asked.stderr) == ("2 True 3 False\n4 True\n", "")


@settings(max_examples=25, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_early_answers_equal_the_meaning_of_the_filter(
    tmp_path: Path, numbers: Iterator[int], data: st.DataObject
) -> None:
    kinds = data.draw(st.lists(EVENTS, min_size=1, max_size=9))
    tie = data.draw(st.integers(0, 60))  # more than a microsecond has slots
    events = [make_event(id=f"e{number}", **fields) for number, fields in enumerate([*kinds, *kinds[:1] * tie])]
    log = Log(events)

    async def run() -> None:
        address = DatabaseAddress.parse(str(tmp_path / f"log-{next(numbers)}.db"))
        async with await open_writer(address) as writer:
            await writer.write(events)
        repository = await early(address)
        for _ in range(6):
            time = TimeRange(since=data.draw(st.none() | MOMENTS), until=data.draw(st.none() | MOMENTS))
            shown = [event for event in log.events if time.matches(event.occurred_at)]
            limit = data.draw(st.integers(1, 40))
            page = await repository.page(EventFilter(time=time), NEWEST, "older", limit)
            assert page.events == tuple(shown[:limit])
            assert (page.has_newer, page.has_older) == (False, len(shown) > limit)
            assert (await repository.count(EventFilter(time=time))).number == len(shown)
            if shown:
                ordinal = data.draw(st.integers(0, len(shown) - 1))
                assert await repository.ordinal(EventFilter(time=time), Position.of(shown[ordinal])) == ordinal
                page = await repository.page_at(EventFilter(time=time), ordinal, limit)
                assert page.events == tuple(shown[ordinal : ordinal + limit])
                assert (page.has_newer, page.has_older) == (ordinal > 0, len(shown) > ordinal + limit)
        assert vars(repository)["_opening"] is None
        await repository.close()

    asyncio.run(run())


async def test_a_place_far_from_the_newest_rows_or_that_is_none_is_looked_up_with_the_database_layer(
    address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.early_repository.MOST_LOOKED_THROUGH", 2)
    everything = EventFilter(time=TimeRange(since=None))
    events = [make_event(number) for number in (2, 1, 0)]
    for ordinal, position in enumerate([*map(Position.of, events), Position.of(make_event(-1))]):
        repository = await early(address)
        assert await repository.ordinal(everything, position) == ordinal
        assert (vars(repository)["_opening"] is None) == (ordinal < 2)
        await repository.close()
    for ordinal in range(4):
        repository = await early(address)
        assert (await repository.page_at(everything, ordinal, 1)).events == tuple(events[ordinal : ordinal + 1])
        assert (vars(repository)["_opening"] is None) == (ordinal < 2)
        await repository.close()


async def test_what_comes_in_later_is_seen_before_and_behind_the_database_layer(address: DatabaseAddress) -> None:
    repository = await early(address)
    async with await open_writer(address) as writer:
        for number in range(3, 7):
            event = make_event(number, event_name=f"NEW_{number}")
            await writer.write([event])
            assert (await repository.page(OPEN, NEWEST, "older", 1)).events == (event,)
            assert (await repository.count(OPEN)).number == number + 1
            if number == 5:
                assert await repository.event("event-5") == event
    await repository.close()


async def test_a_log_that_goes_away_is_reported_and_asked_for_again(address: DatabaseAddress) -> None:
    assert address.path is not None
    repository = await early(address)
    hidden = address.path.with_name("hidden")
    address.path.rename(hidden)
    for _ in range(2):
        with pytest.raises(DatabaseNotFound):
            await repository.facets(OPEN)
    hidden.rename(address.path)
    assert len((await repository.facets(OPEN)).fields) == 4
    await repository.close()


async def test_what_is_wrong_behind_the_first_look_is_told(address: DatabaseAddress) -> None:
    assert address.path is not None
    with sqlite3.connect(address.path) as other:
        other.execute("DROP TABLE event_detail")
    repository = await early(address)
    with pytest.raises(StoreError):
        await repository.page(OPEN, NEWEST, "older", 1)
    await repository.close()


async def test_a_repository_closes_while_the_rest_of_it_is_loading(address: DatabaseAddress) -> None:
    repository = await early(address)
    asked = asyncio.create_task(repository.facets(OPEN))
    await asyncio.sleep(0)
    await repository.close()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_one_who_waits_no_longer_does_not_stop_the_rest_from_loading(address: DatabaseAddress) -> None:
    repository = await early(address)
    asked = asyncio.create_task(repository.facets(OPEN))
    other = asyncio.create_task(repository.facets(OPEN))
    await asyncio.sleep(0)
    asked.cancel()
    assert len((await other).fields) == 4
    await repository.close()


async def test_the_early_connection_cannot_write(address: DatabaseAddress) -> None:
    repository = await early(address)
    for order in ("DELETE FROM event", "CREATE TABLE more (a int)"):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await vars(repository)["_connection"].execute(order)
    await repository.close()
