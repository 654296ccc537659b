"""Opens a log that is there already for those who delete from it or repair it."""

from .address import DatabaseAddress
from .connections import Connections
from .log_version import VERSION
from .versions import check_schema


async def open_for_upkeep(address: DatabaseAddress, oldest: int = VERSION) -> Connections:
    """One connection that may write to a log of at least the version `oldest`.

    Raises a DatabaseProblem or a SchemaProblem; nothing is ever created.
    """
    reading = Connections(address, most=1)
    try:
        await check_schema(reading, oldest)
    finally:
        await reading.close()
    connections = Connections(address, writes=True, most=1)
    try:
        await connections.execute(connections.dialect.orders.upkeep_settings)
    except BaseException:
        await connections.close()
        raise
    return connections
