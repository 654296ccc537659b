"""Opening a table of another program: its description is read, and the mapping held against that."""

from ..address import DatabaseAddress
from ..connections import Connections
from ..errors import MappingProblem
from .asking import open_leniently
from .catalogue import read_catalogue
from .dialect import POSTGRES_TABLES, SQLITE_TABLES
from .mapped import CHECK_ADVICE, mapped_table
from .mapping import TableMapping
from .repository import ForeignRepository


async def open_foreign_repository(address: DatabaseAddress, mapping: TableMapping) -> ForeignRepository:
    """A repository on a table of another program. It can read and never write, which the database itself enforces.

    Raises a DatabaseProblem when it cannot be opened, a MappingProblem when the table is not as the mapping says.
    """
    connections = Connections(address, foreign=True, open_file=open_leniently)
    dialect = SQLITE_TABLES if address.is_sqlite else POSTGRES_TABLES
    try:
        table = await read_catalogue(connections, dialect, mapping.table_path)
        if table is None:
            raise MappingProblem(f"{address.shown} has no table {mapping.table}.", CHECK_ADVICE)
        return ForeignRepository(mapped_table(mapping, table, dialect), connections)
    except BaseException:
        await connections.close()
        raise
