"""Loading the pages that the table of a list does not hold, next to those it holds or by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from .landing import rows_around
from .searching import Search
from .widgets.loaded_rows import PAGE_SIZE

if TYPE_CHECKING:
    from .messages import RowsNeeded
    from .searching import Listed, Searching
    from .widgets.event_table import EventTable

PAGES_BEYOND_COUNT = 1_000
"""So many pages more than are counted a list is given room for whose rows are numbered from the oldest."""


class Paging:
    """Gives `table` the rows that it needs; `show_place` hears of those that are found while a search goes on."""

    def __init__(self, table: EventTable, searching: Searching, show_place: Callable[[], object]) -> None:
        self._table = table
        self._searching = searching
        self._show_place = show_place

    async def load(self, listed: Listed, wanted: RowsNeeded) -> None:
        """The page that the table wants. Raises StoreError."""
        from store import NEWEST, Position

        if self._table.rows.is_from_oldest:
            await self._load_from_oldest(listed, wanted)
            return
        start = Position.of(wanted.beside) if wanted.beside else NEWEST
        if wanted.beside is None and not (listed.is_searched and wanted.ordinal == 0):
            pages = Search(listed).page_at if listed.is_searched else partial(listed.repository.page_at, listed.settled)
            self._table.put_rows(wanted.generation, wanted.ordinal, await pages(wanted.ordinal, PAGE_SIZE))
            return
        with self._searching.through(listed) as search:
            async for page in search.pages(start, wanted.direction, PAGE_SIZE):
                self._table.put_rows(wanted.generation, wanted.ordinal, page)
                self._show_place()

    async def to_oldest(self, listed: Listed, at_least: int) -> None:
        """Show the oldest rows of a list of which `at_least` so many are known. Raises StoreError.

        They are numbered from the oldest until all are counted.
        """
        from store import OLDEST

        generation = self._table.generation
        page = await listed.repository.page(listed.settled, OLDEST, "newer", PAGE_SIZE)
        rows = self._table.rows
        is_wanted = generation == self._table.generation and (rows.end_is_wanted or rows.is_from_oldest)
        if not is_wanted or not page.events:
            return
        if not page.has_newer:
            self._table.show_list(0, page, len(page.events) - 1)
            return
        first = (at_least // PAGE_SIZE + PAGES_BEYOND_COUNT) * PAGE_SIZE
        self._table.show_list(first, page, first + len(page.events) - 1)
        self._table.rows.number_from_oldest(at_least)
        self._show_place()

    async def _load_from_oldest(self, listed: Listed, wanted: RowsNeeded) -> None:
        """Rows next to others keep their numbers. Where none are beside, those from the newest on are found by them."""
        from store import Position

        rows, repository, settled = self._table.rows, listed.repository, listed.settled
        if wanted.beside is None and wanted.ordinal + PAGE_SIZE >= rows.end:
            await self.to_oldest(listed, rows.found.number)
            return
        if wanted.beside is None:
            page = await repository.page_at(settled, wanted.ordinal, PAGE_SIZE)
            if not page.events:  # the room was larger than the list
                await self.to_oldest(listed, rows.found.number)
            elif wanted.generation == self._table.generation:
                cursor, top = self._table.cursor, self._table.rows_in_sight.start
                is_on_page = wanted.ordinal <= cursor < wanted.ordinal + PAGE_SIZE
                self._table.show_list(wanted.ordinal, page, cursor if is_on_page else max(wanted.ordinal, top))
            return
        page = await repository.page(settled, Position.of(wanted.beside), wanted.direction, PAGE_SIZE)
        if len(page.events) == PAGE_SIZE and (wanted.ordinal > 0 or not page.has_newer):
            self._table.put_rows(wanted.generation, wanted.ordinal, page)
            return
        around = await rows_around(repository, settled, Position.of(wanted.beside), PAGE_SIZE)
        if wanted.generation == self._table.generation:
            self._table.show_list(around.first, around.page, around.cursor)
