"""Finding a text among the rows that are in memory: none of them goes, the cursor jumps from one to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from ..event_list import EventList
from ..keys import FIND_KEYS
from ..shown import Shown
from ..visible import visible
from ..widgets.find_line import FindLine
from ..widgets.focus import focus_again
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import Event

SHOWN_CELLS = 40
Step = Literal[1, -1]


class Finding(KeyArea):
    """A text is found where the condition `text:` finds it, in names, ids, payload and request."""

    BINDINGS: ClassVar[list[BindingType]] = [*FIND_KEYS]

    def __init__(self, *, shown: Callable[[], Shown | None], event_list: EventList) -> None:
        super().__init__(shown=shown)
        self._list = event_list
        self._line: FindLine | None = None
        self._came_from: Widget | None = None
        self._text = ""
        self._wanted: Step | None = None
        """Which way to look next. A key held down never has more than one look wait for the one that goes on."""
        self._is_looking = False

    async def action_find(self) -> None:
        if not self.is_attached:  # the user is leaving
            return
        if self._line is None:
            self._line = FindLine()
            self._line.display = False
            await self.mount(self._line, before=0)
        if not self._line.display:
            self._came_from = self.screen.focused
        self._line.display = True
        self._line.write_in()

    @on(FindLine.Wanted)
    def _find(self, message: FindLine.Wanted) -> None:
        message.stop()
        self._text = message.text
        self._close()
        self._list.table.focus()
        self._look(1)

    @on(FindLine.Left)
    def _leave(self, message: FindLine.Left) -> None:
        message.stop()
        self._close()
        focus_again(self._came_from, self._list.table.focus)

    def _close(self) -> None:
        if self._line is not None:
            self._line.display = False

    async def action_next(self, step: Step) -> None:
        """Go to the next row that holds the text, older (1) or newer (-1); beyond the last one to the first."""
        if self._text:
            self._look(step)
        else:
            await self.action_find()

    def _look(self, step: Step) -> None:
        self._wanted = step
        if not self._is_looking:
            self._is_looking = True
            self.ask("find", self._look_while_wanted)

    async def _look_while_wanted(self) -> None:
        try:
            while self._wanted is not None:
                step, self._wanted = self._wanted, None
                await self._go_to_next(self._text, step)
        finally:
            self._is_looking = False

    async def _go_to_next(self, text: str, step: Step) -> None:
        """A payload may be long and rows are many: they are looked through beside the event loop."""
        rows = self._list.table.rows.beyond(self._list.table.cursor, step)
        found = await asyncio.to_thread(_first_holding, text, rows)
        if found is not None:
            ordinal = self._list.table.rows.ordinal_of(found)  # rows may have come in meanwhile
            if ordinal is not None:
                self._list.table.go_to(ordinal)
        else:
            said = f"None of the {len(rows):,} rows in memory holds {visible(text, SHOWN_CELLS)}. "
            self.notify(f"{said}To search the whole log, write it in the query: /", markup=False)


def _first_holding(text: str, rows: Iterable[tuple[int, Event]]) -> Event | None:
    from store import Choice, EventFilter, TimeRange

    wanted = EventFilter(time=TimeRange(since=None), texts=Choice(included=(text,)))
    return next((event for _, event in rows if wanted.matches(event)), None)
