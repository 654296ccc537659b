"""A Postgres server that goes away, comes back or refuses: what is said, and that the same repository answers again."""

import asyncio
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import func, literal, select

from store import (
    NEWEST,
    AccessDenied,
    Actor,
    DatabaseAddress,
    DatabaseUnavailable,
    EventRepository,
    QuestionTooLong,
    SchemaMissing,
    open_repository,
    open_writer,
    parse_filter,
)
from store.connections import NO_PARAMETERS, Connections, Statement
from store.held_connection import Rows
from store.references import reference
from store.session_orders import POSTGRES_ORDERS
from store.sql_repository import SqlEventRepository
from store.versions import check_schema
from tests.builders import make_event
from tests.logs import numbered_event, numbered_events
from tests.postgres_line import line_to, network_line_to
from tests.postgres_server import OwnServer, Server

EVENTS = 300
LATER = datetime(2027, 1, 1, tzinfo=UTC)
OPEN = parse_filter("since:all").settled(LATER)


@pytest.fixture(params=["psycopg", "asyncpg"])
def driver(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def address_of(url: str, driver: str) -> DatabaseAddress:
    return DatabaseAddress.parse(url.replace("postgresql://", f"postgresql+{driver}://"))


@asynccontextmanager
async def opened(url: str, driver: str) -> AsyncIterator[EventRepository]:
    repository = await open_repository(address_of(url, driver))
    try:
        yield repository
    finally:
        await repository.close()


async def fill(url: str, events: int = EVENTS) -> None:
    async with await open_writer(DatabaseAddress.parse(url)) as writer:
        await writer.write(numbered_events(events))


async def hold_answers(repository: EventRepository, events: int = EVENTS) -> None:
    """Every kind of question is answered, on as many connections as there may be."""
    count, facets, histogram, page = await asyncio.gather(
        repository.count(OPEN),
        repository.facets(OPEN),
        repository.histogram(OPEN, LATER, 10),
        repository.page(OPEN, NEWEST, "older", 100),
    )
    assert count.number == events
    assert sum(facet.count for facet in facets.fields["environments"]) == events
    assert sum(bar.count for bar in histogram.bars) == events
    assert page.events[0].id == f"event-{events - 1}"


def name_of(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


@contextmanager
def beside(url: str) -> Iterator[psycopg.Connection]:
    """A connection to the same server, but to no database that a test is about."""
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        yield connection


def wait_for_the_end_of_sessions(connection: psycopg.Connection, url: str) -> None:
    """Those that another test has left count against the limit of their role until the server has noticed."""
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
    with psycopg.connect(url) as probe:
        user = probe.info.user
    end = time.monotonic() + 30
    while (row := connection.execute(sessions, (user,)).fetchone()) and row[0]:
        assert time.monotonic() < end, f"{row[0]} sessions of {user} do not end"


def end_connections(other: psycopg.Connection, *databases: str) -> int:
    """End every connection to these databases, and return how many there were."""
    ended = other.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ANY (%s)", (list(databases),)
    )
    return len(ended.fetchall())


def waiting(administrator: psycopg.Connection, done: LiteralString = "pid") -> list[tuple[object, ...]]:
    """What is `done` to each session that waits for the table of events."""
    query: LiteralString = f"SELECT {done} FROM pg_locks WHERE relation = 'event'::regclass AND NOT granted"
    return administrator.execute(query).fetchall()


def is_at_work(other: psycopg.Connection, url: str) -> bool:
    """Whether the server works on a statement in a database."""
    active = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND state = 'active'"
    return other.execute(active, (name_of(url),)).fetchone() is not None


def swap(url: str, one: str, another: str) -> None:
    """Let each of two databases bear the name of the other one, which is what clients of a failover see."""
    with beside(url) as other:
        end_connections(other, one, another)
        for before, after in ((one, "swapped"), (another, one), ("swapped", another)):
            names = sql.Identifier(before), sql.Identifier(after)
            other.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))


