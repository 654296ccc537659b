"""Going to an event of the list that is shown, wherever in it that is, without reading what lies between."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from . import notices
from .jumps import go_to
from .questions import ask

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.worker import Worker

    from store import Count, Event

    from .searching import Listed
    from .widgets.event_table import EventTable

PATIENCE_SECONDS = 2.0
"""How long a step may wait for those before it, unless it is the last one that is wanted."""


class Jumping:
    """Moves the cursor of `table`, with questions of `asker`.

    `shown` tells the list that is shown, its count and the highlighted event, as far as they are known; `count_anew`
    hears that the rows were read anew.
    """

    def __init__(
        self,
        asker: DOMNode,
        table: EventTable,
        shown: Callable[[], tuple[Listed | None, Count | None, Event | None]],
        count_anew: Callable[[], object],
    ) -> None:
        self._asker = asker
        self._table = table
        self._shown = shown
        self._count_anew = count_anew
        self._going: Worker[None] | None = None
        self._wanted: deque[tuple[float, Callable[[], Awaitable[None]]]] = deque()
        """The steps behind the one that is being taken, and when (in seconds) each was wanted."""

    def listed_by_time(self) -> Listed | None:
        """The list, if rows can be found in it by their time. Says why not where they have to be searched for."""
        if refusal := self.refusal:
            self._asker.app.notify(refusal, markup=False)
            return None
        return self._shown()[0]

    @property
    def refusal(self) -> str:
        """Why nobody can go to a time in the list; nothing where that is possible."""
        listed = self._shown()[0]
        return notices.not_found_by_time(folds=listed.folds) if listed is not None and listed.is_searched else ""

    def to(self, question: Callable[[], Awaitable[Event | None]], otherwise: str = "") -> None:
        """Go to the event that is the answer, or say what is `otherwise`."""
        listed = self._shown()[0]
        if listed is not None:
            self._begin(partial(self._go_to, listed, question, otherwise))

    def step(self, way: Callable[[Event], Awaitable[Event | None]], otherwise: str = "") -> None:
        """Go where a way leads from the highlighted event, or say what is `otherwise`.

        Steps that are wanted on the way are taken from where that leads, unless the reader moves meanwhile. Of those
        that wait for too long only the last is: a key that is held down leads on as fast as the log answers, and stops
        soon once it is let go.
        """
        listed = self._shown()[0]
        if listed is None:
            return
        step = partial(self._step, listed, way, otherwise)
        if self.is_on_the_way:
            self._wanted.append((time.monotonic(), step))
        else:
            self._begin(step)

    @property
    def is_on_the_way(self) -> bool:
        """Whether an event is being looked for, or its rows."""
        going = self._going
        if going is None or going not in self._asker.app.workers:
            return False
        return not (going.is_cancelled or going.is_finished)

    def _begin(self, go: Callable[[], Awaitable[None]]) -> None:
        self._wanted.clear()
        self._going = ask(self._asker, "jump", self._go_on, go)

    async def _go_on(self, go: Callable[[], Awaitable[None]]) -> None:
        await go()
        while self._wanted:
            wanted_at, step = self._wanted.popleft()
            if not self._wanted or time.monotonic() - wanted_at < PATIENCE_SECONDS:
                await step()

    async def _step(self, listed: Listed, way: Callable[[Event], Awaitable[Event | None]], otherwise: str) -> None:
        if (here := self._shown()[2]) is not None:
            await self._go_to(listed, partial(way, here), otherwise)

    async def _go_to(self, listed: Listed, question: Callable[[], Awaitable[Event | None]], otherwise: str) -> None:
        left = self._shown()[2]
        event = await question()
        shown, _, here = self._shown()
        if here != left:
            self._wanted.clear()
        if listed is not shown:  # another one is shown by now, which may not hold the event
            return
        if event is not None:
            await self._go_to_event(listed, event)
        elif otherwise:
            self._asker.app.notify(otherwise, markup=False)

    async def _go_to_event(self, listed: Listed, event: Event) -> None:
        if await go_to(self._table, listed, event, self._shown()[1]):
            self._count_anew()
