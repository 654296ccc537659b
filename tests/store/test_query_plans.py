"""How the databases go about the statements that must not take longer in a longer log."""

import re
from collections.abc import Callable, Sequence
from functools import partial

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from store import DatabaseAddress, open_writer
from store.arrival_statements import select_arrival_count, select_arrivals
from store.compiled import Statement, compiled
from store.conditions import Plan
from store.count_statements import select_actor_counts, select_buckets, select_counts, select_whether_any_within
from store.descent import count_missing_pairs, count_stray_pairs
from store.dialect import POSTGRES, SQLITE
from store.page import Direction
from store.parameters import place_parameters
from store.parts import Part
from store.schema import metadata
from store.statements import select_page
from store.trace_statements import select_traces

WINDOW = Plan("combination_ref", excluded=("trace_ref",), window=4_000)
EVERY_TEST = Plan(
    included=("entity_ref", "actor_ref", "trace_ref", "home_ref"), excluded=("actor_ref", "home_ref"), masked=True
)
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


ARRIVALS = [select_arrivals, select_arrival_count]


@pytest.mark.parametrize("select", ARRIVALS)
def test_what_came_in_lately_leads_to_its_events(select: Callable[..., Statement]) -> None:
    found = query_plan(select(SQLITE, EVERY_TEST, recent=True))
    assert found[0].startswith("SEARCH arrival USING PRIMARY KEY (batch>? AND batch<?)")
    assert "SEARCH event USING INTEGER PRIMARY KEY (rowid=?)" in found


def test_keys_lead_to_the_events_that_came_in_long_ago() -> None:
    found = query_plan(select_arrivals(SQLITE, EVERY_TEST, recent=False))
    assert "SEARCH event USING INTEGER PRIMARY KEY (rowid=?)" in found
    assert not any(step.startswith("SCAN event") for step in found)


@pytest.mark.parametrize(("select", "recent"), [*((select, True) for select in ARRIVALS), (select_arrivals, False)])
@pytest.mark.parametrize("statistics", ["", "ANALYZE"], ids=["without statistics", "with statistics"])
async def test_arrivals_and_keys_lead_to_their_events_on_postgres(
    postgres_url: str, select: Callable[..., Statement], recent: bool, statistics: str
) -> None:
    await (await open_writer(DatabaseAddress.parse(postgres_url))).close()
    sql, _, constants = compiled(select(POSTGRES, EVERY_TEST, recent=recent), PGDialect_psycopg())
    numbers = {name: "1,2,3" for name in re.findall(r"%\((\w+_(?:in|ex)cluded\w*)\)", sql)}
    bounds = {"after": 10, "newest": 90, "since": 0, "until": 2**58, "mask": b"\1\1", "keys": "7,8,9"}
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO event"
            " SELECT key, key, 1, 1, 1, 1, NULL, NULL, key / 500 FROM generate_series(1::bigint, 50000) AS key"
        )
        connection.execute("INSERT INTO event_detail SELECT time_key, int8send(time_key) FROM event")
        connection.execute("INSERT INTO arrival SELECT batch, time_key FROM event")
        connection.execute(statistics)
        for setting in POSTGRES.orders.reader_settings:
            connection.execute(setting)
        rows = connection.execute(f"EXPLAIN {sql}", {**constants, **numbers, **bounds})
        plan = "\n".join(row[0] for row in rows)
    assert "Seq Scan on event" not in plan
    assert "event_pkey" in plan


def test_pairs_are_looked_for_among_the_events_of_the_child() -> None:
    """A home can have very many, and every pair would go through them."""
    found = query_plan(count_stray_pairs())
    assert any("event_entity (entity_ref=?)" in step for step in found)
    assert not any("event_home" in step for step in found)


def test_those_who_are_homes_lead_to_the_pairs_that_should_be_there() -> None:
    """Of all events few are theirs, and to look up the row of every event at home would take longer than all else."""
    found = query_plan(text(str(count_missing_pairs().compile(compile_kwargs={"literal_binds": True}))))
    assert any("SEARCH event USING INDEX event_entity (entity_ref=?)" in step for step in found)
    assert not any("SCAN event" in step for step in found)


@pytest.mark.parametrize("plan", [Plan(), Plan("combination_ref")], ids=["in order", "by combination"])
@pytest.mark.parametrize("select", [select_actor_counts, partial(select_traces, direction="older")])
async def test_of_the_newest_events_each_is_looked_up(
    postgres_url: str, select: Callable[..., Statement], plan: Plan
) -> None:
    await (await open_writer(DatabaseAddress.parse(postgres_url))).close()
    sql, _, constants = compiled(select(POSTGRES, plan), PGDialect_psycopg())
    asked = {**place_parameters("low", 0), **place_parameters("high", 2**50), "combination_ref_included": "1,2"}
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO event"
            " SELECT key, key, 1 + key % 2, key, key, 1, NULL, NULL, 1 FROM generate_series(1::bigint, 50000) AS key"
        )
        connection.execute("ANALYZE")
        for setting in POSTGRES.orders.reader_settings:
            connection.execute(setting)
        rows = connection.execute(f"EXPLAIN {sql}", {**constants, **asked, "limit": 4_001})
        found = "\n".join(row[0] for row in rows)
    assert "Seq Scan on event" not in found


async def test_no_table_is_gone_through_to_see_whether_keys_run_on_over_an_edge(postgres_url: str) -> None:
    await (await open_writer(DatabaseAddress.parse(postgres_url))).close()
    statement = select_whether_any_within(POSTGRES)
    sql, _, constants = compiled(statement, PGDialect_psycopg())
    spans = POSTGRES.span_list((0, edge, edge + 3) for edge in range(10**9, 10**9 + 96))
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "INSERT INTO event SELECT key, key, 1, 1, 1, 1, NULL, NULL, 1 FROM generate_series(1::bigint, 50000) AS key"
        )
        connection.execute("ANALYZE event")
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {sql}", {**constants, "spans": spans}))
    assert "Seq Scan on event" not in plan
    assert "event_pkey" in plan
