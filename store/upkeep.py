"""Opens a log that is there already for those who delete from it or repair it."""

from collections.abc import Awaitable, Callable
from typing import Any

from .address import DatabaseAddress
from .connections import Connections
from .log_version import VERSION
from .sqlite_file import open_sqlite
from .versions import check_schema


async def open_for_upkeep(
    address: DatabaseAddress, oldest: int = VERSION, open_file: Callable[..., Awaitable[Any]] = open_sqlite
) -> Connections:
    """One connection that may write to a log of at least the version `oldest`.

    `open_file` opens an SQLite file. Raises a DatabaseProblem or a SchemaProblem; nothing is ever created.
    """
    reading = Connections(address, most=1, open_file=open_file)
    try:
        await check_schema(reading, oldest)
    finally:
        await reading.close()
    connections = Connections(address, writes=True, most=1, open_file=open_file)
    try:
        await connections.execute(connections.dialect.orders.upkeep_settings)
    except BaseException:
        await connections.close()
        raise
    return connections
