"""Loading the pages that the table of a list does not hold, next to those it holds or by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from .searching import Search
from .widgets.loaded_rows import PAGE_SIZE

if TYPE_CHECKING:
    from .messages import RowsNeeded
    from .searching import Listed, Searching
    from .widgets.event_table import EventTable


class Paging:
    """Gives `table` the rows that it needs; `show_place` hears of those that are found while a search goes on."""

    def __init__(self, table: EventTable, searching: Searching, show_place: Callable[[], object]) -> None:
        self._table = table
        self._searching = searching
        self._show_place = show_place

    async def load(self, listed: Listed, wanted: RowsNeeded) -> None:
        """The page that the table wants. Raises StoreError."""
        from store import NEWEST, Position

        start = Position.of(wanted.beside) if wanted.beside else NEWEST
        if wanted.beside is None and not (listed.is_searched and wanted.ordinal == 0):
            pages = Search(listed).page_at if listed.is_searched else partial(listed.repository.page_at, listed.settled)
            self._table.put_rows(wanted.generation, wanted.ordinal, await pages(wanted.ordinal, PAGE_SIZE))
            return
        with self._searching.through(listed) as search:
            async for page in search.pages(start, wanted.direction, PAGE_SIZE):
                self._table.put_rows(wanted.generation, wanted.ordinal, page)
                self._show_place()
