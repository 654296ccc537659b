"""`activity view`: files into a log that is kept only as long as the app looks at it, from the first events on.

The files are read by a process of its own, as `activity import` does it: the app stays as quick as on any log, and what
is read arrives in it as new events do.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store import DatabaseAddress, EventFilter, EventRepository, StoreError, TimeRange

from ..launch import Launch
from .explore import run_app
from .import_files import STANDARD_INPUT
from .import_options import reading_options, reading_words
from .interruptible import held, run
from .passing_line import PassingLine
from .stopping import Stop
from .words import complain

LOOK_SECONDS = 0.05
"""How often it is looked whether the first events are there."""

REPORT_COMES = "What is missing is told when you leave."

PATIENCE_SECONDS = 0.5
"""How long the import may finish what it does. Nothing of it is kept, so that it may as well be stopped at once."""


def view(arguments: Namespace) -> int:
    """Run the app on the events of files until the user leaves it, and give its exit code.

    What was rejected is reported on standard error afterwards. Raises StoreError when the words cannot be understood.
    """
    reading, words, stop = reading_options(arguments), reading_words(arguments), Stop()
    try:
        with stop, held(), tempfile.TemporaryDirectory(prefix="activity-") as name:
            return _view(reading.label, words, Path(name))
    except KeyboardInterrupt:
        return stop.exit_code


def _view(label: str, words: list[str], folder: Path) -> int:
    address = DatabaseAddress.parse(str(folder / "view.db"))
    with _importing(words, folder) as importing:
        with PassingLine() as line:
            line.show(f"Reading {'standard input' if label == STANDARD_INPUT else label} …")
            has_events = run(_has_events, address, importing)
        _read_keys_from_terminal()
        code = run_app(lambda: _launch(label, address, importing)) if has_events else 1
        failed = importing.poll() == 1
    if failed:
        report = (folder / "report").read_text(encoding="utf-8", errors="replace").rstrip()
        complain(report.replace("\nstored", "\nshown ", 1))  # nothing is kept
    if not has_events:
        complain("There is no event to show.")
    return code


@contextmanager
def _importing(words: list[str], folder: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """The import, which is ended with the block. Its exit code is 1 when anything was rejected or could not be read.

    It finds its modules where this process found them. Python by itself would look first into the current folder, where
    whoever sent a log may have put a program.
    """
    command = [sys.executable, "-P", "-m", "explorer", "import", *words, "--into", str(folder / "view.db"), "--strict"]
    places = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (folder / "report").open("wb") as report:
        process = subprocess.Popen(command, stdout=report, stderr=report, env=places)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _has_events(address: DatabaseAddress, importing: "subprocess.Popen[bytes]") -> bool:
    """Wait for the first events. False when the import ends without any."""
    from store import open_repository

    while True:
        has_ended = importing.poll() is not None
        with contextlib.suppress(StoreError):  # it is only being made
            repository = await open_repository(address)
            try:
                if await repository.newest_batch():
                    return True
            finally:
                await repository.close()
        if has_ended:
            return False
        await asyncio.sleep(LOOK_SECONDS)


def _launch(label: str, address: DatabaseAddress, importing: "subprocess.Popen[bytes]") -> Launch:
    from ..masking import masking_of
    from ..settings import load_settings
    from ..table_choice import load_columns
    from .database import open_address

    settings = load_settings(os.environ)
    masking = masking_of(settings, address)

    async def open_store() -> EventRepository:
        return await open_address(address, settings)

    async def until_read() -> str:
        """Nothing is said where everything was read, and all of it, before the app showed."""
        waited = False
        while True:
            code = importing.poll()
            if code is not None:
                said = "everything is read." if code == 0 else f"read, but not all of it. {REPORT_COMES}"
                return f"{label}: {said}" if waited or code else ""
            waited = True
            await asyncio.sleep(LOOK_SECONDS)

    return Launch(
        settings=settings,
        database_name=label,
        named_again=address.without_secrets,
        open_store=open_store,
        event_filter=EventFilter(time=TimeRange(since=None)),
        follows=True,
        until_read=until_read,
        columns=load_columns(label),
        masking_name=masking.name if masking else "",
    )


def _read_keys_from_terminal() -> None:
    """Where standard input was the log, keys come from the terminal itself."""
    if not os.isatty(0):
        with contextlib.suppress(OSError):
            os.dup2(os.open("/dev/tty", os.O_RDONLY), 0)
