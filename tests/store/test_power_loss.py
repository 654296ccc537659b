"""The power goes off: a disk keeps what was synced, and of the rest nothing, all, or any sectors of it.

What a writer asks of the system is recorded by strace. At each sync, and at each word that a batch is stored, the files
are made as a disk could hold them then, and opened.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from store import DatabaseAddress, open_writer
from tests.store.exact import assert_exact

BATCHES, EVENTS_OF_A_BATCH = 3, 12
SECTOR_BYTES = 512
"""What a disk writes whole or not at all."""

WRITER = """
import asyncio, os, sys
from dataclasses import replace
from store import DatabaseAddress, open_writer
from store.dialect import Sqlite
from store.session_orders import SQLITE_ORDERS
from tests.builders import make_event

async def main():
    path, batches, size, *settings = sys.argv[1:]
    Sqlite.orders = replace(SQLITE_ORDERS, writer_settings=(*SQLITE_ORDERS.writer_settings, *settings))
    async with await open_writer(DatabaseAddress.parse(path)) as writer:
        for first in range(0, int(batches) * int(size), int(size)):
            numbers = range(first, first + int(size))
            await writer.write([make_event(number, event_name=f"N{number % 7}") for number in numbers])
            os.write(1, b"stored")

asyncio.run(main())
"""

OFTEN_TO_THE_FILE = "PRAGMA wal_autocheckpoint=60"
"""So that pages come into the file itself between two batches, too."""

CALLS = "pwrite64,write,ftruncate,fsync,fdatasync,?unlink,unlinkat"
CALL = re.compile(r'^\d+ +(\w+)\((?:(?:\d+|AT_FDCWD)<([^>]*)>)?(?:, )?(?:"([^"]*)")?(?:, \d+)??(?:, (\d+))?\) += \d+$')
"""A line of strace: what is called, the file of its descriptor, a text or data in hexadecimal, a place in the file."""

UNFINISHED = " <unfinished ...>"
RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>")
NO_CALL = re.compile(r"^\d+ +(?:\+\+\+|---)")
"""A line about the end of a thread, or a signal."""


class Call(NamedTuple):
    """What was asked of the system, about the file of that name. A `write` begins at a place, a `cut` ends the file."""

    kind: str
    name: str
    place: int = 0
    data: bytes = b""


class Cut(NamedTuple):
    """What is certain when the power goes off: each file as it was synced, and how many batches were said to be stored.

    What was asked after that may be on the disk or not.
    """

    synced: dict[str, bytes]
    since: Sequence[Call]
    batches: int


def recorded(folder: Path, *settings: str) -> list[Call]:
    """What a writer asks of the system about the files in a folder. Skips the test where nobody can record that."""
    if shutil.which("strace") is None or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode:
        pytest.skip("needs strace, and a system that lets it look")
    folder.mkdir()
    log, said, record = folder / "log.db", folder / "said", folder.with_suffix(".strace")
    watched = [part for name in (log, f"{log}-wal", f"{log}-journal", said, folder) for part in ("-P", str(name))]
    recorder = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(record), *watched]
    writer = [sys.executable, "-c", WRITER, str(log), str(BATCHES), str(EVENTS_OF_A_BATCH), *settings]
    with said.open("wb") as stored:
        subprocess.run([*recorder, *writer], stdout=stored, check=True)
    return [call_of(line) for line in whole_lines(record.read_text().splitlines())]


def whole_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines of calls, one that another thread broke in two as one line where it ends."""
    begun: dict[str, str] = {}
    for line in lines:
        if NO_CALL.match(line):
            continue
        if line.endswith(UNFINISHED):
            begun[line.split()[0]] = line.removesuffix(UNFINISHED)
        elif (rest := RESUMED.match(line)) is not None:
            yield begun.pop(rest[1]) + line[rest.end() :]
        else:
            yield line


def call_of(line: str) -> Call:
    found = CALL.match(line)
    assert found is not None, line[:300]
    called, descriptor, text, place = found.groups()
    of_text = bytes.fromhex((text or "").replace("\\x", ""))
    is_unlinked = called.startswith("unlink")
    path = bytes.fromhex(descriptor.replace("\\x", "")) if descriptor and not is_unlinked else of_text
    name = Path(path.decode()).name
    if is_unlinked:
        return Call("unlink", name)
    if called == "write":
        return Call("stored", name)
    if called == "ftruncate":
        return Call("cut", name, int(place))
    if called == "pwrite64":
        return Call("write", name, int(place), of_text)
    return Call("sync", name)


