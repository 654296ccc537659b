"""Connections that cannot be opened: what is said, and what is left behind."""

import asyncio
import gc
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, literal, select

from store import (
    AccessDenied,
    DatabaseAddress,
    DatabaseNotFound,
    DatabaseUnavailable,
    QuestionTooLong,
    open_repository,
    open_writer,
)
from store.connections import MOST_CONNECTIONS, Connections
from store.driver_errors import postgres_problem
from store.sqlite_file import open_sqlite
from tests.logs import write_log


async def test_a_file_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.symlink_to(tmp_path / "no folder" / "log.db")
    before = set(threading.enumerate())
    for _ in range(20):
        with pytest.raises(AccessDenied, match="cannot be opened"):
            await open_writer(DatabaseAddress.parse(str(path)))
        left = set(threading.enumerate()) - before
        assert [thread.name for thread in left if "connection_worker" in thread.name] == []


async def test_a_question_that_is_given_up_twice_at_any_moment_leaves_no_connection_behind(
    database: DatabaseAddress, caplog: pytest.LogCaptureFixture
) -> None:
    for turns in range(60):
        connections = Connections(database, writes=True)
        asking = asyncio.create_task(connections.rows(select(literal(1))))
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.sleep(0)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        await connections.close()
    gc.collect()
    assert not caplog.records  # of asyncio and SQLAlchemy, which would find what was lost


async def test_a_statement_that_takes_too_long_is_stopped_and_the_next_one_answered(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "log.db", [])
    connections = Connections(address, most=1, seconds=0.05)
    number = select(literal(1).label("number")).cte(recursive=True)
    without_end = select(func.count()).select_from(number.union_all(select(number.c.number + 1)))
    with pytest.raises(QuestionTooLong, match=r"log\.db took longer than 30 seconds"):
        await connections.rows(without_end)
    assert list(await connections.rows(select(literal(1)))) == [(1,)]
    assert connections.epoch == 0
    await connections.close()


@pytest.mark.parametrize(("own", "used"), [("0", "30s"), ("50ms", "50ms"), ("7s", "7s"), ("2min", "30s")])
async def test_a_limit_of_the_server_stays_when_it_is_lower_than_ours(postgres_url: str, own: str, used: str) -> None:
    async with await open_writer(DatabaseAddress.parse(postgres_url)):
        pass
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(f"ALTER DATABASE {owner.info.dbname} SET statement_timeout = '{own}'")
    connections = Connections(DatabaseAddress.parse(postgres_url), most=1)
    assert list(await connections.rows(select(func.current_setting("statement_timeout")))) == [(used,)]
    await connections.close()


async def test_after_a_crowded_moment_there_are_as_many_connections_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.connections.CROWDED_SECONDS", 0.01)
    opened, is_crowded = 0, True

    async def open_file(*place: Any, **options: Any) -> object:
        nonlocal opened
        if is_crowded and opened:
            raise OSError("too many connections")
        opened += 1
        return await open_sqlite(*place, **options)

    address = await write_log(tmp_path / "log.db", [])
    connections = Connections(address, open_file=open_file)
    together = asyncio.Barrier(MOST_CONNECTIONS)

    async def meet() -> None:
        async with connections.one():
            await together.wait()

    await asyncio.gather(*[connections.rows(select(literal(1))) for _ in range(9)])
    assert opened == 1
    is_crowded = False
    async with asyncio.timeout(60):
        await asyncio.gather(*[meet() for _ in range(MOST_CONNECTIONS)])
    await connections.close()


async def test_after_an_option_that_nobody_knows_a_crowded_server_is_not_waited_for(tmp_path: Path) -> None:
    problems: list[Exception] = [TypeError("unexpected keyword argument 'foo'"), OSError("too many connections")]

    async def open_file(*_place: object, **_options: object) -> object:
        raise problems.pop(0)

    connections = Connections(await write_log(tmp_path / "log.db", []), open_file=open_file)
    async with asyncio.timeout(5):
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable):
                await connections.rows(select(literal(1)))
    await connections.close()


class Refused(Exception):
    """An error of a Postgres driver."""

    def __init__(self, said: str, sqlstate: str | None) -> None:
        super().__init__(said)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("said", "sqlstate", "sentence"),
    [
        ("permission denied for table certificate_events", "42501", "may not read its tables"),
        ('column "certificate" does not exist', "42703", "the error 42703"),
        ("certificate verify failed", None, "proves nothing"),
        ("connection requires a valid client certificate", "28000", "certificate"),
    ],
)
def test_a_certificate_is_only_to_blame_for_a_connection(said: str, sqlstate: str | None, sentence: str) -> None:
    assert sentence in str(postgres_problem(Refused(said, sqlstate), "the log"))


@pytest.mark.parametrize(
    ("driver", "options", "named"),
    [
        ("psycopg", "foo=bar", "foo"),
        ("psycopg", "sslmode=bogus", "sslmode"),
        ("psycopg", "connect_timeout=x", "connect_timeout"),
        ("psycopg", "client_encoding=bogus", "client_encoding"),
        ("psycopg", "port=x", ""),
        ("asyncpg", "foo=bar", "foo"),
        ("asyncpg", "ssl=bogus", ""),
        ("asyncpg", "prepared_statement_cache_size=x", ""),
    ],
)
def test_an_option_that_is_not_understood_is_said_to_be_one(
    driver: str, options: str, named: str, postgres_url: str
) -> None:
    url = postgres_url.replace("postgresql://", f"postgresql+{driver}://")
    address = DatabaseAddress.parse(f"{url}{'&' if '?' in url else '?'}{options}&password=s3cr3t")
    with pytest.raises(DatabaseNotFound) as refused:
        asyncio.run(open_repository(address))
    assert "option" in str(refused.value)
    assert named in str(refused.value)
    assert "s3cr3t" not in str(refused.value) + refused.value.advice


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
async def test_a_task_that_is_cancelled_is_not_told_that_its_connection_is_closed_by_now(
    postgres_url: str, driver: str
) -> None:
    connections = Connections(DatabaseAddress.parse(postgres_url.replace("postgresql:", f"postgresql+{driver}:")))
    with pytest.raises(asyncio.CancelledError):
        async with connections.one() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            await raw.close()
            raise asyncio.CancelledError
    assert await connections.rows(select(literal(1))) == [(1,)]
    await connections.close()
