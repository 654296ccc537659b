"""Opening a database: what is refused, with which words, and what a reader can never do."""

import asyncio
import os
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, literal, select, text, update

from store import (
    DatabaseAddress,
    DatabaseDamaged,
    DatabaseNotFound,
    DatabaseUnavailable,
    EventFilter,
    SchemaForeign,
    SchemaMissing,
    SchemaNewer,
    SchemaOlder,
    StoreError,
    TimeRange,
    open_repository,
    open_writer,
)
from store.connections import Connections
from store.log_version import VERSION
from store.schema import event, meta, metadata
from store.session_orders import SQLITE_ORDERS
from store.stored_text import (
    ABSENT,
    all_ids_from_digits,
    from_stored,
    from_stored_or_absent,
    id_from_stored,
    id_to_stored,
    to_stored,
    to_stored_or_absent,
)
from store.time_keys import BEGINNING, END, LEVELS, ladder
from tests.builders import make_event

TEXTS = st.text(st.characters(exclude_categories=())) | st.text(alphabet="\0\x10\ud800-0a")
OPEN = EventFilter(time=TimeRange(since=None))


async def refusal(address: DatabaseAddress) -> StoreError:
    with pytest.raises(StoreError) as caught:
        await open_repository(address)
    return caught.value


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def content_of(address: DatabaseAddress) -> bytes:
    return address.path.read_bytes() if address.path else b""


async def change_version(address: DatabaseAddress, **values: str) -> None:
    async with await open_writer(address) as writer:
        await writer.write([make_event()])
    connections = Connections(address, writes=True)
    async with connections.one() as connection:
        for name, value in values.items():
            await connection.execute(update(meta).where(meta.c.name == name).values(value=value))
    await connections.close()


async def test_an_empty_database_says_how_to_fill_it(database: DatabaseAddress) -> None:
    if database.path is not None:
        database.path.touch()
    problem = await refusal(database)
    assert isinstance(problem, SchemaMissing)
    assert "activity import FILE --into DATABASE" in problem.advice


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ({"version": "1"}, SchemaOlder, f"schema version 1, this program reads version {VERSION}"),
        ({"version": str(VERSION - 1)}, SchemaOlder, f"version {VERSION - 1}, this program reads version {VERSION}"),
        (
            {"version": str(VERSION + 1)},
            SchemaNewer,
            f"schema version {VERSION + 1}, this program reads version {VERSION}",
        ),
        ({"version": "x"}, SchemaForeign, "tables of another program"),
        ({"application": "x"}, SchemaForeign, "tables of another program"),
    ],
)
async def test_another_version_is_named_and_left_alone(
    database: DatabaseAddress, values: dict[str, str], kind: type[StoreError], words: str
) -> None:
    await change_version(database, **values)
    problem = await refusal(database)
    assert type(problem) is kind
    assert words in str(problem)
    assert problem.advice
    with pytest.raises(kind):
        await open_writer(database)


@pytest.mark.parametrize("columns", ["a text", "name text, value text", "key text"])
async def test_tables_of_another_program_are_left_alone(database: DatabaseAddress, columns: str) -> None:
    connections = Connections(database, writes=True)
    await connections.execute([f"CREATE TABLE meta ({columns})", "CREATE TABLE event (id int)"])
    await connections.close()
    assert isinstance(await refusal(database), SchemaForeign)
    before = content_of(database)
    with pytest.raises(SchemaForeign):
        await open_writer(database)
    assert content_of(database) == before


async def test_a_path_without_a_database_is_told_apart(tmp_path: Path) -> None:
    problem = await refusal(DatabaseAddress.parse(str(tmp_path / "none.db")))
    assert (type(problem), "There is no file") == (DatabaseNotFound, str(problem)[:16])
    assert not (tmp_path / "none.db").exists()
    assert "is a folder" in str(await refusal(DatabaseAddress.parse(str(tmp_path))))
    (tmp_path / "text.db").write_text("not a database, only many words\n" * 99)
    assert isinstance(await refusal(DatabaseAddress.parse(str(tmp_path / "text.db"))), DatabaseDamaged)
    with pytest.raises(DatabaseNotFound, match="no folder"):
        await open_writer(DatabaseAddress.parse(str(tmp_path / "none" / "log.db")))


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
async def test_a_server_that_is_not_there_is_told_apart(postgres_url: str, driver: str) -> None:
    own = postgres_url.replace("postgresql://", f"postgresql+{driver}://")
    name = own.partition("?")[0].rpartition("/")[2]
    problem = await refusal(DatabaseAddress.parse(own.replace(name, "no_such_database")))
    assert isinstance(problem, DatabaseNotFound)
    gone = f"postgresql+{driver}://ann:hush%2Fhush@127.0.0.1:1/log"
    problem = await refusal(DatabaseAddress.parse(gone))
    assert isinstance(problem, DatabaseUnavailable)
    assert "hush" not in f"{problem} {problem.advice}"
    problem = await refusal(DatabaseAddress.parse(own.replace("postgres@", "nobody_here:hushhush@")))
    assert type(problem).__name__ == "AccessDenied"
    assert "hushhush" not in f"{problem} {problem.advice} {problem.shown if hasattr(problem, 'shown') else ''}"


