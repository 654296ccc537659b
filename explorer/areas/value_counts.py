"""The values that the fields of a list take, counted for each list and again when it grew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import on
from textual.timer import Timer

from ..messages import ListShown
from ..questions import LATE_SECONDS
from ..shown import Shown
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import EventFilter, Facets

    from ..widgets.filter_sidebar import FilterSidebar


class ValueCounts(KeyArea):
    """Asks for the facets that stand in the `sidebar`."""

    def __init__(self, *, shown: Callable[[], Shown | None], sidebar: FilterSidebar) -> None:
        super().__init__(shown=shown)
        self._sidebar = sidebar
        self._counted = set[str]()
        """The fields of the list that is shown whose values were counted."""
        self._late: Timer | None = None

    def begin(self) -> None:
        """Another list is on its way: nobody wants the values of the one before."""
        for group in ("facets", "actors"):
            self.workers.cancel_group(self, group)

    @on(ListShown)
    def _count(self) -> None:
        """Rows first: what the log holds beside them is asked for once they are there."""
        shown = self.shown()
        if shown is not None:
            self._counted = set()
            if self._late is not None:
                self._late.stop()
            self._late = self.set_timer(LATE_SECONDS, self._outdate)
            self.ask("facets", self._load, shown.repository.facets, shown.settled)
            self.ask("actors", self._load, shown.repository.actor_facets, shown.settled)

    def _outdate(self) -> None:
        self._sidebar.outdate(but=self._counted)

    async def _load(self, question: Callable[[EventFilter], Awaitable[Facets]], settled: EventFilter) -> None:
        facets = await question(settled)
        self._counted |= facets.fields.keys()
        self._sidebar.show_facets(facets)

    async def count_again(self) -> None:
        """Count the values of the list that is shown once more. Raises StoreError."""
        shown = self.shown()
        if shown is not None:
            for question in (shown.repository.facets, shown.repository.actor_facets):
                facets, still_shown = await question(shown.settled), self.shown()
                if still_shown is not None and still_shown.settled == shown.settled:
                    self._sidebar.show_facets(facets)
