"""An SQLite file that is deleted, replaced, locked or damaged: what is said, and that the same repository reads on."""

import gzip
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import (
    NEWEST,
    AccessDenied,
    DatabaseAddress,
    DatabaseDamaged,
    DatabaseNotFound,
    DatabaseReplaced,
    DatabaseUnavailable,
    EventRepository,
    SchemaForeign,
    check_log,
    open_repository,
    open_writer,
    parse_filter,
)
from store.session_orders import SQLITE_ORDERS
from tests.logs import numbered_event, numbered_events, write_log

EVENTS = 300
OPEN = parse_filter("since:all").settled(datetime(2027, 1, 1, tzinfo=UTC))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[EventRepository]:
    """A repository of which every part is open."""
    repository = await open_repository(DatabaseAddress.parse(str(path)))
    try:
        await repository.page(OPEN, NEWEST, "older", 1)
        await repository.facets(OPEN)
        yield repository
    finally:
        await repository.close()


async def hold_answers(repository: EventRepository, events: int = EVENTS) -> None:
    page = await repository.page(OPEN, NEWEST, "older", 100)
    assert page.events[0].id == f"event-{events - 1}"
    assert (await repository.count(OPEN)).number == events
    facets = await repository.facets(OPEN)
    assert sum(facet.count for facet in facets.fields["environments"]) == events


async def test_a_file_in_the_place_of_another_is_said_to_be_one_and_then_read(path: Path) -> None:
    await write_log(path, numbered_events(EVENTS))
    await write_log(path.with_name("other.db"), numbered_events(200))  # as many batches: their number tells nothing
    async with opened(path) as repository:
        path.with_name("other.db").replace(path)
        with pytest.raises(DatabaseReplaced, match=r"log\.db"):
            await repository.newest_batch()
        await hold_answers(repository, 200)
        await write_log(path, numbered_events(EVENTS))
        await hold_answers(repository)


async def test_a_file_is_read_that_took_the_place_of_one_before_all_of_that_was_open(path: Path) -> None:
    await write_log(path, numbered_events(EVENTS))
    await write_log(path.with_name("other.db"), numbered_events(200))
    repository = await open_repository(DatabaseAddress.parse(str(path)))
    try:
        assert (await repository.count(OPEN)).number == EVENTS
        path.with_name("other.db").replace(path)
        await hold_answers(repository, 200)
    finally:
        await repository.close()


async def test_a_deleted_file_is_missed_and_read_again_when_it_is_back(path: Path) -> None:
    await write_log(path, numbered_events(EVENTS))
    async with opened(path) as repository:
        path.rename(path.with_name("aside.db"))
        for _ in range(2):
            with pytest.raises(DatabaseNotFound, match="is gone"):
                await repository.newest_batch()
        path.with_name("aside.db").rename(path)
        await hold_answers(repository)
        path.unlink()
        with pytest.raises(DatabaseNotFound, match="is gone"):
            await repository.page(OPEN, NEWEST, "older", 100)
        with sqlite3.connect(path) as foreign:
            foreign.execute("CREATE TABLE meta (name, value)")
        foreign.close()
        with pytest.raises((DatabaseReplaced, SchemaForeign)):
            await repository.newest_batch()
        with pytest.raises(SchemaForeign):
            await repository.newest_batch()


async def test_a_writer_stores_nothing_in_a_file_that_nobody_can_find(path: Path) -> None:
    async with await open_writer(DatabaseAddress.parse(str(path))) as writer:
        await writer.write(numbered_events(EVENTS))
        path.rename(path.with_name("aside.db"))
        with pytest.raises(DatabaseNotFound, match="is gone"):
            await writer.write([numbered_event(EVENTS)])
        assert not path.exists()
        await write_log(path, numbered_events(10))
        with pytest.raises(DatabaseReplaced):
            await writer.write([numbered_event(EVENTS)])
        assert (await writer.write([numbered_event(EVENTS)])).stored == 1
    async with opened(path) as repository:
        assert (await repository.count(OPEN)).number == 11


async def test_changes_that_were_deleted_from_beside_the_file_leave_the_rest_to_be_read(path: Path) -> None:
    await write_log(path, numbered_events(EVENTS))
    async with opened(path) as repository:
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink()
        await hold_answers(repository)
        await write_log(path, [numbered_event(EVENTS)])
        await hold_answers(repository, EVENTS + 1)


async def test_changes_that_are_missing_cost_what_was_in_them_and_no_more(path: Path) -> None:
    async with await open_writer(DatabaseAddress.parse(str(path))) as writer:
        await writer.write(numbered_events(EVENTS))
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA wal_checkpoint(FULL)")
        await writer.write([numbered_event(EVENTS)])
        shutil.copy(path, path.with_name("copy.db"))  # without what stands beside it
    async with opened(path.with_name("copy.db")) as repository:
        await hold_answers(repository)
    assert (await check_log(DatabaseAddress.parse(str(path.with_name("copy.db"))))).findings == ()


