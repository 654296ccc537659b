"""A Postgres server whose disk is full: what was stored is read, and there is more as soon as there is room."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from store import DatabaseAddress, DatabaseUnavailable, check_log, open_repository, open_writer, parse_filter
from tests.builders import NOON
from tests.logs import numbered_event
from tests.postgres_server import OwnServer

OPEN = parse_filter("since:all").settled(NOON.replace(year=2027))
BATCH = 500


@pytest.fixture
def small_disk(own_server: OwnServer) -> Iterator[Path]:
    """A disk of 24 MB for the databases of the server."""
    place = Path(tempfile.mkdtemp(prefix="activity-disk-", dir="/tmp"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        place.rmdir()
        pytest.skip("no disk can be mounted here")
    inside = place / "tables"
    inside.mkdir()
    own_server.give(inside)
    yield inside
    subprocess.run(["umount", "--lazy", place], check=True)
    shutil.rmtree(place, ignore_errors=True)


def put_on(disk: Path, url: str) -> None:
    """Let the tables of an empty database lie on a disk."""
    with psycopg.connect(url, dbname="postgres", autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(disk))))
        name = sql.Identifier(str(conninfo_to_dict(url)["dbname"]))
        owner.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(name))


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
async def test_a_full_disk_of_the_server_keeps_what_was_stored_and_takes_more_when_there_is_room(
    own_server: OwnServer, small_disk: Path, driver: str
) -> None:
    url = own_server.create_database()
    put_on(small_disk, url)
    address = DatabaseAddress.parse(url.replace("postgresql:", f"postgresql+{driver}:"))
    filling, stored = small_disk.parent / "filling", 0
    async with await open_writer(address) as writer:
        filling.write_bytes(bytes(4_000_000))
        with pytest.raises(DatabaseUnavailable, match=r"The disk of .* is full") as full:
            while True:
                await writer.write(map(numbered_event, range(stored, stored + BATCH)))
                stored += BATCH
        assert stored
        assert "nothing was written" in full.value.advice
        repository = await open_repository(address)
        assert (await repository.count(OPEN)).number == stored
        assert (await check_log(address)).findings == ()
        filling.unlink()
        newest = await repository.newest_batch()
        assert (await writer.write(map(numbered_event, range(stored, stored + BATCH)))).stored == BATCH
        assert await repository.newest_batch(newest, seconds=5) == newest + 1
        assert (await repository.count(OPEN)).number == stored + BATCH
        await repository.close()
    assert (await check_log(address)).findings == ()
