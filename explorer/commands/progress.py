"""How far a long command has come: a bar on standard error when that is a terminal, else nothing."""

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from ..visible import visible

LABEL_CELLS = 30


class Show(Protocol):
    """Draws how far it is, told how much of the whole is done and how many events these were.

    With another `label` than before, something else is done from now on.
    """

    def __call__(self, done: int, events: int, label: str | None = None) -> None: ...


def progress(label: str, whole: int | None) -> AbstractContextManager[Show]:
    """A bar while the block lasts. Where the `whole` is not known in advance, only the events are counted."""
    if sys.stderr is not None and sys.stderr.isatty():
        return _bar(visible(label, LABEL_CELLS), whole)
    return nullcontext(_undrawn)


def _undrawn(done: int, events: int, label: str | None = None) -> None:
    """Nobody is there to see it."""


@contextmanager
def _bar(label: str, whole: int | None) -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    name = TextColumn("{task.description}", markup=False)
    counted = TextColumn("{task.fields[events]:,} events, {task.fields[rate]:,.0f} a second", markup=False)
    columns = (name, BarColumn(), TaskProgressColumn(), counted, TimeRemainingColumn()) if whole else (name, counted)
    started = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task(label, total=whole, events=0, rate=0.0)

        def show(done: int, events: int, label: str | None = None) -> None:
            nonlocal started
            if label is not None and label != drawn.tasks[0].description:
                drawn.reset(task, description=label)
                started = time.monotonic()
            rate = events / max(time.monotonic() - started, 0.001)
            drawn.update(task, completed=done, events=events, rate=rate)

        yield show