async def test_a_reader_cannot_write(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        await writer.write([make_event()])
    reading = Connections(database)
    for order in (delete(event), text("CREATE TABLE more (a int)")):
        with pytest.raises(StoreError):
            async with reading.one() as connection:
                await connection.execute(order)
    assert len(await reading.rows(event.select())) == 1
    await reading.close()


async def test_a_file_in_a_folder_that_cannot_be_written_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    async with await open_writer(address) as writer:
        await writer.write([make_event()])
    assert not (tmp_path / "log.db-wal").exists()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    before = names_in(tmp_path)
    repository = await open_repository(address)
    assert (await repository.count(OPEN)).number == 1
    assert names_in(tmp_path) == before
    await repository.close()


async def test_a_busy_sqlite_file_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    monkeypatch.setattr("store.dialect.Sqlite.orders", replace(SQLITE_ORDERS, writer_settings=()))
    async with await open_writer(address) as writer:
        other = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
        other.execute("PRAGMA busy_timeout=0")
        other.execute("BEGIN IMMEDIATE")
        async with writer._connections.one() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=0")
        with pytest.raises(DatabaseUnavailable, match="Another program is writing"):
            await writer.write([make_event()])
        other.execute("ROLLBACK")
        other.close()
        assert (await writer.write([make_event()])).stored == 1


NUMBERS = select(literal(1).label("number")).cte("numbers", recursive=True)
NUMBERS = NUMBERS.union_all(select(NUMBERS.c.number + 1).where(NUMBERS.c.number < 500_000_000))
ENDLESS = select(func.count()).select_from(NUMBERS)


async def test_a_cancelled_question_stops_at_once_and_the_next_one_works(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        await writer.write([make_event()])
    reading = Connections(database, most=1)
    await reading.rows(meta.select())
    for _ in range(2):
        question = asyncio.create_task(reading.rows(ENDLESS))
        done, _ = await asyncio.wait({question}, timeout=0.2)
        assert not done
        started = time.monotonic()
        question.cancel()
        await asyncio.wait({question})
        assert time.monotonic() - started < 0.2
        assert question.cancelled()
        assert len(await reading.rows(event.select())) == 1
    await reading.close()


@given(TEXTS)
def test_a_stored_text_reads_back_equal_and_holds_nothing_that_a_database_refuses(value: str) -> None:
    stored = to_stored(value)
    assert from_stored(stored) == value
    assert "\0" not in stored
    stored.encode()
    assert stored != ABSENT
    assert from_stored_or_absent(to_stored_or_absent(value)) == value
    assert from_stored_or_absent(to_stored_or_absent(None)) is None


@given(
    TEXTS | st.uuids().map(str) | st.uuids().map(lambda one: str(one).upper()) | st.text("a", min_size=13, max_size=18)
)
def test_an_id_reads_back_equal(event_id: str) -> None:
    assert id_from_stored(id_to_stored(event_id)) == event_id


def test_indexes_are_made_in_the_same_order_every_time() -> None:
    for table in metadata.tables.values():
        names = [str(index.name) for index in table.indexes]
        assert names == sorted(names)


@given(st.lists(st.uuids().map(str), min_size=1) | st.lists(TEXTS | st.uuids().map(str)))
def test_many_ids_read_back_equal(ids: list[str]) -> None:
    assert list(all_ids_from_digits([id_to_stored(one).hex().upper() for one in ids])) == ids


@pytest.mark.parametrize("stored", [b"", b"\xff\xfe", b"no first byte", b"\xff\xfftwice"])
def test_what_no_id_is_stored_as_is_read_as_none(stored: bytes) -> None:
    assert all_ids_from_digits([stored.hex(), id_to_stored("id").hex()]) == [None, "id"]


@given(st.lists(TEXTS | st.text("a", min_size=13, max_size=18) | st.uuids().map(str), min_size=2, unique=True))
def test_different_ids_are_stored_differently(ids: list[str]) -> None:
    assert len({id_to_stored(one) for one in ids}) == len(ids)


def test_a_uuid_takes_16_bytes_and_nothing_else_does() -> None:
    assert len(id_to_stored("0189f3a2-0000-7000-8000-00000000000f")) == 16
    assert len(id_to_stored("0189F3A2-0000-7000-8000-00000000000F")) != 16
    assert len(id_to_stored("x" * 15)) != 16


@given(st.integers(BEGINNING, END), st.integers(BEGINNING, END) | st.integers(0, 10**13))
def test_a_ladder_covers_its_span_once(since: int, length: int) -> None:
    until = min(since + abs(length), END)
    found = ladder(since, until)
    pieces = [(since, found.left_until), (found.right_since, until)]
    pieces += [(one.first * LEVELS[one.level], one.beyond * LEVELS[one.level]) for one in found.pieces]
    pieces = sorted((first, beyond) for first, beyond in pieces if first != beyond)
    edges = [since, *(edge for piece in pieces for edge in piece), until]
    assert all(first < beyond for first, beyond in pieces)
    assert edges[::2] == edges[1::2]


def test_a_ladder_of_everything_has_no_rests() -> None:
    found = ladder(BEGINNING, END)
    assert found.left_until == BEGINNING
    assert found.right_since == END
