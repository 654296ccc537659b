"""A database of each kind for the tests that must hold on both."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store import DatabaseAddress
from tests.postgres_server import Server

NewDatabase = Callable[[], DatabaseAddress]


@pytest.fixture(params=["sqlite", "psycopg", "asyncpg"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes empty databases of one kind."""
    if request.param == "sqlite":
        numbers = itertools.count()
        yield lambda: DatabaseAddress.parse(str(tmp_path / f"log-{next(numbers)}.db"))
        return
    server: Server = request.getfixturevalue("postgres_server")
    urls: list[str] = []

    def create() -> DatabaseAddress:
        urls.append(server.create_database())
        return DatabaseAddress.parse(urls[-1].replace("postgresql://", f"postgresql+{request.param}://"))

    yield create
    for url in urls:
        server.drop_database(url)


@pytest.fixture
def database(new_database: NewDatabase) -> DatabaseAddress:
    """The address of an empty database."""
    return new_database()
