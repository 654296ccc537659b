"""Finding a text among the rows that are in memory: none of them goes, the cursor jumps from one to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.binding import BindingType

from ..event_list import EventList
from ..keys import FIND_KEYS
from ..shown import Shown
from ..visible import visible
from ..widgets.find_line import FindLine
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import Event

SHOWN_CELLS = 40


class Finding(KeyArea):
    """A text is found where the condition `text:` finds it, in names, ids, payload and request."""

    BINDINGS: ClassVar[list[BindingType]] = [*FIND_KEYS]

    def __init__(self, *, shown: Callable[[], Shown | None], event_list: EventList) -> None:
        super().__init__(shown=shown)
        self._list = event_list
        self._line: FindLine | None = None
        self._text = ""

    async def action_find(self) -> None:
        if not self.is_attached:  # the user is leaving
            return
        if self._line is None:
            self._line = FindLine()
            await self.mount(self._line, before=0)
        self._line.display = True
        self._line.write_in()

    @on(FindLine.Wanted)
    def _find(self, message: FindLine.Wanted) -> None:
        message.stop()
        self._text = message.text
        self._close()
        self.ask("find", self._go_to_next(message.text, 1))

    @on(FindLine.Left)
    def _leave(self, message: FindLine.Left) -> None:
        message.stop()
        self._close()

    def _close(self) -> None:
        if self._line is not None:
            self._line.display = False
        self._list.table.focus()

    async def action_next(self, step: Literal[1, -1]) -> None:
        """Go to the next row that holds the text, older (1) or newer (-1); beyond the last one to the first."""
        if self._text:
            self.ask("find", self._go_to_next(self._text, step))
        else:
            await self.action_find()

    async def _go_to_next(self, text: str, step: Literal[1, -1]) -> None:
        """A payload may be long and rows are many: they are looked through beside the event loop."""
        rows = self._list.table.rows_in_memory(step)
        found = await asyncio.to_thread(_first_holding, text, rows)
        if found is not None:
            self._list.table.go_to(found)
        else:
            said = f"None of the {len(rows):,} rows in memory holds {visible(text, SHOWN_CELLS)}. "
            self.notify(f"{said}To search the whole log, write it in the query: /", markup=False)


def _first_holding(text: str, rows: Iterable[tuple[int, Event]]) -> int | None:
    from store import Choice, EventFilter, TimeRange

    wanted = EventFilter(time=TimeRange(since=None), texts=Choice(included=(text,)))
    return next((ordinal for ordinal, event in rows if wanted.matches(event)), None)
