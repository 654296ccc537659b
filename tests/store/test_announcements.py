"""Commits that are announced: who waits hears of them at once, and whatever becomes of that, they are found."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from store import DatabaseAddress, EventRepository, open_repository, open_writer
from store.announcements import Announcements
from store.commit_order import POLL_SECONDS
from store.session_orders import CHANNEL, POSTGRES_ORDERS
from tests.builders import make_event

NEVER = 60.0
LISTENING = "query LIKE 'LISTEN%'"
"""The session of a reader that listens: it says nothing else afterwards."""


@pytest.fixture(params=["psycopg", "asyncpg"])
def address(request: pytest.FixtureRequest, postgres_url: str) -> DatabaseAddress:
    """A log without events."""
    address = DatabaseAddress.parse(postgres_url.replace("postgresql://", f"postgresql+{request.param}://"))
    asyncio.run(write(address, 0))
    return address


@pytest.fixture
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that would not find anything by itself."""
    monkeypatch.setattr("store.commit_order.POLL_SECONDS", NEVER)
    monkeypatch.setattr("store.commit_order.HEARD_SECONDS", NEVER)


def noted_looks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long is waited, from now on, before a log is looked into again; in seconds, each wait as it begins."""
    looks: list[float] = []
    wait = Announcements.wait

    async def noted(announcements: Announcements, announced: asyncio.Event, seconds: float) -> None:
        looks.append(seconds)
        await wait(announcements, announced, seconds)

    monkeypatch.setattr(Announcements, "wait", noted)
    return looks


async def write(address: DatabaseAddress, number: int) -> None:
    async with await open_writer(address) as writer:
        await writer.write([make_event(number)])


def sessions(url: str, condition: str = "true") -> list[int]:
    """The numbers of the sessions of others with the database of a test."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            f"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            f" AND {condition}".encode()
        )
        return [pid for (pid,) in rows.fetchall()]


async def until(holds: Callable[[], object], what: str) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, f"never {what}"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def waited_for(address: DatabaseAddress) -> AsyncIterator[tuple[EventRepository, "asyncio.Task[int]"]]:
    """A reader, and the batch behind the first one that it waits for."""
    repository = await open_repository(address)
    waiting = asyncio.create_task(repository.newest_batch(1, seconds=NEVER))
    try:
        yield repository, waiting
    finally:
        waiting.cancel()
        await asyncio.wait({waiting})
        await repository.close()


@pytest.mark.usefixtures("nobody_looks")
async def test_who_waits_hears_of_a_commit_at_once(address: DatabaseAddress, postgres_url: str) -> None:
    async with waited_for(address) as (repository, waiting):
        await until(lambda: sessions(postgres_url, LISTENING), "listened")
        await write(address, 1)
        assert await asyncio.wait_for(waiting, 5) == 2
        for number in (2, 3):
            again = asyncio.create_task(repository.newest_batch(number, seconds=NEVER))
            await write(address, number)
            assert await asyncio.wait_for(again, 5) == number + 1
        assert len(sessions(postgres_url, LISTENING)) == 1
    await until(lambda: not sessions(postgres_url), "closed")


@pytest.mark.usefixtures("nobody_looks")
async def test_two_who_wait_both_hear(address: DatabaseAddress, postgres_url: str) -> None:
    async with waited_for(address) as (repository, waiting):
        another = asyncio.create_task(repository.newest_batch(1, seconds=NEVER))
        await until(lambda: sessions(postgres_url, LISTENING), "listened")
        await write(address, 1)
        assert await asyncio.wait_for(asyncio.gather(waiting, another), 5) == [2, 2]


