"""A log is written and asked as quickly when Postgres last counted its values while it had next to none."""

from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import func, select

from store import DatabaseAddress, open_writer
from store.compiled import Statement, compiled
from store.connections import Connections
from store.dialect import POSTGRES
from store.dictionaries import COLUMNS
from store.owners import COLUMNS as OWNER_COLUMNS
from store.owners import OWNER_EVENTS
from store.statements import select_texts_of, select_whether_each_many
from tests.builders import make_event


async def query_plan(postgres_url: str, statement: Statement, parameters: Mapping[str, object]) -> Sequence[str]:
    """How Postgres goes about a statement in a log of 2,000 events that were all alike when it counted its values."""
    address = DatabaseAddress.parse(postgres_url)
    async with await open_writer(address) as writer:
        await writer.write([make_event(number) for number in range(2_000)])
    connections = Connections(address, writes=True)
    await connections.execute(["ANALYZE"])
    async with connections.one() as connection:
        sql, _, constants = compiled(statement, connection.dialect)
        plan = (await connection.exec_driver_sql(f"EXPLAIN {sql}", {**constants, **parameters})).scalars().all()
    await connections.close()
    return plan


@pytest.mark.parametrize("kind", COLUMNS)
async def test_what_new_references_stand_for_is_found_by_an_index_alone(kind: str, postgres_url: str) -> None:
    numbers = {"numbers": POSTGRES.references(range(1_000))}
    plan = await query_plan(postgres_url, select_texts_of(POSTGRES, COLUMNS[kind]), numbers)
    assert [line for line in plan if "Seq Scan" in line] == []
    assert any(f"event_{kind}" in line for line in plan)


@pytest.mark.parametrize("kind", OWNER_COLUMNS)
async def test_whether_new_references_have_many_events_is_found_by_an_index_alone(kind: str, postgres_url: str) -> None:
    parameters = {"numbers": POSTGRES.references(range(1_000, 1_030)), "limit": OWNER_EVENTS}
    plan = await query_plan(postgres_url, select_whether_each_many(POSTGRES, OWNER_COLUMNS[kind]), parameters)
    assert [line for line in plan if "Seq Scan" in line] == []
    assert any(f"event_{kind}" in line for line in plan)


@pytest.mark.parametrize(("foreign", "allowed"), [(False, "off"), (True, "on")], ids=["log", "foreign table"])
async def test_only_for_tables_of_others_may_all_that_an_index_leads_to_be_read_before_the_first_rows(
    postgres_url: str, foreign: bool, allowed: str
) -> None:
    connections = Connections(DatabaseAddress.parse(postgres_url), foreign=foreign)
    rows = await connections.rows(select(func.current_setting("enable_bitmapscan")))
    await connections.close()
    assert [tuple(row) for row in rows] == [(allowed,)]
