"""What others gave the tables of an older log is there afterwards, or is named before anything is changed."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from store import CheckReport, DatabaseAddress, DatabaseUnavailable, SchemaOlder, check_log, open_repository
from store.connections import Connections
from tests.builders import make_event
from tests.store.exact import all_events, assert_exact
from tests.store.old_logs import write_old_log

TRIGGER = (
    "CREATE TRIGGER mine BEFORE UPDATE ON rollup FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
)
EVENTS = [make_event(number, payload='{"secret": 1}') for number in range(20)]


class Stopped(Exception):
    """It ends the work in the middle."""


def stop(_: int) -> None:
    raise Stopped


async def change(address: DatabaseAddress, *orders: str) -> None:
    connections = Connections(address, writes=True)
    await connections.execute(orders)
    await connections.close()


async def refused(address: DatabaseAddress) -> str:
    """What is said to be in the way, of a log that stays as it was."""
    with pytest.raises(DatabaseUnavailable, match="which would lose what is not of the log") as caught:
        await check_log(address, repair=True)
    assert caught.value.advice.startswith("Nothing was changed. Drop it, and make it anew afterwards.")
    with pytest.raises(SchemaOlder, match="schema version 5, this program"):
        await check_log(address)
    return str(caught.value).removesuffix(".").split(f"{address.shown}: ")[1]


@pytest.mark.parametrize("table", ["event_detail", "rollup"])
async def test_what_depends_on_the_tables_is_found_before_anything_is_changed(postgres_url: str, table: str) -> None:
    address = DatabaseAddress.parse(postgres_url)
    await write_old_log(address, 5, EVENTS)
    await change(address, f"CREATE VIEW ours AS SELECT * FROM {table}")
    with pytest.raises(DatabaseUnavailable, match=r"A view, .* depends on tables") as caught:
        await check_log(address, repair=True)
    assert caught.value.advice == "Drop it, and make it anew afterwards."
    with pytest.raises(SchemaOlder, match="schema version 5, this program"):
        await check_log(address)
    await change(address, "DROP VIEW ours")
    await check_log(address, repair=True)
    assert await assert_exact(address) == len(EVENTS)


@pytest.fixture
def reader_url(postgres_url: str) -> Iterator[str]:
    """The URL of the same database for a user whose name is no plain word, and who may do nothing there yet."""
    name = f"Reader {uuid.uuid4().hex}"
    role = sql.Identifier(name)
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'reading'").format(role))
    scheme, _, place = postgres_url.partition("://")
    yield f"{scheme}://{quote(name)}:reading@{place.partition('@')[2]}"
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(role))


ROLE = """
SELECT relname, privilege_type, is_grantable FROM pg_class, aclexplode(relacl)
WHERE grantee = %s::regrole AND relpersistence = 'p'  -- a session that is just ending still has its temporary ones
"""
EVENT, DETAIL = {"event", "arrival", "owner", "descent"}, {"event_detail"}
"""The tables whose rights are those on these old ones: the first has those as well of the ones that were not there."""


@pytest.mark.parametrize(
    ("orders", "wanted"),
    [
        (["GRANT SELECT ON event TO {}"], {(table, "SELECT", False) for table in EVENT}),
        (["GRANT SELECT ON event TO {} WITH GRANT OPTION"], {(table, "SELECT", True) for table in EVENT}),
        (
            ["GRANT SELECT, INSERT ON event_detail TO {}", "GRANT SELECT ON actor, rollup, meta TO {}"],
            {
                ("event_detail", "SELECT", False),
                ("event_detail", "INSERT", False),
                *((table, "SELECT", False) for table in ("actor", "rollup", "meta")),
            },
        ),
        (["ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {}"], set()),
        (["REVOKE ALL ON event FROM CURRENT_USER", "GRANT SELECT ON rollup TO {}"], {("rollup", "SELECT", False)}),
    ],
)
async def test_everybody_has_the_rights_on_each_table_that_they_had_on_it(
    postgres_url: str, reader_url: str, orders: list[str], wanted: set[tuple[str, str, bool]]
) -> None:
    address = DatabaseAddress.parse(postgres_url)
    await write_old_log(address, 3, EVENTS)
    with psycopg.connect(reader_url) as reader, psycopg.connect(postgres_url, autocommit=True) as owner:
        role = sql.Identifier(reader.info.user)
        for order in orders:
            owner.execute(sql.SQL(order).format(role))
        await check_log(address, repair=True)
        assert set(owner.execute(ROLE, [role.as_string(owner)])) == wanted
    assert await assert_exact(address) == len(EVENTS)


@pytest.mark.parametrize(
    ("order", "what"),
    [
        ("ALTER TABLE event_detail ENABLE ROW LEVEL SECURITY", "the row security of event_detail"),
        ("CREATE POLICY mine ON event USING (true)", "the policy mine of event"),
        ("GRANT SELECT (time_key, batch) ON event TO PUBLIC", None),
        ("CREATE PUBLICATION ours FOR TABLE event, meta", "the publication ours of event"),
        ("CREATE RULE mine AS ON DELETE TO actor DO INSTEAD NOTHING", "the rule mine of actor"),
        (TRIGGER, "the trigger mine of rollup"),
    ],
)
async def test_what_is_not_carried_over_is_named_and_nothing_is_changed(
    postgres_url: str, order: str, what: str | None
) -> None:
    address = DatabaseAddress.parse(postgres_url)
    await write_old_log(address, 5, EVENTS)
    await change(address, order)
    columns = "the rights on the column batch of event, the rights on the column time_key of event"
    assert await refused(address) == (what or columns)


@pytest.mark.parametrize(
    ("orders", "what"),
    [
        (["CREATE VIEW ours AS SELECT * FROM rollup"], "the view ours"),
        (
            ["CREATE VIEW one AS SELECT * FROM event", "CREATE VIEW two AS SELECT * FROM one"],
            "the view one, the view two",
        ),
        (["CREATE TRIGGER mine AFTER INSERT ON event BEGIN SELECT 1; END"], "the trigger mine"),
        (["CREATE TABLE note (key REFERENCES Event (time_key))"], "the foreign key of note"),
    ],
)
async def test_what_a_file_has_beside_the_log_is_named_and_nothing_is_changed(
    tmp_path: Path, orders: list[str], what: str
) -> None:
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    await write_old_log(address, 5, EVENTS)
    await change(address, *orders)
    assert await refused(address) == what
    for words in what.split(", "):
        kind, name = words.split()[1], words.split()[-1]
        await change(address, f"DROP {kind if kind != 'foreign' else 'table'} {name}")
    await check_log(address, repair=True)
    assert await assert_exact(address) == len(EVENTS)


async def test_who_could_read_a_log_still_can(postgres_url: str, reader_url: str) -> None:
    address, reading = DatabaseAddress.parse(postgres_url), DatabaseAddress.parse(reader_url)
    await write_old_log(address, 3, EVENTS)
    with psycopg.connect(reader_url) as reader, psycopg.connect(postgres_url, autocommit=True) as owner:
        role = sql.Identifier(reader.info.user)
        owner.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(role))
    with pytest.raises(Stopped):
        await check_log(address, repair=True, tell_upgraded=stop)
    with pytest.raises(SchemaOlder):
        await open_repository(reading)
    await check_log(address, repair=True)
    assert list(await all_events(reading)) == EVENTS[::-1]
    assert await check_log(reading) == CheckReport(events=len(EVENTS))
