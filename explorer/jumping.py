"""Going to an event of the list that is shown, wherever in it that is, without reading what lies between."""

from __future__ import annotations

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


class Jumping:
    """Moves the cursor of `table`, with questions of `asker`.

    `shown` tells the list that is shown and its count, as far as they are known; `count_anew` hears that the rows were
    read anew.
    """

    def __init__(
        self,
        asker: DOMNode,
        table: EventTable,
        shown: Callable[[], tuple[Listed | None, Count | None]],
        count_anew: Callable[[], object],
    ) -> None:
        self._asker = asker
        self._table = table
        self._shown = shown
        self._count_anew = count_anew
        self._going: Worker[None] | None = None
        self._next: Callable[[], Awaitable[None]] | None = None

    def listed_by_time(self) -> Listed | None:
        """The list, if rows can be found in it by their time. Says why not where they have to be searched for."""
        if refusal := self.refusal:
            self._asker.app.notify(refusal, markup=False)
            return None
        return self._shown()[0]

    @property
    def refusal(self) -> str:
        """Why nobody can go to a time in the list; nothing where that is possible."""
        listed, _ = self._shown()
        return notices.not_found_by_time(folds=listed.folds) if listed is not None and listed.is_searched else ""

    def to(self, question: Callable[[], Awaitable[Event | None]], otherwise: str = "") -> None:
        """Go to the event that is the answer, or say what is `otherwise`."""
        listed, _ = self._shown()
        if listed is not None:
            self._begin(partial(self._go_to, listed, question, otherwise))

    def step(self, way: Callable[[Event], Awaitable[Event | None]], otherwise: str = "") -> None:
        """Go where a way leads from the highlighted event, or say what is `otherwise`.

        Of the steps that are wanted on the way, the last one is taken from where that leads: a key that is held down
        leads on as fast as the log answers, and nothing is asked for once it is let go.
        """
        listed, _ = self._shown()
        if listed is None:
            return
        step = partial(self._step, listed, way, otherwise)
        if self.is_on_the_way:
            self._next = step
        else:
            self._begin(step)

    @property
    def is_on_the_way(self) -> bool:
        """Whether it is not there yet."""
        going = self._going
        return going is not None and going in self._asker.app.workers and not going.is_cancelled

    def _begin(self, go: Callable[[], Awaitable[None]]) -> None:
        self._next = None
        self._going = ask(self._asker, "jump", self._go_on, go)

    async def _go_on(self, go: Callable[[], Awaitable[None]]) -> None:
        await go()
        while self._next is not None:
            step, self._next = self._next, None
            await step()

    async def _step(self, listed: Listed, way: Callable[[Event], Awaitable[Event | None]], otherwise: str) -> None:
        if (here := self._table.highlighted) is not None:
            await self._go_to(listed, partial(way, here), otherwise)

    async def _go_to(self, listed: Listed, question: Callable[[], Awaitable[Event | None]], otherwise: str) -> None:
        event = await question()
        if listed is not self._shown()[0]:  # another one is shown by now, which may not hold the event
            return
        if event is not None:
            await self._go_to_event(listed, event)
        elif otherwise:
            self._asker.app.notify(otherwise, markup=False)

    async def _go_to_event(self, listed: Listed, event: Event) -> None:
        if await go_to(self._table, listed, event, self._shown()[1]):
            self._count_anew()
