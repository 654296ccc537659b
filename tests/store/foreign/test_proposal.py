"""What is proposed for a table fits it: the likeliest table, its columns by name and type, the unit of its times."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import JSON, BigInteger, Column, DateTime, Index, Integer, MetaData, Table, Text

from store import DatabaseAddress, MappingProblem, propose_mapping
from tests.store.foreign.foreign_tables import fill


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
    mapping, notes = await propose_mapping(database)
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
    mapping, _ = await propose_mapping(database, ("log",))
    assert (mapping.columns.occurred_at, mapping.time_unit, mapping.columns.payload) == ("at", "iso", None)
    with pytest.raises(MappingProblem, match="No column of prices looks like event_name or occurred_at"):
        await propose_mapping(database, ("prices",))
    with pytest.raises(MappingProblem, match="has no table of that name"):
        await propose_mapping(database, ("none",))