def cuts(calls: Sequence[Call], folder: str) -> Iterator[Cut]:
    """The moments just before each sync, just after each word that a batch is stored, and at the end.

    A file is on the disk from its own first sync on, and gone from it with that of the folder.
    """
    synced: dict[str, bytes] = {}
    since: list[Call] = []
    batches = 0
    for call in calls:
        if call.kind == "sync":
            yield Cut(dict(synced), tuple(since), batches)
            is_meant = [each.name == call.name or (call.name == folder and each.kind == "unlink") for each in since]
            synced = after(synced, [each for each, meant in zip(since, is_meant, strict=True) if meant])
            since = [each for each, meant in zip(since, is_meant, strict=True) if not meant]
        elif call.kind == "stored":
            batches += 1
            yield Cut(dict(synced), tuple(since), batches)
        else:
            since.append(call)
    yield Cut(dict(synced), tuple(since), batches)


def after(files: dict[str, bytes], calls: Sequence[Call]) -> dict[str, bytes]:
    files = dict(files)
    for call in calls:
        held = files.pop(call.name, b"")
        if call.kind == "cut":
            files[call.name] = held[: call.place].ljust(call.place, b"\0")
        elif call.kind == "write":
            end = call.place + len(call.data)
            files[call.name] = held[: call.place].ljust(call.place, b"\0") + call.data + held[end:]
    return files


def sectors(call: Call) -> Iterator[Call]:
    """The parts of a call that a disk may do without the others."""
    if call.kind != "write":
        yield call
        return
    at = 0
    while at < len(call.data):
        until = at + SECTOR_BYTES - (call.place + at) % SECTOR_BYTES
        yield call._replace(place=call.place + at, data=call.data[at:until])
        at = until


KEPT: dict[str, Callable[[Sequence[Call], Random], list[Call]]] = {
    "nothing": lambda since, _dice: [],
    "all": lambda since, _dice: list(since),
    "any call": lambda since, dice: [call for call in since if dice.random() < 0.5],
    "any sector": lambda since, dice: [part for call in since for part in sectors(call) if dice.random() < 0.7],
}
"""What a disk may have of what was not synced."""


def lay_out(folder: Path, files: dict[str, bytes]) -> DatabaseAddress:
    folder.mkdir()
    for name, held in files.items():
        (folder / name).write_bytes(held)
    return DatabaseAddress.parse(str(folder / "log.db"))


async def stored_after(cut: Cut, kept: list[Call], folder: Path) -> int:
    """How many events are in the log that a disk holds, which is opened as by who imports again, and exact."""
    address = lay_out(folder, after(cut.synced, kept))
    async with await open_writer(address):
        stored = await assert_exact(address)
    shutil.rmtree(folder)
    return stored


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    return recorded(tmp_path_factory.mktemp("power") / "recorded", OFTEN_TO_THE_FILE)


@pytest.mark.parametrize("kept", KEPT)
async def test_a_log_opens_exact_and_holds_whole_batches_and_each_that_was_said_to_be_stored(
    calls: list[Call], tmp_path: Path, kept: str
) -> None:
    dice, looked_at = Random(6), 0
    for cut in cuts(calls, "recorded"):
        stored = await stored_after(cut, KEPT[kept](cut.since, dice), tmp_path / "after")
        assert stored % EVENTS_OF_A_BATCH == 0
        assert stored >= cut.batches * EVENTS_OF_A_BATCH
        looked_at += 1
    assert looked_at > 3 * BATCHES


def test_lines_of_a_record_that_are_broken_or_about_no_call_do_no_harm() -> None:
    log, data = "".join(f"\\x{byte:02x}" for byte in b"/a/log.db"), "\\x41\\x42"
    lines = [
        f'7 pwrite64(3<{log}>, "{data}", 2, 512 <unfinished ...>',
        "8 --- SIGCHLD {si_signo=SIGCHLD} ---",
        f"8 fsync(4<{log}>) = 0",
        "7 <... pwrite64 resumed>) = 2",
        f'7 unlinkat(AT_FDCWD<\\x2f>, "{log}", 0) = 0',
        f'7 unlink("{log}") = 0',
        "7 +++ exited with 0 +++",
    ]
    assert [call_of(line) for line in whole_lines(lines)] == [
        Call("sync", "log.db"),
        Call("write", "log.db", 512, b"AB"),
        Call("unlink", "log.db"),
        Call("unlink", "log.db"),
    ]


async def test_a_writer_that_does_not_sync_would_be_found_out(tmp_path: Path) -> None:
    calls = recorded(tmp_path / "recorded", "PRAGMA synchronous=NORMAL")
    lost = [
        cut
        for cut in cuts(calls, "recorded")
        if await stored_after(cut, [], tmp_path / "after") < cut.batches * EVENTS_OF_A_BATCH
    ]
    assert lost
