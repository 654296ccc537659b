"""Open connections to one database, few and held. A statement stops when the task that awaits it is cancelled."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from sqlalchemy import CompoundSelect, Select, exc
from sqlalchemy.engine import Dialect as SqlalchemyDialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from .address import DatabaseAddress
from .dialect import POSTGRES, SQLITE, Dialect
from .driver_errors import option_problem
from .errors import DatabaseUnavailable, StoreError
from .finished import finished
from .sqlite_file import fetch_all, open_sqlite, sqlite_mode

Rows = Sequence[Sequence[Any]]
Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


class ReadRows(Protocol):
    """Reads every row of a statement, as `Connections.rows` does."""

    def __call__(self, statement: Statement, parameters: Mapping[str, object] = ...) -> Awaitable[Rows]: ...


MOST_CONNECTIONS = 4
NO_PARAMETERS: Mapping[str, object] = MappingProxyType({})


class Connections:
    """Up to `most` connections that never hold a transaction between two uses. `writes` says what they are for."""

    def __init__(self, address: DatabaseAddress, *, writes: bool = False, most: int = MOST_CONNECTIONS) -> None:
        self.address = address
        self.dialect: Dialect = SQLITE if address.is_sqlite else POSTGRES
        self._settings = self.dialect.writer_settings if writes else self.dialect.reader_settings
        self._engine = _engine(address, writes)
        self._free: list[_Held] = []
        self._closed = False
        self._places = asyncio.Semaphore(most)
        self._errors: tuple[type[Exception], ...] = (exc.DBAPIError, OSError, *_driver_errors(self._engine))

    async def rows(self, statement: Statement, parameters: Mapping[str, object] = NO_PARAMETERS) -> Rows:
        """Every row of a statement, which must be one that is built once and kept.

        When the awaiting task is cancelled, the statement has ended before this returns. Raises a StoreError when the
        database does not answer.
        """
        async with self._held() as held:
            return await self._rows(held, statement, parameters)

    @asynccontextmanager
    async def at_one_moment(self) -> AsyncIterator[ReadRows]:
        """What reads `rows` as well, but for the whole block those of one moment."""
        async with self._held() as held:
            try:
                await held.connection.exec_driver_sql(self.dialect.begin_snapshot)
                yield partial(self._rows, held)
            finally:
                # Even of a task that is cancelled again: an open transaction would never see what is written later.
                await finished(_undo(held))

    @asynccontextmanager
    async def one(self) -> AsyncIterator[AsyncConnection]:
        """A connection, for as long as the block lasts. Errors of the database become a StoreError."""
        async with self._held() as held:
            yield held.connection

    @asynccontextmanager
    async def _held(self) -> AsyncIterator["_Held"]:
        async with self._places:
            try:
                held = self._free.pop() if self._free else await self._connected()
                try:
                    yield held
                finally:
                    if held.is_usable and not self._closed:
                        self._free.append(held)
                    else:
                        await held.connection.close()
            except self._errors as error:
                raise self.problem(error) from error

    async def execute(self, orders: Iterable[str]) -> None:
        """Run statements of which nothing is expected."""
        async with self.one() as connection:
            for order in orders:
                await connection.exec_driver_sql(order)

    def problem(self, error: BaseException) -> StoreError:
        """What went wrong, in words of ours without a secret."""
        cause = error.orig if isinstance(error, exc.DBAPIError) else error
        problem = self.dialect.problem(cause or error, self.address.shown)
        return type(problem)(self.address.hide_secrets(str(problem)), problem.advice)

    async def close(self) -> None:
        """Give back every connection, those in use as soon as they are free."""
        self._closed = True
        while self._free:
            await self._free.pop().connection.close()
        await self._engine.dispose()

    async def _rows(
        self, held: "_Held", statement: Statement, parameters: Mapping[str, object] = NO_PARAMETERS
    ) -> Rows:
        sql, names, constants = _compiled(statement, self._engine.dialect)
        values: Any = {**constants, **parameters}
        if names is not None:
            values = tuple([values[name] for name in names])
        return await _fetch(held, sql, values or None)

    async def _connected(self) -> "_Held":
        try:
            connection = await self._engine.connect()
        except TypeError as error:  # of asyncpg, which takes the options of the URL as arguments
            raise self.problem(error) from error
        try:
            for setting in self._settings:
                await connection.exec_driver_sql(setting)
        except BaseException:
            await connection.close()
            raise
        return _Held(connection, (await connection.get_raw_connection()).driver_connection)


class _Held(NamedTuple):
    """A connection, and the driver's own one below it."""

    connection: AsyncConnection
    driver: Any

    @property
    def is_usable(self) -> bool:
        return not (self.connection.invalidated or self.connection.closed or getattr(self.driver, "closed", False))


async def _undo(held: _Held) -> None:
    if held.is_usable:
        with suppress(exc.SQLAlchemyError):  # there may be nothing to undo, or nobody to ask
            await held.connection.exec_driver_sql("ROLLBACK")


async def _fetch(held: _Held, sql: str, values: Any) -> Rows:
    """Run a SELECT with the driver itself: all that SQLAlchemy does around it takes longer than most of them run."""
    rows: Rows
    if hasattr(held.driver, "execute_fetchall"):  # aiosqlite
        rows = await fetch_all(held.driver, sql, values)
    elif hasattr(held.driver, "cancel_safe"):  # psycopg, which stops the server by itself
        rows = await (await held.driver.execute(sql, values)).fetchall()
    else:  # asyncpg, which does so too; after that SQLAlchemy connects anew
        rows = (await held.connection.exec_driver_sql(sql, values)).all()
    return rows


@lru_cache(maxsize=1024)
def _compiled(
    statement: Statement, dialect: SqlalchemyDialect
) -> tuple[str, Sequence[str] | None, Mapping[str, object]]:
    """The text of a statement, the order of its parameters where they have no names, and those that are constants."""
    compiled = statement.compile(dialect=dialect)
    return str(compiled), compiled.positiontup, compiled.params


def _driver_errors(engine: AsyncEngine) -> Sequence[type[Exception]]:
    """What the driver raises where SQLAlchemy does not stand between, or fails to translate it."""
    driver: Any = engine.dialect.dbapi
    own = getattr(driver, "asyncpg", driver)
    return [getattr(own, name) for name in ("Error", "PostgresError", "InterfaceError") if hasattr(own, name)]


def _engine(address: DatabaseAddress, writes: bool) -> AsyncEngine:
    url = address.sqlalchemy_url
    if address.path is not None:
        url += f"&{sqlite_mode(address.path, address.shown, writes=writes)}"
    opening = {"async_creator_fn": open_sqlite} if address.is_sqlite else {}
    try:
        return create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args=opening)
    except ModuleNotFoundError as error:
        raise DatabaseUnavailable(
            f"To open {address.shown}, the package {error.name} is needed.", f"Install it: pip install {error.name}"
        ) from error
    except (exc.ArgumentError, ValueError):
        raise option_problem(address.shown) from None