async def test_a_connection_that_was_cut_while_idle_is_replaced_without_a_word(postgres_url: str, driver: str) -> None:
    await fill(postgres_url)
    async with line_to(postgres_url) as line, opened(line.url, driver) as repository:
        await hold_answers(repository)
        line.cut()
        await hold_answers(repository)
        with beside(postgres_url) as other:
            assert end_connections(other, name_of(postgres_url)) > 0
        await hold_answers(repository)


async def test_a_writer_whose_idle_connection_was_ended_goes_on(postgres_url: str, driver: str) -> None:
    async with await open_writer(address_of(postgres_url, driver)) as writer:
        await writer.write(numbered_events(EVENTS - 1))
        with beside(postgres_url) as other:
            assert end_connections(other, name_of(postgres_url)) == 1
        assert (await writer.write([numbered_event(EVENTS - 1)])).stored == 1
    async with opened(postgres_url, driver) as repository:
        await hold_answers(repository)


async def test_a_writer_whose_connection_ends_within_a_batch_says_so_and_goes_on(
    postgres_url: str, driver: str
) -> None:
    def end_at_one(text: str, salt: int) -> int:
        if "the end" in text:
            with beside(postgres_url) as other:
                end_connections(other, name_of(postgres_url))
        return reference(text, salt)

    events = numbered_events(EVENTS - 1)
    async with await open_writer(address_of(postgres_url, driver), end_at_one) as writer:
        with pytest.raises(DatabaseUnavailable, match=r"cannot be reached|is being stopped"):
            await writer.write([make_event(EVENTS, actor=Actor(id="the end"))])
        assert (await writer.write(events)).stored == len(events)
        assert (await writer.write([numbered_event(EVENTS - 1)])).stored == 1
    async with opened(postgres_url, driver) as repository:
        await hold_answers(repository)