async def test_a_file_that_is_copied_over_is_read_as_soon_as_it_is_whole(path: Path) -> None:
    await write_log(path, numbered_events(EVENTS))
    await write_log(path.with_name("other.db"), numbered_events(200))
    async with opened(path) as repository:
        whole = path.with_name("other.db").read_bytes()
        with path.open("r+b") as file:
            file.truncate(0)
            file.write(whole[:9_000])
            file.flush()
            with pytest.raises(DatabaseDamaged):
                await repository.page(OPEN, NEWEST, "older", 100)
            file.write(whole[9_000:])
        await hold_answers(repository, 200)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"id": "event-1"}\n', "a text"),
        ('id,event\n"Zoë",plan\n'.encode() * 100, "a text"),
        ("\ufeffid,event\n".encode("utf-16"), "a text"),
        (gzip.compress(b'{"id": "event-1"}\n'), "packed with gzip"),
        (b"\x28\xb5\x2f\xfd" + bytes(range(200)), "packed with zstd"),
    ],
    ids=["lines", "csv", "utf-16", "gzip", "zstd"],
)
@pytest.mark.parametrize("opening", [open_repository, open_writer])
async def test_a_file_of_events_is_called_so_and_what_opens_it(
    content: bytes, kind: str, opening: Callable[[DatabaseAddress], Awaitable[object]], path: Path
) -> None:
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged, match=f"is no database, but {kind}") as caught:
        await opening(DatabaseAddress.parse(str(path)))
    assert "activity view FILE" in caught.value.advice
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "content", [bytes(range(1, 256)) * 20, b"SQLite format 2\0" * 100], ids=["every byte", "another version"]
)
async def test_a_file_that_nobody_knows_may_be_a_damaged_log(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged, match="is damaged or no SQLite database"):
        await open_repository(DatabaseAddress.parse(str(path)))


async def test_damaged_pages_are_called_so_and_are_read_once_they_are_mended(path: Path) -> None:
    await write_log(path, numbered_events(EVENTS))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) // 2))
    repository = await open_repository(DatabaseAddress.parse(str(path)))
    try:
        with pytest.raises(DatabaseDamaged, match="damaged"):
            await hold_answers(repository)
        path.write_bytes(whole)
        await hold_answers(repository)
    finally:
        await repository.close()


async def test_of_a_text_that_cannot_be_decoded_the_column_is_told_and_not_the_text(path: Path) -> None:
    await write_log(path, numbered_events(EVENTS))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("UPDATE combination SET event_name = CAST(x'7365637265740a27fffe' AS TEXT)")
    with pytest.raises(DatabaseUnavailable) as raised:
        async with opened(path) as repository:
            await repository.facets(parse_filter("since:all"))
    assert str(raised.value).endswith("cannot be read: Could not decode to UTF-8 column 'event_name'.")
    assert "secret" not in str(raised.value)


async def test_who_writes_for_too_long_is_waited_for_and_then_told_of(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = ["PRAGMA busy_timeout=50"]
    orders = replace(SQLITE_ORDERS, reader_settings=impatient, writer_settings=impatient)
    monkeypatch.setattr("store.dialect.Sqlite.orders", orders)
    await write_log(path, numbered_events(EVENTS))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")  # of the kind of log where readers wait for writers, too
        async with opened(path) as repository:
            await hold_answers(repository)
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(DatabaseUnavailable, match="Another program is writing"):
                await repository.newest_batch()
            with pytest.raises(DatabaseUnavailable, match="Another program is writing"):
                await write_log(path, [numbered_event(EVENTS)])
            other.execute("COMMIT")
            await hold_answers(repository)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def mount_again(disk: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", disk], check=True)


async def test_a_log_on_a_disk_that_can_only_be_read_is_read_and_not_written_to(small_disk: Path) -> None:
    path = small_disk / "log.db"
    address = await write_log(path, numbered_events(EVENTS))
    mount_again(small_disk, "ro")
    async with opened(path) as repository:
        await hold_answers(repository)
        with pytest.raises(AccessDenied):
            await write_log(path, [numbered_event(EVENTS)])
        mount_again(small_disk, "rw")
        await write_log(path, [numbered_event(EVENTS)])
        await hold_answers(repository, EVENTS + 1)
    assert (await check_log(address)).findings == ()


async def test_a_full_disk_keeps_what_was_stored_and_takes_more_when_there_is_room(small_disk: Path) -> None:
    path = small_disk / "log.db"
    filling = small_disk / "filling"
    stored = 0
    async with await open_writer(DatabaseAddress.parse(str(path))) as writer:
        with pytest.raises(DatabaseUnavailable, match="disk is full"):
            while True:
                await writer.write(map(numbered_event, range(stored, stored + 100)))
                stored += 100
                filling.write_bytes(bytes(200_000))
        assert stored
        async with opened(path) as repository:
            await hold_answers(repository, stored)
        filling.unlink()
        assert (await writer.write(map(numbered_event, range(stored + 100)))).stored == 100
    async with opened(path) as repository:
        await hold_answers(repository, stored + 100)
    assert (await check_log(DatabaseAddress.parse(str(path)))).findings == ()
