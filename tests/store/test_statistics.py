"""A log is written and asked as quickly when Postgres last counted its values while it had next to none."""

import pytest

from store import DatabaseAddress, open_writer
from store.compiled import compiled
from store.connections import Connections
from store.dialect import POSTGRES
from store.dictionaries import COLUMNS
from store.statements import select_texts_of
from tests.builders import make_event


@pytest.mark.parametrize("kind", COLUMNS)
async def test_what_new_references_stand_for_is_found_by_an_index_alone(kind: str, postgres_url: str) -> None:
    address = DatabaseAddress.parse(postgres_url)
    async with await open_writer(address) as writer:
        await writer.write([make_event(number) for number in range(2_000)])
    connections = Connections(address, writes=True)
    await connections.execute(["ANALYZE"])
    async with connections.one() as connection:
        sql, _, constants = compiled(select_texts_of(POSTGRES, COLUMNS[kind]), connection.dialect)
        numbers = {"numbers": POSTGRES.references(range(1_000))}
        plan = (await connection.exec_driver_sql(f"EXPLAIN {sql}", {**constants, **numbers})).scalars().all()
    await connections.close()
    assert [line for line in plan if "Seq Scan" in line] == []
    assert any(f"event_{kind}" in line for line in plan)