@pytest.mark.parametrize("bytes_to_come", [1, 1_000, 20_000])
async def test_a_line_that_breaks_within_the_rows_is_said_to_be_broken(
    postgres_url: str, driver: str, bytes_to_come: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing is asked before the page, however long ago the last look is: it is what meets the new connection.
    monkeypatch.setattr("store.combination_cache.TRUST_SECONDS", float("inf"))
    await fill(postgres_url)
    async with line_to(postgres_url) as line, opened(line.url, driver) as repository:
        await hold_answers(repository)
        line.cut()
        line.bytes_to_come = bytes_to_come  # of a new connection, which is not replaced once more
        with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
            await repository.page(OPEN, NEWEST, "older", 300)
        assert line.bytes_to_come is None
        await hold_answers(repository)


async def test_a_line_that_stands_still_is_said_not_to_answer_and_holds_no_later_question(
    postgres_url: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.sql_repository.STATEMENT_SECONDS", 2.0)
    monkeypatch.setattr("store.connections.SILENT_SECONDS", 2.0)  # in which a busy machine opens a connection, too
    await fill(postgres_url)
    async with line_to(postgres_url) as line, opened(line.url, driver) as repository:
        await hold_answers(repository)
        line.flows.clear()
        given_up = asyncio.create_task(repository.count(OPEN))
        await asyncio.sleep(0)
        async with asyncio.timeout(60):
            with pytest.raises(DatabaseUnavailable, match="does not answer"):
                await repository.page(OPEN, NEWEST, "older", 300)
            given_up.cancel()
            with pytest.raises((asyncio.CancelledError, DatabaseUnavailable)):
                await given_up
            with pytest.raises(DatabaseUnavailable):  # nor to a new connection
                await repository.page(OPEN, NEWEST, "older", 300)
            line.flows.set()
            await hold_answers(repository)


async def test_a_server_that_is_stopped_says_so_and_answers_once_it_is_started_again(own_server: OwnServer) -> None:
    url = own_server.create_database()
    await fill(url)
    async with opened(url, "psycopg") as repository, opened(url, "asyncpg") as another:
        await hold_answers(repository)
        await hold_answers(another)
        own_server.halt()
        for each, driver in ((repository, "psycopg"), (another, "asyncpg")):
            with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
                await each.newest_batch()
            with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
                await open_repository(address_of(url, driver))
        own_server.start()
        await hold_answers(repository)
        await hold_answers(another)


async def test_a_server_that_goes_away_while_a_log_is_opened_is_not_said_to_hold_something_else(
    own_server: OwnServer, driver: str
) -> None:
    class LastAnswer(Connections):
        async def rows(self, statement: Statement, parameters: Mapping[str, object] = NO_PARAMETERS) -> Rows:
            rows = await super().rows(statement, parameters)
            own_server.halt()
            return rows

    url = own_server.create_database()
    await fill(url)
    connections = LastAnswer(address_of(url, driver))
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        await check_schema(connections)
    await connections.close()
    own_server.start()


async def test_a_server_that_demands_encryption_is_said_to_refuse_what_is_not(
    own_server: OwnServer, driver: str
) -> None:
    url = own_server.create_database()
    own_server.refuse("plain")
    with pytest.raises(AccessDenied, match="without encryption") as refused:
        await open_repository(address_of(url.replace("postgres@", "plain@"), driver))
    assert "sslmode=require" in refused.value.advice


@pytest.fixture
def other_url(postgres_server: Server) -> Iterator[str]:
    """Another new empty database."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


async def fill_otherwise(url: str, events: int) -> None:
    """As many batches as elsewhere, and combinations with the same numbers that mean something else."""
    async with await open_writer(DatabaseAddress.parse(url)) as writer:
        await writer.write([make_event(number, event_name="OTHER", environment="x") for number in range(events)])


async def test_another_server_behind_the_same_name_is_read_from_its_beginning(
    postgres_server: Server, postgres_url: str, other_url: str, driver: str
) -> None:
    empty_url = postgres_server.create_database()
    try:
        await fill(postgres_url)
        await fill_otherwise(other_url, 20)
        log, other, empty = map(name_of, (postgres_url, other_url, empty_url))
        async with opened(postgres_url, driver) as repository:
            await hold_answers(repository)
            swap(postgres_url, log, other)
            page = await repository.page(OPEN, NEWEST, "older", 1)
            assert page.events[0].event_name == "OTHER"
            facets = await repository.facets(OPEN)
            assert [(facet.value, facet.count) for facet in facets.fields["environments"]] == [("x", 20)]
            swap(postgres_url, log, other)
            await hold_answers(repository)
            swap(postgres_url, log, empty)
            with pytest.raises(DatabaseUnavailable):
                await repository.newest_batch()
            with pytest.raises(SchemaMissing):
                await repository.newest_batch()
            swap(postgres_url, log, empty)
            await hold_answers(repository)
    finally:
        postgres_server.drop_database(empty_url)


async def test_another_server_is_noticed_while_a_connection_to_the_one_before_is_in_use(
    postgres_url: str, other_url: str, driver: str
) -> None:
    await fill(postgres_url)
    await fill_otherwise(other_url, 20)
    connections = Connections(address_of(postgres_url, driver))
    repository = SqlEventRepository(connections)
    await repository.page(OPEN, NEWEST, "older", 1)
    async with connections.at_one_moment():  # with the only connection that could notice
        swap(postgres_url, name_of(postgres_url), name_of(other_url))
        page = await repository.page(OPEN, NEWEST, "older", 1)
        assert page.events[0].event_name == "OTHER"
    await repository.close()


async def test_a_writer_learns_anew_what_another_server_behind_the_same_name_calls_by_number(
    postgres_url: str, other_url: str, driver: str
) -> None:
    await fill_otherwise(other_url, 1)
    async with await open_writer(address_of(postgres_url, driver)) as writer:
        await writer.write([make_event(1, id="1", event_name="NAME", environment="y")])
        swap(postgres_url, name_of(postgres_url), name_of(other_url))
        await writer.write([make_event(2, id="2", event_name="NAME", environment="y")])
    async with opened(postgres_url, driver) as repository:
        page = await repository.page(OPEN, NEWEST, "older", 2)
        assert [event.event_name for event in page.events] == ["NAME", "OTHER"]


@pytest.fixture
def reader_url(postgres_url: str) -> Iterator[str]:
    """The URL of the same database for a user of its own, who may read the tables that are there when it asks."""
    name = f"reader_of_{name_of(postgres_url)}"
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'reading'").format(sql.Identifier(name)))
        owner.execute(sql.SQL("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {}").format(sql.Identifier(name)))
    scheme, _, place = postgres_url.partition("://")
    yield f"{scheme}://{name}:reading@{place.partition('@')[2]}"
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(name)))


def role_of(url: str) -> sql.Identifier:
    with psycopg.connect(url) as connection:
        return sql.Identifier(connection.info.user)


async def test_where_few_connections_are_allowed_questions_wait_for_one_of_them(
    postgres_url: str, reader_url: str, driver: str
) -> None:
    await fill(postgres_url)
    limit = sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}")
    with beside(postgres_url) as other:
        reader = role_of(reader_url)
        wait_for_the_end_of_sessions(other, reader_url)
        other.execute(limit.format(reader, 1))
        async with opened(reader_url, driver) as repository:
            await hold_answers(repository)
            with pytest.raises(DatabaseUnavailable, match="takes no more connections"):
                await open_repository(address_of(reader_url, driver))
            end_connections(other, name_of(postgres_url))
            other.execute(limit.format(reader, 0))
            with pytest.raises(DatabaseUnavailable, match="takes no more connections"):
                await repository.newest_batch()
            other.execute(limit.format(reader, -1))
            await hold_answers(repository)


async def test_a_right_that_is_taken_away_is_named_and_used_again_once_it_is_back(
    postgres_url: str, reader_url: str, driver: str
) -> None:
    await fill(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        reader = role_of(reader_url)
        async with opened(reader_url, driver) as repository:
            await hold_answers(repository)
            owner.execute(sql.SQL("REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM {}").format(reader))
            with pytest.raises(AccessDenied, match="may not read its tables"):
                await repository.newest_batch()
            owner.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(reader))
            await hold_answers(repository)


async def test_a_question_that_takes_too_long_is_told_from_a_server_that_is_away(
    postgres_url: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = replace(POSTGRES_ORDERS, reader_settings=["SET statement_timeout = '500ms'"])
    monkeypatch.setattr("store.dialect.Postgres.orders", orders)
    await fill(postgres_url)
    async with opened(postgres_url, driver) as repository:
        await hold_answers(repository)
        with psycopg.connect(postgres_url) as owner:
            owner.execute("LOCK TABLE event")
            with pytest.raises(QuestionTooLong, match="took longer"):
                await repository.page(OPEN, NEWEST, "older", 100)
        await hold_answers(repository)


@pytest.mark.parametrize("at_one_moment", [False, True])
async def test_a_question_that_is_stopped_again_and_again_ends_in_the_server(
    postgres_url: str, driver: str, at_one_moment: bool
) -> None:
    connections = Connections(address_of(postgres_url, driver))
    sleep = select(func.pg_sleep(literal(60.0)))

    async def ask() -> None:
        if not at_one_moment:
            await connections.rows(sleep)
        async with connections.at_one_moment() as read:
            await read(sleep)

    with beside(postgres_url) as other:
        asking = asyncio.create_task(ask())
        while not is_at_work(other, postgres_url):
            await asyncio.sleep(0)
        for _ in range(4):
            asking.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await asking
        end = time.monotonic() + 30  # the server hears of it a little later
        while is_at_work(other, postgres_url):
            assert time.monotonic() < end
            await asyncio.sleep(0)
    assert connections.epoch == 0
    await connections.close()


async def test_a_question_is_told_to_stop_again_where_the_server_did_not_hear_of_it(postgres_url: str) -> None:
    await fill(postgres_url)
    async with line_to(postgres_url) as line, opened(line.url, "psycopg") as repository:
        await hold_answers(repository)
        with psycopg.connect(postgres_url) as owner, psycopg.connect(postgres_url, autocommit=True) as administrator:
            owner.execute("LOCK TABLE event")
            asked = asyncio.ensure_future(repository.page(OPEN, NEWEST, "older", 100))
            while not waiting(administrator):
                await asyncio.sleep(0)
            line.stops_to_lose = 2
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            assert waiting(administrator) == []
        assert line.stops_to_lose == 0
        await hold_answers(repository)


async def test_a_question_that_somebody_stops_in_the_database_is_called_that(postgres_url: str, driver: str) -> None:
    await fill(postgres_url)
    async with opened(postgres_url, driver) as repository:
        await hold_answers(repository)
        with psycopg.connect(postgres_url) as owner, psycopg.connect(postgres_url, autocommit=True) as administrator:
            owner.execute("LOCK TABLE event")
            asked = asyncio.ensure_future(repository.page(OPEN, NEWEST, "older", 100))
            while not waiting(administrator, "pg_cancel_backend(pid)"):
                await asyncio.sleep(0)
            with pytest.raises(QuestionTooLong, match=r"^Somebody told .* to stop"):
                await asked
        await hold_answers(repository)


@pytest.mark.parametrize("code", ["40001", "57014"])
async def test_a_standby_that_stops_a_question_to_keep_up_is_called_one(
    postgres_url: str, driver: str, code: str
) -> None:
    await fill(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        async with opened(postgres_url, driver) as repository:
            await hold_answers(repository)
            owner.execute("ALTER TABLE meta RENAME TO kept")
            owner.execute(f"""
                CREATE FUNCTION conflict() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
                RAISE 'canceling statement due to conflict with recovery' USING ERRCODE = '{code}'; END $$""")
            owner.execute("CREATE VIEW meta AS SELECT * FROM kept WHERE conflict()")
            with pytest.raises(DatabaseUnavailable, match="standby"):
                await repository.newest_batch()
            owner.execute("DROP VIEW meta; ALTER TABLE kept RENAME TO meta")
            await hold_answers(repository)


def make_certificate(file: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key in the same file."""
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    names = ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    key, own = file.with_suffix(".key"), file.with_suffix(".crt")
    try:
        subprocess.run([*command, *names, "-keyout", key, "-out", own], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("no openssl to make a certificate")
    file.write_text(key.read_text() + own.read_text())
    return file


def with_mode(url: str, driver: str, mode: str) -> DatabaseAddress:
    return address_of(f"{url}?{'sslmode' if driver == 'psycopg' else 'ssl'}={mode}", driver)


async def test_a_server_with_the_wrong_certificate_is_not_trusted(
    postgres_url: str, driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, stranger = (make_certificate(tmp_path / name) for name in ("server.pem", "stranger.pem"))
    await fill(postgres_url)
    encryption = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    encryption.load_cert_chain(certificate)
    async with network_line_to(postgres_url, encryption) as line:
        monkeypatch.setenv("PGSSLROOTCERT", str(certificate))
        repository = await open_repository(with_mode(line.url, driver, "verify-full"))
        await hold_answers(repository)
        await repository.close()
        monkeypatch.setenv("PGSSLROOTCERT", str(stranger))
        with pytest.raises(AccessDenied, match="proves nothing"):
            await open_repository(with_mode(line.url, driver, "verify-full"))


async def test_a_server_without_the_encryption_that_the_url_demands_is_said_to_lack_it(
    postgres_url: str, driver: str
) -> None:
    async with network_line_to(postgres_url, None) as line:
        with pytest.raises(AccessDenied, match="offers no encryption"):
            await open_repository(with_mode(line.url, driver, "require"))
