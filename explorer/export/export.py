"""An export: pages of events in, a document out, whole or not at all. Whoever awaits it can cancel it at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import ExitStack, aclosing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .about import ABOUT_ENDING
from .compression import Compressor, compressor
from .documents import Document, document
from .file import AtomicFile

if TYPE_CHECKING:
    from store import Event, EventPage, Position

    from .about import About

WRITTEN_EVENTS = 200
"""So many are made bytes at a time: texts of several megabytes take longer to find memory for than to write."""

Tell = Callable[[int, "Position | None"], object]
"""Told after each page how many events are written, and how far an unfinished search has come."""


class Target(NamedTuple):
    """Where a document goes. `replaces`: a file of that name may be there. The template is the one of the settings."""

    path: Path
    replaces: bool = False
    link_template: str | None = None


class Exported(NamedTuple):
    """How many events stand in which file, and which one beside it says what it is, if it does not do so itself."""

    events: int
    path: Path
    about_path: Path | None


async def export_events(pages: AsyncGenerator[EventPage, None], about: About, target: Target, tell: Tell) -> Exported:
    """Write pages, each of which is newer than the one before, to a file, the oldest event first.

    Raises ExportMistake for what cannot be written so, TargetProblem for a file that cannot be written, and what the
    pages raise. Unless it returns, it leaves nothing behind.
    """
    with ExitStack() as files:
        writing = _Writing(about, target, files)
        await _in_thread(writing.begin)
        async with aclosing(pages):
            async for page in pages:
                await _in_thread(writing.write, page.events[::-1])
                tell(writing.count, page.searched_to)
        await _in_thread(writing.finish)
        return writing.commit()


class _Writing:
    """What an export does to its `files`, which it leaves to those. All of it may block, except `commit`."""

    def __init__(self, about: About, target: Target, files: ExitStack) -> None:
        self._about = about
        self._target = target
        self._opened = files
        self._document: Document
        self._compressor: Compressor
        self._files: list[AtomicFile] = []
        self._about_path: Path | None = None
        self.count = 0

    def begin(self) -> None:
        path = self._target.path
        self._document = document(self._about, self._target.link_template, path.name)
        self._compressor = compressor(path.name)
        self._open(path, replaces=self._target.replaces)
        if not self._document.says_what_it_is:
            self._about_path = path.with_name(path.name + ABOUT_ENDING)
            self._open(self._about_path, replaces=True)
        self._add(self._document.begin())

    def write(self, events: Sequence[Event]) -> None:
        self.count += len(events)
        for start in range(0, len(events), WRITTEN_EVENTS):
            self._add(self._document.write(events[start : start + WRITTEN_EVENTS]))

    def finish(self) -> None:
        self._add(self._document.end(self.count))
        self._files[0].write(self._compressor.flush())
        for about_file in self._files[1:]:
            about_file.write(f"{self._about.written(self.count)}\n".encode())
        for file in self._files:
            file.finish()

    def commit(self) -> Exported:
        for file in reversed(self._files):  # nobody finds events without what they are
            file.commit()
        return Exported(self.count, self._target.path, self._about_path)

    def _open(self, path: Path, *, replaces: bool) -> None:
        self._files.append(self._opened.enter_context(AtomicFile(path, replaces=replaces)))

    def _add(self, data: bytes) -> None:
        if data:
            self._files[0].write(self._compressor.compress(data))


async def _in_thread(work: Callable[..., None], *arguments: object) -> None:
    """Do what may block in a thread of its own. A cancelled task ends when that has, so that nothing is half done."""
    working = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    cancelled = False
    while not working.done():
        try:
            await asyncio.wait({working})
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        working.exception()  # seen: nobody waits for it any more
        raise asyncio.CancelledError
    working.result()
