"""Whose tables a database holds, and whether this version can work with them."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, literal_column, select

from . import schema
from .connections import Connections
from .errors import SchemaForeign, SchemaMissing, SchemaNewer, SchemaOlder
from .expressions import limited
from .log_version import APPLICATION, MOVED_FROM, VERSION

# With columns of ours it would fail where another program has a table of that name.
_SELECT_META: Select[*tuple[Any, ...]] = limited(select(literal_column("*")).select_from(schema.meta), "10")
IMPORT = "activity import FILE --into DATABASE"
UPGRADE = "activity check --repair DATABASE"
OLDEST = 2
"""From this version on a log can be brought to the one of this program."""


async def check_schema(connections: Connections, oldest: int = VERSION) -> int:
    """The version of a database that is not older than `oldest`. Raises its SchemaProblem, if it has one."""
    shown = connections.address.shown
    tables = await table_names(connections)
    if not tables:
        raise SchemaMissing(f"{shown} is empty.", f"Put events in it: {IMPORT}")
    return check_version(await _meta_values(connections, tables), shown, oldest)


async def table_names(connections: Connections) -> Collection[str]:
    """The tables that the database holds already, anybody's."""
    return {name for (name,) in await connections.rows(connections.dialect.tables)}


async def _meta_values(connections: Connections, tables: Collection[str]) -> Mapping[str, str]:
    if not {schema.meta.name, schema.event.name} <= set(tables):
        return {}
    rows = await connections.rows(_SELECT_META)
    return {row[0]: row[1] for row in rows if [type(value) for value in row] == [str, str]}


def check_version(values: Mapping[str, str], shown: str, oldest: int = VERSION) -> int:
    """The version of the tables, from the rows of `meta`: an older one until all its events are in the tables of this.

    Raises SchemaForeign, SchemaOlder or SchemaNewer unless it is one from `oldest` to this program's.
    """
    version = values.get("version", "")
    before = values.get(MOVED_FROM, version)
    if values.get("application") != APPLICATION or not (version.isdecimal() and before.isdecimal()):
        raise _foreign(shown)
    found = f"{shown} has schema version {version}, this program reads version {VERSION}."
    if int(version) > VERSION:
        raise SchemaNewer(found, "Install a newer version of this program.")
    if int(before) < OLDEST:
        raise SchemaOlder(found, f"Import the events again into a new database: {IMPORT}")
    if int(before) < oldest and before != version:
        found = f"{shown} is being brought from schema version {before} to {version}, and is not whole until then."
        raise SchemaOlder(found, f"Wait for its end. If it was stopped, this goes on: {UPGRADE}")
    if int(before) < oldest:
        raise SchemaOlder(found, f"To bring it to version {VERSION}: {UPGRADE}")
    return int(before)


def _foreign(shown: str) -> SchemaForeign:
    found = f"{shown} holds tables of another program."
    return SchemaForeign(found, f"To look at one where it is: activity map DATABASE. To make a log: {IMPORT}")
