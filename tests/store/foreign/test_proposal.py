"""What is proposed for a table fits it: the likeliest table, its columns by name and type, the unit of its times."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import JSON, BigInteger, Column, DateTime, Index, Integer, MetaData, Table, Text

from store import DatabaseAddress, MappingProblem, TableMapping, open_foreign_repository, propose_mapping
from tests.logs import numbered_events, write_log
from tests.store.foreign.foreign_tables import fill


async def proposed(
    address: DatabaseAddress, table: tuple[str, ...] | None = None
) -> tuple[TableMapping, tuple[str, ...]]:
    """A whole mapping and what is said of it."""
    proposal = await propose_mapping(address, table)
    assert proposal.mapping is not None
    return proposal.mapping, proposal.notes


async def test_the_table_that_is_most_like_a_log_is_chosen_and_its_columns_are_found(
    database: DatabaseAddress,
) -> None:
    metadata = MetaData()
    Table("users", metadata, Column("id", Integer, primary_key=True), Column("name", Text), Column("created_at", Text))
    table = Table(
        "Audit Entries",
        metadata,
        Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
        Column("createdAt", BigInteger),
        Column("Action", Text),
        Column("user_id", Text),
        Column("IP", Text),
        Column("object_id", Text),
        Column("note", Text),
        Column("changes", JSON),
    )
    Index("by time", table.c["createdAt"])
    row = {
        "id": 1,
        "createdAt": 1763640000000,
        "Action": "x",
        "user_id": "u",
        "IP": None,
        "object_id": "o",
        "note": "n",
    }
    await fill(database, table, [{"changes": {"a": 1}} | row])
    mapping, notes = await proposed(database)
    assert (mapping.table, mapping.time_unit) == ('"Audit Entries"', "ms")
    columns = mapping.columns.model_dump(exclude_none=True)
    assert columns == {
        "id": "id",
        "occurred_at": "createdAt",
        "event_name": "Action",
        "entity_id": "object_id",
        "actor_id": "user_id",
        "actor_ip_address": "IP",
        "payload": ("changes", "note"),
    }
    assert notes == ("Guessed from the names and types of the columns and from 1 row.",)


async def test_dates_of_the_database_win_and_a_table_that_is_no_log_is_refused(database: DatabaseAddress) -> None:
    metadata = MetaData()
    table = Table(
        "log", metadata, Column("id", Integer, primary_key=True), Column("at", DateTime), Column("what", Text)
    )
    Table("prices", metadata, Column("id", Integer, primary_key=True), Column("amount", Integer))
    await fill(database, table, [{"id": 1, "at": datetime.now(UTC).replace(tzinfo=None), "what": "x"}])
    mapping, _ = await proposed(database, ("log",))
    assert (mapping.columns.occurred_at, mapping.time_unit, mapping.columns.payload) == ("at", "iso", None)
    assert (await propose_mapping(database, ("prices",))).missing == ("event_name", "occurred_at")
    with pytest.raises(MappingProblem, match="has no table of that name"):
        await propose_mapping(database, ("none",))


async def test_what_no_column_has_is_found_in_documents_by_the_names_of_their_keys(database: DatabaseAddress) -> None:
    table = Table(
        "log",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("at", Text),
        Column("action", Text),
        Column("user_id", Text),
        Column("details", JSON),
        Column("more", JSON),
    )
    details: dict[str, object] = {
        "ip": "192.0.2.1",
        "user": {"email": "ann@acme.example", "id": "u"},
        "http": {"requestId": "r"},
        "customer": {"email": "kim@acme.example"},
        "email": "kim@acme.example",
        "tenant id": 7,
        "model": "x",
    }
    row = {"at": "2026-11-20 12:00:00", "action": "x", "user_id": "u", "details": details, "more": {"ip": "192.0.2.9"}}
    rare = row | {"details": details | {"actor_name": "once"}}
    await fill(database, table, [(row if number else rare) | {"id": number} for number in range(20)])
    mapping, _ = await proposed(database)
    assert mapping.columns.model_dump(exclude_none=True) == {
        "id": "id",
        "occurred_at": "at",
        "event_name": "action",
        "parent_entity_id": 'details."tenant id"',
        "actor_id": "user_id",
        "actor_email": "details.user.email",
        "actor_ip_address": "details.ip",
        "trace_id": "details.http.requestId",
        "payload": ("details", "more"),
    }


async def test_a_log_of_our_own_needs_no_mapping_and_the_tables_that_there_are_are_named(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "own.db", numbered_events(1))
    with pytest.raises(MappingProblem, match="is a log of this program, which is read without a mapping"):
        await propose_mapping(address)
    address = tables_of(tmp_path / "other.db", "CREATE TABLE prices (amount TEXT)", 'CREATE TABLE "a b" (x TEXT)')
    for table in (None, ("none",)):
        with pytest.raises(MappingProblem) as problem:
            await propose_mapping(address, table)
        assert problem.value.advice == 'It has "a b", prices: name one with --table TABLE.'


def tables_of(path: Path, *statements: str) -> DatabaseAddress:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return DatabaseAddress.parse(str(path))


async def test_the_number_of_a_row_is_offered_only_where_sqlite_gives_it_one(tmp_path: Path) -> None:
    address = tables_of(
        tmp_path / "log.db",
        "CREATE TABLE numbered (created_at TEXT, action TEXT, code TEXT)",
        "CREATE TABLE keyed (code TEXT, created_at TEXT, action TEXT, PRIMARY KEY (code, created_at)) WITHOUT ROWID",
        "CREATE VIEW seen AS SELECT created_at, action, code AS event_id FROM numbered",
        "CREATE VIEW blind AS SELECT created_at, action, code FROM numbered",
        "INSERT INTO numbered VALUES ('2026-11-20 12:00:00', 'x', 'a')",
    )
    mapping, notes = await proposed(address, ("numbered",))
    assert mapping.columns.id == "rowid"
    assert any(note.startswith("rowid is the place of a row in the file, which VACUUM may change") for note in notes)
    for name in ("keyed", "blind"):
        assert (await propose_mapping(address, (name,))).missing == ("id",)
    mapping, notes = await proposed(address, ("seen",))
    assert mapping.columns.id == "event_id"
    assert "Nothing keeps event_id unique in the database: choose another column as id if rows share one." in notes
    with pytest.raises(MappingProblem, match="has no column rowid"):
        await open_foreign_repository(
            address, mapping.model_copy(update={"columns": mapping.columns.model_copy(update={"id": "rowid"})})
        )


async def test_views_that_cannot_be_read_or_never_end_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "views.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE vorgang (nr INTEGER PRIMARY KEY, wann TEXT, was TEXT)")
        rows = [(f"2026-01-{day:02}T10:00:00", ("plan.created", "plan.updated")[day % 2]) for day in range(1, 29)]
        connection.executemany("INSERT INTO vorgang (wann, was) VALUES (?, ?)", rows)
        connection.execute("CREATE VIEW lost AS SELECT nr AS z FROM gone")
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS z FROM n WHERE i < 0"
        connection.execute(f"CREATE VIEW endless AS {endless}")
    mapping, _ = await proposed(DatabaseAddress.parse(str(path)))
    assert mapping.table == "vorgang"


@pytest.mark.parametrize(
    "first",
    [4_915_100_000_000, 4_930_123_456, 17_636_400_000, 176_364_000_000, 17_636_400_000_000, 4_102_444_800_000_000],
)
async def test_numbers_that_count_to_no_likely_time_are_none(tmp_path: Path, first: int) -> None:
    path = tmp_path / "customers.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE kunden (nr INTEGER PRIMARY KEY, telefon INTEGER, tarif TEXT)")
        rows = [(first + number * 79, ("basis", "premium")[number % 2]) for number in range(30)]
        connection.executemany("INSERT INTO kunden (telefon, tarif) VALUES (?, ?)", rows)
    proposal = await propose_mapping(DatabaseAddress.parse(str(path)), ("kunden",))
    assert proposal.missing == ("occurred_at",)


@pytest.mark.parametrize(("digits", "unit"), [(0, "s"), (3, "ms"), (6, "us"), (9, "ns")])
async def test_the_unit_of_times_is_told_by_how_many_digits_they_have(tmp_path: Path, digits: int, unit: str) -> None:
    path = tmp_path / "log.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE vorgang (nr INTEGER PRIMARY KEY, wann INTEGER, was TEXT)")
        moments = [1_000_000_000 + number * 100_000_000 for number in range(31)] + [4_102_444_799]
        rows = [
            (moment * 10**digits, ("plan.created", "plan.updated")[place % 2]) for place, moment in enumerate(moments)
        ]
        connection.executemany("INSERT INTO vorgang (wann, was) VALUES (?, ?)", rows)
    mapping, _ = await proposed(DatabaseAddress.parse(str(path)))
    assert (mapping.columns.occurred_at, mapping.time_unit) == ("wann", unit)


async def test_a_column_is_proposed_as_id_only_if_it_tells_rows_apart(database: DatabaseAddress) -> None:
    metadata = MetaData()
    columns = (("id", Text), ("created_at", Text), ("action", Text), ("ref", Text))
    shared = Table("shared_log", metadata, *(Column(name, kind) for name, kind in columns))
    Index("shared_id", shared.c.id)
    told = Table("told_log", metadata, *(Column(name, kind) for name, kind in columns))
    Index("told_id", told.c.id)
    Index("told_some", told.c.action, unique=True, postgresql_where=told.c.id == "x", sqlite_where=told.c.id == "x")
    Index("told_ref", told.c.ref, unique=True)
    await fill(database, told, [{"id": "1", "created_at": "2026-11-20 12:00:00", "action": "x", "ref": "r"}])
    assert (await proposed(database, ("told_log",)))[0].columns.id == "ref"
    mapping, notes = await proposed(database, ("shared_log",))
    assert mapping.columns.id == ("rowid" if database.is_sqlite else "id")
    assert any(note.startswith("Nothing keeps id unique") for note in notes) is not database.is_sqlite


async def test_what_names_do_not_tell_is_told_by_values_and_said_to_be(database: DatabaseAddress) -> None:
    metadata = MetaData()
    Table("prices", metadata, Column("id", Integer, primary_key=True), Column("amount", Integer))
    table = Table(
        "z_rows",
        metadata,
        Column("nr", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
        Column("p1", Text),
        Column("p2", Text),
        Column("p3", Text),
        Column("p4", BigInteger),
        Column("p5", JSON),
    )
    kinds = ("plan.created", "plan.updated", "login")
    rows = [
        {
            "nr": 1763640000000 + number,
            "p1": f"note {number}",
            "p2": ("Ann", "Kim", "Lee", "Joe")[number % 4],
            "p3": kinds[number % 3],
            "p4": 1763640000 + number,
            "p5": {"n": number},
        }
        for number in range(30)
    ]
    await fill(database, table, rows)
    proposal = await propose_mapping(database)
    assert proposal.by_values == ("occurred_at", "event_name")
    assert (proposal.table, proposal.time_unit, proposal.missing) == ("z_rows", "s", ())
    assert proposal.columns == {
        "id": "nr",
        "occurred_at": "p4",
        "event_name": "p3",
        "payload": ("p5", "p1", "p2"),
    }
    repository = await open_foreign_repository(database, proposal.mapping or TableMapping.model_validate({}))
    await repository.close()
