"""A real standby: it is followed by looking, its conflicts are survived, and it goes on when it becomes the primary."""

import asyncio
import time
from collections.abc import Iterator

import psycopg
import pytest

from store import (
    DatabaseAddress,
    DatabaseUnavailable,
    EventRepository,
    StoreError,
    open_repository,
    open_writer,
    parse_filter,
)
from tests.builders import NOON, make_event
from tests.postgres_server import OwnServer, Standby, find_binaries

OPEN = parse_filter("since:all").settled(NOON)
EVENTS = 20_000
SECONDS = 60.0


@pytest.fixture
def standby(own_server: OwnServer) -> Iterator[Standby]:
    binaries = find_binaries()
    if binaries is None or not (binaries / "pg_basebackup").exists():
        pytest.skip("no PostgreSQL of our own that can be copied")
    server = Standby(binaries, own_server)
    yield server
    server.stop()


async def write(url: str, first: int, count: int) -> None:
    async with await open_writer(DatabaseAddress.parse(url)) as writer:
        await writer.write(make_event(number, payload='{"note": "nothing"}') for number in range(first, first + count))


async def opened(url: str, driver: str) -> EventRepository:
    """A repository on a standby, as soon as the tables have come to it."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return await open_repository(DatabaseAddress.parse(url.replace("postgresql:", f"postgresql+{driver}:")))
        except StoreError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)


async def come_to(repository: EventRepository, batch: int) -> None:
    async with asyncio.timeout(SECONDS):
        while (newest := await repository.newest_batch()) < batch:
            await repository.newest_batch(newest, seconds=5)


async def until_it_conflicts(repository: EventRepository, primary_url: str) -> DatabaseUnavailable:
    """Ask until the primary had the standby stop a question, by locking a table that is read."""
    search = OPEN.replaced(texts=parse_filter("text:nowhere").texts)
    with psycopg.connect(primary_url) as owner:
        async with asyncio.timeout(SECONDS):
            while True:
                asking = asyncio.create_task(repository.facets(search))
                await asyncio.sleep(0.01)
                owner.execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE")
                owner.commit()
                try:
                    await asking
                except DatabaseUnavailable as problem:
                    return problem


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
async def test_a_standby_is_followed_through_conflicts_and_its_promotion(
    own_server: OwnServer, standby: Standby, driver: str
) -> None:
    url = own_server.create_database()
    await write(url, 0, EVENTS)
    repository = await opened(standby.address_of(url), driver)
    await come_to(repository, 1)
    waiting = asyncio.create_task(repository.newest_batch(1, seconds=SECONDS))
    await write(url, EVENTS, 1)
    assert await waiting == 2
    arrivals = await repository.arrivals(OPEN.replaced(time=parse_filter("since:all").time), 1, 10)
    assert [event.id for event in arrivals.events] == [f"event-{EVENTS}"]

    problem = await until_it_conflicts(repository, url)
    assert "is a standby server, which stopped the question" in str(problem)
    assert (await repository.count(OPEN)).number == EVENTS + 1

    own_server.halt()
    assert await repository.newest_batch() == 2
    await asyncio.to_thread(standby.promote)
    waiting = asyncio.create_task(repository.newest_batch(2, seconds=SECONDS))
    await write(standby.address_of(url), EVENTS + 1, 1)
    assert await waiting == 3
    assert (await repository.count(OPEN)).number == EVENTS + 2
    await repository.close()
