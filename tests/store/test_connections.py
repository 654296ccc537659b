"""Connections that cannot be opened: what is said, and what is left behind."""

import asyncio
import threading
from pathlib import Path

import pytest

from store import AccessDenied, DatabaseAddress, DatabaseNotFound, open_repository, open_writer


async def test_a_file_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.symlink_to(tmp_path / "no folder" / "log.db")
    before = set(threading.enumerate())
    for _ in range(20):
        with pytest.raises(AccessDenied, match="cannot be opened"):
            await open_writer(DatabaseAddress.parse(str(path)))
        left = set(threading.enumerate()) - before
        assert [thread.name for thread in left if "connection_worker" in thread.name] == []


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
