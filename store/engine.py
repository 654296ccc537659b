"""How a connection to each database is opened, and what its driver raises."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from .address import DatabaseAddress
from .driver_errors import option_problem
from .errors import DatabaseUnavailable
from .sqlite_file import LogFile

SILENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""When libpq takes a server that says nothing for lost, unless the URL says otherwise: it would wait for hours."""


def engine_of(address: DatabaseAddress, file: LogFile | None, open_file: Callable[..., Awaitable[Any]]) -> AsyncEngine:
    """What connects to the database at `address` with nothing of its own around a connection.

    `open_file` opens an SQLite file. Raises a DatabaseProblem for a driver that is missing and a URL that is none.
    """
    url = address.sqlalchemy_url
    opening: dict[str, object] = {}
    asked: dict[str, object] = {}
    if file is not None:
        opening["async_creator_fn"] = lambda _name, **options: open_file(file.uri(), **options)
    elif url.startswith("postgresql+psycopg:"):
        opening = {name: value for name, value in SILENCE.items() if f"{name}=" not in url}
        asked = {"use_native_hstore": False}  # else a server that may be far away is asked for a type that nobody needs
    try:
        return create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args=opening, **asked)
    except ModuleNotFoundError as error:
        raise DatabaseUnavailable(
            f"To open {address.shown}, the package {error.name} is needed.", f"Install it: pip install {error.name}"
        ) from error
    except (exc.ArgumentError, ValueError):
        raise option_problem(address.shown) from None


def driver_errors(engine: AsyncEngine) -> Sequence[type[Exception]]:
    """What the driver raises where SQLAlchemy does not stand between, or fails to translate it."""
    driver: Any = engine.dialect.dbapi
    own = getattr(driver, "asyncpg", driver)
    return [getattr(own, name) for name in ("Error", "PostgresError", "InterfaceError") if hasattr(own, name)]
