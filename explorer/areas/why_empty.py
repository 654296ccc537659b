"""When nothing matches: which condition is the reason, the nearest matches, and what was meant, each one key away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from ..messages import ListShown
from ..questions import ask
from ..widgets.log_pane import LogPane
from .list_area import ListArea

if TYPE_CHECKING:
    from ..shown import Shown


class WhyEmpty(ListArea):
    """Looks for ways out of an empty list, and shows them in `event_list`. `clock` tells the time (UTC)."""

    @on(ListShown)
    def _look_for_ways(self) -> None:
        shown = self.shown()
        if shown is not None and self._list.is_attached and not self._list.table.rows.end:
            ask(self._list, "ways", self._show_ways, shown)  # which gives it up with its own questions

    async def _show_ways(self, shown: Shown) -> None:
        from ..emptiness import ways_out

        pane = self._list.query_one(LogPane)
        number = pane.number
        async for way in ways_out(shown.repository, shown.event_filter, self._clock()):
            if pane.number != number:
                return
            await pane.add_way(way)
