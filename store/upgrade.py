"""Makes a log that an older version of this program wrote one of this version, a part of it at a time.

First its tables are put aside, then their events are moved into new ones, oldest first, as a writer writes them. Each
part is a transaction of its own, and the log's table `meta` says how far the last one came: whoever is stopped goes on
there the next time. Meanwhile the log has the new version and is not whole, which `meta` says as well: nobody reads it.
"""

import asyncio
from collections.abc import Callable, Mapping

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from . import old_tables
from .batch import Batch
from .beside_rows import give_rights, refuse_what_would_be_lost, rights_on
from .columns import columns_of
from .connections import Connections
from .dictionaries import Known
from .errors import DatabaseDamaged
from .log_version import MOVED_FROM, VERSION
from .old_tables import REPLACED, UNMOVED, Part
from .references import reference
from .schema import event, meta, metadata
from .slices import FIRST_KEY
from .transaction import count_transaction, transaction
from .versions import IMPORT

TRANSACTION_EVENTS = 20_000
"""So many events are moved in one transaction."""

TRANSACTION_CHARACTERS = 32 << 20
"""Or as few as have so many characters of payload."""

Tell = Callable[[int], None]

_MOVED_UNTIL = "moved_until"
"""The row of `meta` with the key of the last event that was moved, as long as there are others."""

_SET_META = update(meta).where(meta.c.name == bindparam("row")).values(value=bindparam("to"))
# Another one says how far the way to an earlier version came, that was stopped on it.
_DELETE_OTHERS = delete(meta).where(meta.c.name.not_in(("application", "version")))
_DELETE_NOTES = delete(meta).where(meta.c.name.in_((MOVED_FROM, _MOVED_UNTIL)))


async def upgrade(connections: Connections, tell: Tell) -> None:
    """Make a log of schema version 2 to 5 one of this version. `tell` hears how many events have been moved.

    Raises a StoreError when the log cannot be written, or lacks something of an event, or has what would be lost: both
    are found before anything is changed. What was done is kept, and not done again. Also raises one that says so when
    it is done but for events that cannot be moved, which stay in tables of their own.
    """
    events = left = 0
    is_done = False
    known, epoch = Known(connections.dialect, reference), connections.epoch
    await connections.execute(connections.dialect.orders.moving_settings)
    while not is_done:
        async with transaction(connections) as connection:
            if epoch != connections.epoch:  # numbers may mean something else there
                known, epoch = Known(connections.dialect, reference), connections.epoch
            values = {name: value for name, value in await connection.execute(select(meta.c.name, meta.c.value))}
            if MOVED_FROM not in values and int(values["version"]) == VERSION:  # somebody else did it meanwhile
                return
            if MOVED_FROM not in values:
                await _begin(connection, values, connections.address.shown)
            elif part := await _next_part(connection, int(values[_MOVED_UNTIL])):
                events += await _move(connection, part, Batch(connection, connections.dialect, known))
            else:
                left = await _end(connection)
                is_done = True
        tell(events)
        await asyncio.sleep(connections.dialect.orders.turn_seconds)
    if left:
        raise DatabaseDamaged(
            f"{connections.address.shown} is up to date without {left:,} of its events, which cannot be read or have "
            f"the id of another one. They stay in its tables {', '.join(UNMOVED)}.",
            f"Everything else is there. Drop these once you need them no more. To import other copies: {IMPORT}",
        )


async def _begin(connection: AsyncConnection, values: Mapping[str, str], shown: str) -> None:
    """Put the old tables aside and make new ones, in which there is no event yet."""
    await refuse_what_would_be_lost(connection, REPLACED, shown)
    rights = await rights_on(connection, REPLACED)
    await old_tables.put_aside(connection)
    if unreadable := await old_tables.count_unreadable(connection):
        raise DatabaseDamaged(
            f"{shown} lacks the detail, the actor or the name of {unreadable:,} of its events.",
            f"Nothing was changed. Import the events again into a new database: {IMPORT}",
        )
    await connection.run_sync(metadata.create_all)
    await give_rights(connection, metadata.tables.keys() - {meta.name}, rights, event.name)
    await connection.execute(_DELETE_OTHERS)
    await connection.execute(_SET_META, {"row": "version", "to": str(VERSION)})
    # As after a transaction more, by which others notice it. A number that was lost is the same as none: all that is
    # counted by it will be written anew.
    written = values.get("written", "")
    number = int(written) + 1 if written.isdecimal() else 1
    noted = (("written", str(number)), (MOVED_FROM, values["version"]), (_MOVED_UNTIL, str(FIRST_KEY)))
    await connection.execute(insert(meta), [{"name": name, "value": value} for name, value in noted])


async def _next_part(connection: AsyncConnection, behind: int) -> Part | None:
    return await old_tables.next_part(connection, behind, TRANSACTION_EVENTS, TRANSACTION_CHARACTERS)


async def _move(connection: AsyncConnection, part: Part, batch: Batch) -> int:
    columns = await batch.missing(columns_of(part.events.values()))
    left = old_tables.left_of(part, columns.ids)
    deleted = await old_tables.delete_part(connection, part, left)  # first: SQLite takes their room for the new ones
    if await batch.store(columns) != deleted:
        raise RuntimeError("an event was not moved")  # rather than lose it
    await connection.execute(_SET_META, {"row": _MOVED_UNTIL, "to": str(part.last)})
    return deleted


async def _end(connection: AsyncConnection) -> int:
    """Let the log be of this version, and whole but for so many events."""
    left = await old_tables.drop_or_leave(connection)
    await count_transaction(connection)
    await connection.execute(_DELETE_NOTES)
    return left
