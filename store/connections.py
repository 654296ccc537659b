"""Open connections to one database, few and held. A statement stops when the task that awaits it is cancelled."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

from .address import DatabaseAddress
from .compiled import Statement, compiled
from .dialect import POSTGRES, SQLITE, Dialect
from .driver_errors import is_crowded, is_outdated
from .engine import driver_errors, engine_of
from .errors import DatabaseNotFound, DatabaseReplaced, StoreError
from .finished import finished, stopped
from .held_connection import HeldConnection, Rows
from .sqlite_file import LogFile, no_database, open_sqlite


class ReadRows(Protocol):
    """Reads every row of a statement, as `Connections.rows` does."""

    def __call__(self, statement: Statement, parameters: Mapping[str, object] = ...) -> Awaitable[Rows]: ...


MOST_CONNECTIONS = 4
CROWDED_SECONDS = 10.0
"""How long a server that takes no more connections is asked for one less."""

SILENT_SECONDS = 15.0
"""How long a server may say nothing where an answer is due: a tunnel that stands still keeps its end open for hours."""

NO_PARAMETERS: Mapping[str, object] = MappingProxyType({})


class Connections:
    """Up to `most` connections that never hold a transaction between two uses.

    `writes` and `foreign` say what they are for: to write to a log, to read tables of others, else to read a log.

    One that was cut while nobody used it is replaced without a word. `open_file` opens an SQLite file, in which a
    statement that is read for longer than `seconds` is stopped; a server sees to that itself, or is taken for lost.
    """

    def __init__(
        self,
        address: DatabaseAddress,
        *,
        writes: bool = False,
        foreign: bool = False,
        most: int = MOST_CONNECTIONS,
        open_file: Callable[..., Awaitable[Any]] = open_sqlite,
        seconds: float | None = None,
    ) -> None:
        self.address = address
        self.most = most
        self.dialect: Dialect = SQLITE if address.is_sqlite else POSTGRES
        self.epoch = 0
        """Another number once a connection was lost or led elsewhere: what was learned before may be of another log."""
        self._database: object = None
        orders = self.dialect.orders
        reading = orders.foreign_settings if foreign else orders.reader_settings
        self._settings = orders.writer_settings if writes else reading
        self._file = LogFile(address.path, address.shown, writes=writes) if address.path else None
        self._engine = engine_of(address, self._file, open_file)
        self._seconds, self._order_seconds = seconds, None
        if seconds is not None and self._file is None:
            self._seconds, self._order_seconds = seconds + SILENT_SECONDS, SILENT_SECONDS
        self._free: list[HeldConnection] = []
        self._open = 0
        self._closed = False
        self._places = asyncio.Semaphore(most)
        self._errors: tuple[type[Exception], ...] = (exc.DBAPIError, OSError, *driver_errors(self._engine))

    async def rows(self, statement: Statement, parameters: Mapping[str, object] = NO_PARAMETERS) -> Rows:
        """Every row of a statement, which must be one that is built once and kept.

        When the awaiting task is cancelled, the statement has ended before this returns. Raises a StoreError when the
        database does not answer.
        """
        while True:
            async with self._held() as held:
                try:
                    return await self._rows(held, statement, parameters)
                except self._errors as error:
                    self._notice(held, error)
                    if held.is_usable or held.is_new or isinstance(error, TimeoutError):
                        raise

    @asynccontextmanager
    async def at_one_moment(self) -> AsyncIterator[ReadRows]:
        """What reads `rows` as well, but for the whole block those of one moment."""
        async with self._held(self.dialect.orders.begin_snapshot) as held:
            try:
                yield partial(self._rows, held)
            finally:
                # Even of a task that is cancelled again: an open transaction would never see what is written later.
                await finished(held.roll_back(self._order_seconds))

    @asynccontextmanager
    async def one(self, *orders: str) -> AsyncIterator[AsyncConnection]:
        """A connection that begins with `orders`, for as long as the block lasts. Errors become a StoreError."""
        async with self._held(*orders) as held:
            yield held.connection

    async def execute(self, orders: Iterable[str]) -> None:
        """Run statements of which nothing is expected."""
        async with self._held(*orders):
            pass

    def problem(self, error: BaseException) -> StoreError:
        """What went wrong, in words of ours without a secret."""
        cause, path, shown = _cause(error), self.address.path, self.address.shown
        problem = (path and no_database(cause, path, shown)) or self.dialect.problem(cause, shown)
        return type(problem)(self.address.hide_secrets(str(problem)), problem.advice)

    async def close(self) -> None:
        """Give back every connection, those in use as soon as they are free."""
        self._closed = True
        await self._close_free()
        await self._engine.dispose()

    @asynccontextmanager
    async def _held(self, *orders: str) -> AsyncIterator[HeldConnection]:
        async with self._places:
            try:
                await self._look_at_file()
                held = await self._begun(orders)
                try:
                    yield held
                except self._errors as error:
                    self._notice(held, error)
                    raise
                finally:
                    await self._give_back(held)
            except self._errors as error:
                raise self.problem(error) from error
            finally:
                if self._closed:
                    await finished(self._close_free())

    async def _begun(self, orders: Sequence[str]) -> HeldConnection:
        """A connection on which the orders have run."""
        while True:
            held, is_begun = await self._free_or_new(), False
            try:
                async with asyncio.timeout(self._order_seconds):
                    for order in orders:
                        await stopped(held.connection.exec_driver_sql(order))
                is_begun = True
                return held
            except self._errors as error:
                self._notice(held, error)
                if held.is_usable or held.is_new:
                    raise
            finally:
                if not is_begun:
                    await finished(held.roll_back(self._order_seconds))
                    await self._give_back(held)

    async def _free_or_new(self) -> HeldConnection:
        while not self._free:
            try:
                async with asyncio.timeout(self._order_seconds):
                    await stopped(self._connect())
            except self._errors as error:
                if not self._open or not is_crowded(_cause(error)):
                    raise
                await self._places.acquire()  # and keep it for a while, in which there is one connection less
                asyncio.get_running_loop().call_later(CROWDED_SECONDS, self._places.release)
        return self._free.pop()

    def _notice(self, held: HeldConnection, error: BaseException) -> None:
        """After an error, forget every connection together with one that is lost: they met the same fate."""
        held.is_outdated = held.is_outdated or is_outdated(_cause(error))
        if not held.is_usable and held.epoch == self.epoch:
            self.epoch += 1

    async def _give_back(self, held: HeldConnection) -> None:
        if self._is_sound(held):
            held.is_new = False
            self._free.append(held)
            return
        await finished(self._end(held))
        if held.epoch != self.epoch:
            await finished(self._close_free())

    def _is_sound(self, held: HeldConnection) -> bool:
        return held.is_usable and held.epoch == self.epoch

    async def _close_free(self) -> None:
        while self._free:
            await self._end(self._free.pop())

    async def _end(self, held: HeldConnection) -> None:
        self._open -= 1
        await held.close(is_lost=not self._is_sound(held))

    async def _look_at_file(self) -> None:
        """Let go of a file that lies no longer under its path. Raises when another one does, or none."""
        now = "same" if self._file is None else self._file.now()
        if self._file is None or now == "same":
            return
        self.epoch += 1
        await self._close_free()
        if now == "missing":
            raise DatabaseNotFound(f"The file {self.address.shown} is gone.", "Bring it back, or check its disk.")
        self._file.forget()
        if now == "replaced":
            raise DatabaseReplaced(f"Another file has taken the place of {self.address.shown}.")

    async def _rows(
        self, held: HeldConnection, statement: Statement, parameters: Mapping[str, object] = NO_PARAMETERS
    ) -> Rows:
        sql, names, constants = compiled(statement, self._engine.dialect)
        values: Any = {**constants, **parameters}
        if names is not None:
            values = tuple([values[name] for name in names])
        async with asyncio.timeout(self._seconds):
            return await held.rows(sql, values or None)

    async def _connect(self) -> None:
        """One free connection more, which is one also when nobody waits for it any longer."""
        epoch = self.epoch
        self._open += 1
        try:
            connection = await self._engine.connect()
            try:
                for setting in self._settings:
                    await connection.exec_driver_sql(setting)
                driver = (await connection.get_raw_connection()).driver_connection
                if await self._leads_elsewhere(connection):
                    epoch = self.epoch = self.epoch + 1
            except BaseException:
                await connection.close()
                raise
            self._free.append(HeldConnection(connection, driver, epoch))
        except BaseException as error:
            self._open -= 1
            if isinstance(error, TypeError):  # of asyncpg, which takes the options of the URL as arguments
                raise self.problem(error) from error
            raise

    async def _leads_elsewhere(self, connection: AsyncConnection) -> bool:
        """Whether it has reached another database than the one before, which nobody noticed to be gone."""
        if not (statement := self.dialect.orders.select_database):
            return False
        reached = tuple((await connection.exec_driver_sql(statement)).one())
        # Only now: another connection that was opened meanwhile may have been the first.
        before, self._database = self._database, reached
        return before not in (None, reached)


def _cause(error: BaseException) -> BaseException:
    """What the driver raised."""
    return (error.orig if isinstance(error, exc.DBAPIError) else None) or error
