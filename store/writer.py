"""The only writer: whole batches of events into the log, with everything that is derived from them, or nothing."""

from collections.abc import Iterable
from types import TracebackType

from sqlalchemy import insert

from .address import DatabaseAddress
from .batch import Batch
from .columns import EventColumns, columns_of
from .connections import Connections
from .dictionaries import Known
from .event import Event
from .finished import finished
from .log_version import APPLICATION, VERSION
from .page import WriteReport
from .plain_event import plain_event
from .references import Reference, reference
from .schema import meta, metadata
from .transaction import transaction
from .versions import check_schema, table_names


class EventWriter:
    """Writes batches. At one time one writer writes to a database; others wait a while."""

    def __init__(self, connections: Connections, make_reference: Reference = reference) -> None:
        self._connections = connections
        self._make_reference = make_reference
        self._forget()

    async def __aenter__(self) -> "EventWriter":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def write(self, events: Iterable[Event] | EventColumns) -> WriteReport:
        """Store those events whose id is not in the log yet, all of them or none. Of equal ids, the first counts.

        When the awaiting task is cancelled the batch is finished first. Raises a StoreError when it cannot be stored.
        """
        columns = events if isinstance(events, EventColumns) else self._columns(events)
        stored = await finished(self._transact(columns))
        return WriteReport(stored=stored, repeated=columns.given - stored)

    async def close(self) -> None:
        await self._connections.close()

    def _columns(self, events: Iterable[Event]) -> EventColumns:
        return columns_of(map(plain_event, events), self._make_reference)

    async def _transact(self, columns: EventColumns) -> int:
        try:
            async with transaction(self._connections) as connection:
                if self._epoch != self._connections.epoch:  # numbers may mean something else there
                    self._forget()
                return await Batch(connection, self._connections.dialect, self._known).write(columns)
        except BaseException:
            self._forget()
            raise

    def _forget(self) -> None:
        """Know nothing of the log any more."""
        self._known = Known(self._connections.dialect, self._make_reference)
        self._epoch = self._connections.epoch


async def open_writer(address: DatabaseAddress, make_reference: Reference = reference) -> EventWriter:
    """A writer to a log, which is created in an empty database.

    Raises a DatabaseProblem when it cannot be opened, a SchemaProblem when its tables are not those of this version.
    `make_reference` is there for tests.
    """
    connections = Connections(address, writes=True, most=1)
    try:
        if await table_names(connections):
            await check_schema(connections)
            await connections.execute(connections.dialect.orders.own_settings)
        else:
            await connections.execute(connections.dialect.orders.own_settings)
            await _create(connections)
    except BaseException:
        await connections.close()
        raise
    return EventWriter(connections, make_reference)


async def _create(connections: Connections) -> None:
    values = (("application", APPLICATION), ("version", str(VERSION)), ("written", "0"))
    async with transaction(connections) as connection:
        await connection.run_sync(metadata.create_all)  # leaves what another writer has just created
        if not (await connection.execute(meta.select())).all():
            await connection.execute(insert(meta), [{"name": name, "value": value} for name, value in values])
