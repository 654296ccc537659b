"""How the databases go about the statements that must not take longer in a longer log."""

from collections.abc import Sequence

import psycopg
import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from store import DatabaseAddress, open_writer
from store.compiled import Statement, compiled
from store.conditions import Plan
from store.count_statements import select_buckets, select_counts, select_whether_any_within
from store.dialect import POSTGRES, SQLITE
from store.page import Direction
from store.parts import Part
from store.schema import metadata
from store.statements import select_page

WINDOW = Plan("combination_ref", excluded=("trace_ref",), window=True)
OWNED = Part(Plan("actor_ref"), "included_owning", by_rollup=True)
SORTED = "USE TEMP B-TREE FOR ORDER BY"
RUN_OF_CELLS = "SEARCH rollup USING PRIMARY KEY (owner_ref=? AND level=? AND bucket>? AND bucket<?)"


def query_plan(statement: Statement) -> Sequence[str]:
    engine = create_engine("sqlite://")

    def explained(connection: Connection) -> Sequence[str]:
        sql, names, _ = compiled(statement, engine.dialect)
        nothing = tuple(None for _ in names or ())
        return [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", nothing)]

    with engine.connect() as connection:
        metadata.create_all(connection)
        found = explained(connection)
    engine.dispose()
    return found


@pytest.mark.parametrize("direction", ["older", "newer"])
def test_of_a_window_no_more_is_read_than_a_page_takes(direction: Direction) -> None:
    found = query_plan(select_page(SQLITE, WINDOW, direction, beyond=False))
    assert found.count(SORTED) == 1  # that is the page itself


@pytest.mark.parametrize("part", [Part(Plan(masked=True), by_rollup=True), OWNED], ids=["all events", "owners"])
def test_runs_of_cells_are_looked_up_one_by_one(part: Part) -> None:
    buckets = [select_buckets(SQLITE, part, failing=True, one_by_one=one_by_one) for one_by_one in (False, True)]
    for statement in (select_counts(SQLITE, (part,)), *buckets):
        found = query_plan(statement)
        assert RUN_OF_CELLS in found
        assert "SCAN rollup" not in found
        assert "SCAN counted" not in found


async def test_no_table_is_gone_through_to_see_whether_keys_run_on_over_an_edge(postgres_url: str) -> None:
    await (await open_writer(DatabaseAddress.parse(postgres_url))).close()
    statement = select_whether_any_within(POSTGRES)
    sql, _, constants = compiled(statement, PGDialect_psycopg())
    spans = POSTGRES.span_list((0, edge, edge + 3) for edge in range(10**9, 10**9 + 96))
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "INSERT INTO event"
            " SELECT key, int8send(key), 1, 1, 1, 1, NULL, 1, 1 FROM generate_series(1::bigint, 50000) AS key"
        )
        connection.execute("ANALYZE event")
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {sql}", {**constants, "spans": spans}))
    assert "Seq Scan on event" not in plan
    assert "event_pkey" in plan
