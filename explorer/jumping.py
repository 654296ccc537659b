"""Going to an event of the list that is shown, wherever in it that is, without reading what lies between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from . import notices
from .jumps import go_to
from .questions import ask

if TYPE_CHECKING:
    from textual.dom import DOMNode

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

    def to_event(self, event: Event) -> None:
        """Go to an event, which must be in the list."""
        if (listed := self.listed_by_time()) is not None:
            ask(self._asker, "jump", self._go_to_event, listed, event)

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
            ask(self._asker, "jump", self._go_to, listed, question, otherwise)

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
