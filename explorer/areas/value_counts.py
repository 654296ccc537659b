"""The values that the fields of a list take, counted for each list and again when it grew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import on

from ..messages import ListShown
from ..shown import Shown
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import EventFilter, Facets


class ValueCounts(KeyArea):
    """Asks for facets, of which `show_facets` is told."""

    def __init__(self, *, shown: Callable[[], Shown | None], show_facets: Callable[[Facets], object]) -> None:
        super().__init__(shown=shown)
        self._show_facets = show_facets

    def begin(self) -> None:
        """Another list is on its way: nobody wants the values of the one before."""
        for group in ("facets", "actors"):
            self.workers.cancel_group(self, group)

    @on(ListShown)
    def _count(self) -> None:
        """Rows first: what the log holds beside them is asked for once they are there."""
        shown = self.shown()
        if shown is not None:
            self.ask("facets", self._load, shown.repository.facets, shown.settled)
            self.ask("actors", self._load, shown.repository.actor_facets, shown.settled)

    async def _load(self, question: Callable[[EventFilter], Awaitable[Facets]], settled: EventFilter) -> None:
        self._show_facets(await question(settled))

    async def count_again(self) -> None:
        """Count the values of the list that is shown once more. Raises StoreError."""
        shown = self.shown()
        if shown is not None:
            for question in (shown.repository.facets, shown.repository.actor_facets):
                facets, still_shown = await question(shown.settled), self.shown()
                if still_shown is not None and still_shown.settled == shown.settled:
                    self._show_facets(facets)
