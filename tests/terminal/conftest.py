"""The real program in a real terminal, on a small log of its own."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.logs import numbered_events, write_log
from tests.terminal.pseudo_terminal import PseudoTerminal

EVENTS = 300
PROJECT = Path(__file__).parents[2]
ACTIVITY = [sys.executable, "-m", "explorer"]
ALL_TIME_LINK = "activity://production/event-7?filter=since%3Aall"


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of EVENTS events, `event-0` the oldest."""
    path = tmp_path_factory.mktemp("log") / "activity.db"
    asyncio.run(write_log(path, numbered_events(EVENTS)))
    return path


@pytest.fixture
def start(log: Path, own_home: Path) -> Callable[..., PseudoTerminal]:
    """Starts `activity` with the words given, in a terminal of its own, on the log unless another word says so."""

    def started(
        *words: str, program: Sequence[str] = ACTIVITY, columns: int = 120, rows: int = 40, **environ: str | None
    ) -> PseudoTerminal:
        variables = {"HOME": str(own_home), "ACTIVITY_DATABASE": str(log), "PYTHONPATH": str(PROJECT), **environ}
        return PseudoTerminal([*program, *words], columns=columns, rows=rows, environ=variables)

    return started
