"""Which columns of a table may hold what of an event: a guess by names, types and some of its rows."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Text, cast, select

from ..address import DatabaseAddress
from ..connections import Connections
from ..errors import MappingProblem, StoreError
from ..event_filter import EventFilter, TimeRange
from ..expressions import limited
from ..guesses.columns import REQUIRED, Column, by_names, by_values, documents, is_count, is_document
from ..guesses.names import TABLE_WORDS
from ..guesses.paths import guess_paths
from ..json_path import write_path
from ..versions import OLDEST, check_schema
from .asking import Asking, open_leniently
from .catalogue import ROW_NUMBER, ForeignTable, read_catalogue, table_paths
from .dialect import POSTGRES_TABLES, SQLITE_TABLES, ForeignDialect
from .mapped import mapped_table
from .mapping import MappedColumns, TableMapping, TimeUnit
from .remarks import missing_indexes, unreadable

SAMPLE_ROWS = 200
SAMPLE_SECONDS = 1.0
"""How long a table may take to show some rows of which nothing says that it is a log."""

MOST_TABLES = 300
"""So many tables are looked at."""

MOST_NAMED = 10

_UNIT_OF_DIGITS: Mapping[int, TimeUnit] = {10: "s", 13: "ms", 16: "us", 19: "ns"}


class Proposal(NamedTuple):
    """Columns by the fields of an event that may stand in them, and sentences about how well they fit.

    Those `by_values` were told by what they hold alone; what is `missing` by nothing, and has to be filled in.
    """

    table: str
    columns: Mapping[str, str | tuple[str, ...]]
    time_unit: TimeUnit
    notes: tuple[str, ...]
    by_values: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def mapping(self) -> TableMapping | None:
        """The whole mapping; None where something is missing."""
        if self.missing:
            return None
        columns = MappedColumns.model_validate(self.columns)
        return TableMapping(table=self.table, columns=columns, time_unit=self.time_unit)


async def propose_mapping(address: DatabaseAddress, table: tuple[str, ...] | None = None) -> Proposal:
    """A mapping for a table, or for the one that looks most like a log. Only reads.

    Raises MappingProblem when there is no such table, or none that looks like a log; DatabaseProblem otherwise.
    """
    connections = Connections(address, foreign=True, open_file=open_leniently)
    dialect: ForeignDialect = SQLITE_TABLES if address.is_sqlite else POSTGRES_TABLES
    try:
        if table is not None:
            read = [await read_catalogue(connections, dialect, table)]
        else:
            read = [
                await _if_any(connections, dialect, path) for path in (await table_paths(connections))[:MOST_TABLES]
            ]
        found = [each for each in read if each is not None]
        likely = [each for each in found if table is not None or _guess(each, _columns(each, {})).keys() >= REQUIRED]
        asking = Asking(connections)
        if not likely:
            likely = [each for each in sorted(found, key=_likeness)[-MOST_NAMED:] if await _has_all(asking, each)]
        if not likely:
            raise await _none(connections, is_named=table is not None)
        return await _proposal(asking, max(likely, key=_likeness), dialect)
    finally:
        await connections.close()


async def _if_any(connections: Connections, dialect: ForeignDialect, path: tuple[str, ...]) -> ForeignTable | None:
    """A table among others, None when it cannot be read, as a view of what is not there any more."""
    with suppress(StoreError):
        return await read_catalogue(connections, dialect, path)
    return None


async def _none(connections: Connections, *, is_named: bool) -> StoreError:
    """Why there is no table to propose, and which there are."""
    shown = connections.address.shown
    try:
        await check_schema(connections, OLDEST)
    except StoreError:
        paths = await table_paths(connections)
        lacks = "table of that name" if is_named else "table that looks like a log of events"
        names = ", ".join(map(write_path, paths[:MOST_NAMED]))
        more = f", and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
        has = f"It has {names}{more}: " if paths else ""
        return MappingProblem(f"{shown} has no {lacks}.", f"{has}name one with --table TABLE.")
    return MappingProblem(f"{shown} is a log of this program, which is read without a mapping.")


async def _has_all(asking: Asking, table: ForeignTable) -> bool:
    """Whether the values in a table tell what its names do not: an event without a time, a name or an id is none.

    A table that cannot be read, or not soon, tells nothing.
    """
    with suppress(StoreError):
        columns = _columns(table, await _sample(asking, table, SAMPLE_SECONDS))
        named = _guess(table, columns)
        return {*named, *by_values(columns, named)} >= REQUIRED
    return False


async def _proposal(asking: Asking, table: ForeignTable, dialect: ForeignDialect) -> Proposal:
    sample = await _sample(asking, table)
    seen = _columns(table, sample)
    fields = _guess(table, seen)
    told = by_values(seen, fields)
    fields |= told
    others = [name for name in seen if name not in fields.values()]
    others.sort(key=lambda name: not is_document(seen[name]))
    paths = [write_path((name,)) for name in others]
    columns: dict[str, str | tuple[str, ...]] = {name: write_path((column,)) for name, column in fields.items()}
    columns |= guess_paths(documents(seen, fields.values()), fields)
    if paths:
        columns["payload"] = paths[0] if len(paths) == 1 else tuple(paths)
    time = fields.get("occurred_at")
    rows = max((len(values) for values in sample.values()), default=0)
    guess = f"Guessed from the names and types of the columns and from {rows:,} row{'' if rows == 1 else 's'}."
    proposal = Proposal(
        table=write_path(table.path),
        columns={name: columns[name] for name in MappedColumns.model_fields if name in columns},
        time_unit="iso" if time is None else _unit(seen[time]),
        notes=(guess, *(_what_ids_lack(table, fields["id"]) if "id" in fields else ())),
        by_values=tuple(told),
        missing=tuple(sorted(REQUIRED - fields.keys())),
    )
    mapping = proposal.mapping
    if mapping is None:
        return proposal
    mapped = mapped_table(mapping, table, dialect)
    ever = EventFilter(time=TimeRange(since=None))
    return proposal._replace(notes=(*proposal.notes, *await unreadable(mapped, asking), *missing_indexes(mapped, ever)))


def _what_ids_lack(table: ForeignTable, column: str) -> Sequence[str]:
    """What to say of a column of ids that nothing keeps unique, or the same: a sentence, or none."""
    if column == ROW_NUMBER:
        return [
            "rowid is the place of a row in the file, which VACUUM may change: links and marks can lead to other "
            "events afterwards. Choose a column of ids that stay as they are, if there is one."
        ]
    if column in table.keys:
        return []
    return [f"Nothing keeps {column} unique in the database: choose another column as id if rows share one."]


async def _sample(asking: Asking, table: ForeignTable, seconds: float | None = None) -> Mapping[str, Sequence[str]]:
    """Some values of each column, as texts. Raises a StoreError, also after so many seconds."""
    names = list(table.columns)
    texts = [cast(table.clause.c[name], Text).label(f"text_{place}") for place, name in enumerate(names)]
    rows = await asking.rows(limited(select(*texts).select_from(table.clause), str(SAMPLE_ROWS)), seconds)
    return {name: [row[place] for row in rows if row[place] is not None] for place, name in enumerate(names)}


def _columns(table: ForeignTable, sample: Mapping[str, Sequence[str]]) -> Mapping[str, Column]:
    """The columns of a table without the number of a row, with what a sample says of them."""
    return {
        name: Column(column.kind, sample.get(name, ()), name in table.keys, table.is_led_by(name))
        for name, column in table.columns.items()
        if name != ROW_NUMBER
    }


def _guess(table: ForeignTable, columns: Mapping[str, Column]) -> dict[str, str]:
    """The columns of the fields that names tell; for the id, one that tells rows apart if there is any."""
    found = by_names(columns)
    free = [key for key in table.keys if key not in found.values()]
    if free and found.get("id") not in table.keys:
        found["id"] = free[0]
    return found


def _unit(column: Column) -> TimeUnit:
    numbers = [value for value in column.values if is_count(value)]
    if column.kind in ("moment", "local_moment") or len(numbers) <= len(column.values) / 2:
        return "s" if column.kind in ("integer", "number") else "iso"
    return _UNIT_OF_DIGITS.get(len(numbers[0].split(".")[0]), "s")


def _likeness(table: ForeignTable) -> tuple[bool, int, int]:
    """How much a table is like a log: by its name, by how many fields are found, and by how many rows it has."""
    name = table.path[-1].lower()
    rows = -1 if table.rows is None else table.rows
    return any(word in name for word in TABLE_WORDS), len(_guess(table, _columns(table, {}))), rows
