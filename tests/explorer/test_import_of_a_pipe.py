"""`activity import -` on a pipe that is written to now and then: what was read is in the log about a second later."""

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from explorer.commands.in_time import CHARACTERS_AT_ONCE, in_time
from store import DatabaseAddress, open_repository
from store.formats import write_line
from tests.logs import numbered_event, write_log


async def stored(address: DatabaseAddress, batch: int) -> None:
    """Wait until the log holds that batch."""
    repository = await open_repository(address)
    try:
        assert await repository.newest_batch(batch - 1, seconds=20) == batch
    finally:
        await repository.close()


def test_what_came_so_far_is_stored_while_the_pipe_is_open(tmp_path: Path) -> None:
    address = asyncio.run(write_log(tmp_path / "log.db", [numbered_event(0)]))
    command = [sys.executable, "-m", "explorer", "import", "-", "--into", str(tmp_path / "log.db")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    for number in (1, 2):
        process.stdin.write(f"{write_line(numbered_event(number))}\n".encode())
        process.stdin.flush()
        asyncio.run(stored(address, number + 1))
    process.send_signal(signal.SIGINT)
    output, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"2" in output
    assert b"At least 2 events of this import are in the log" in complaint


def test_items_are_handed_over_before_the_next_one_comes() -> None:
    may_go_on = threading.Event()

    def items() -> Iterator[int]:
        yield from range(2_500)
        may_go_on.wait()
        yield 2_500

    taken = in_time(items(), size=lambda _: 1)
    assert list(islice(taken, 2_500)) == list(range(2_500))
    assert next(taken) is None
    may_go_on.set()
    assert [item for item in taken if item is not None] == [2_500]


def test_few_items_wait_when_they_are_large() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1_000):
            made.append(number)
            yield number

    taken = []
    for number in in_time(items(), size=lambda _: CHARACTERS_AT_ONCE // 4):
        if number is not None:
            taken.append(number)
            assert len(made) <= number + 4 + 4 + 1  # while four are handed over, four wait, and one would like to
    assert taken == made


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_goes_wrong_is_raised_behind_what_was_made() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    taken = in_time(items(), size=lambda _: 1)
    assert next(taken) == 1
    with pytest.raises(OSError, match="gone"):
        next(taken)