async def test_an_announcement_says_nothing_of_the_events(address: DatabaseAddress, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as anybody:
        anybody.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        await write(address, 1)
        (announced,) = list(anybody.notifies(timeout=5, stop_after=1))
        assert (announced.channel, announced.payload) == (CHANNEL, "")


async def test_what_no_writer_announces_is_found_all_the_same(
    address: DatabaseAddress, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with waited_for(address) as (repository, waiting):
        await until(lambda: sessions(postgres_url, LISTENING), "listened")
        await write(address, 1)
        assert await asyncio.wait_for(waiting, 5) == 2
        monkeypatch.setattr("store.dialect.Postgres.orders", replace(POSTGRES_ORDERS, commit=["COMMIT"]))
        for number in (2, 3):
            again = asyncio.create_task(repository.newest_batch(number, seconds=NEVER))
            await write(address, number)
            assert await asyncio.wait_for(again, 5) == number + 1


async def test_a_listener_that_was_ended_is_replaced_and_nothing_missed(
    address: DatabaseAddress, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.announcements.FIRST_AGAIN_SECONDS", 0.1)
    async with waited_for(address) as (_, waiting):
        await until(lambda: sessions(postgres_url, LISTENING), "listened")
        (before,) = sessions(postgres_url, LISTENING)
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (before,))
        await until(lambda: sessions(postgres_url, LISTENING), "listened again")
        assert sessions(postgres_url, LISTENING) != [before]
        looks = noted_looks(monkeypatch)
        monkeypatch.setattr("store.commit_order.POLL_SECONDS", NEVER)
        await until(lambda: looks and looks[-1] > POLL_SECONDS, "waited for an announcement alone")
        await write(address, 1)
        assert await asyncio.wait_for(waiting, 5) == 2


async def test_where_nobody_waits_any_more_the_connection_is_given_back(
    address: DatabaseAddress, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.announcements.IDLE_SECONDS", 0.1)
    async with waited_for(address) as (repository, waiting):
        await until(lambda: sessions(postgres_url, LISTENING), "listened")
        await write(address, 1)
        await waiting
        await until(lambda: not sessions(postgres_url, LISTENING), "given back")
        again = asyncio.create_task(repository.newest_batch(2, seconds=30))
        await until(lambda: sessions(postgres_url, LISTENING), "listened to again")
        await write(address, 2)
        assert await again == 3


async def test_where_no_connection_is_left_to_listen_on_questions_are_answered(
    address: DatabaseAddress, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute("CREATE ROLE single LOGIN CONNECTION LIMIT 1")
        owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO single")
        try:
            single = DatabaseAddress.parse(address.sqlalchemy_url.replace("postgres@", "single@"))
            async with waited_for(single) as (_, waiting):
                await write(address, 1)
                assert await asyncio.wait_for(waiting, 5) == 2
            await until(lambda: not sessions(postgres_url, "usename = 'single'"), "closed")
        finally:
            owner.execute("DROP OWNED BY single")
            owner.execute("DROP ROLE single")


class UnlikelyServer:
    """In the place of `Connections`: it fails as no driver should, and takes its time to say good-bye."""

    def __init__(self) -> None:
        self.asked = self.closed = 0
        self.is_closing, self.may_close = asyncio.Event(), asyncio.Event()

    def __call__(self, address: DatabaseAddress, most: int) -> "UnlikelyServer":
        return self

    def one(self, *orders: str) -> AbstractAsyncContextManager[object]:
        self.asked += 1
        raise TypeError("of a driver")

    async def close(self) -> None:
        self.is_closing.set()
        await self.may_close.wait()
        self.closed += 1


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> UnlikelyServer:
    server = UnlikelyServer()
    monkeypatch.setattr("store.announcements.Connections", server)
    return server


async def test_after_an_error_that_nobody_thought_of_a_server_is_left_alone_for_a_while(server: UnlikelyServer) -> None:
    server.may_close.set()
    announcements = Announcements(DatabaseAddress.parse("postgresql://host/log"))
    for _ in range(20):
        await announcements.wait(announcements.next, 0.01)
    assert (server.asked, server.closed) == (1, 1)
    await announcements.close()


async def test_who_closes_waits_until_the_connection_of_a_listener_that_ended_is_given_back(
    server: UnlikelyServer,
) -> None:
    announcements = Announcements(DatabaseAddress.parse("postgresql://host/log"))
    await announcements.wait(announcements.next, 0.0)
    await server.is_closing.wait()
    closing = asyncio.create_task(announcements.close())
    await asyncio.wait({closing}, timeout=0.05)
    assert not closing.done()
    server.may_close.set()
    await closing
    assert server.closed == 1
