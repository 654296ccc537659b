"""The ways through time: to a moment, by hours, days and bars, and to shorter and longer spans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from ..event_list import EventList, SpanUnit
from ..jumps import widened
from ..keys import TIME_TRAVEL_KEYS
from ..messages import FilterChanged, TimeSpanChosen
from ..shown import Shown
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import Direction


class TimeTravel(KeyArea):
    """Moves in `event_list` by time. `clock` tells the time (UTC) from which words like `yesterday` count."""

    BINDINGS: ClassVar[list[BindingType]] = [*TIME_TRAVEL_KEYS]

    def __init__(
        self,
        *,
        shown: Callable[[], Shown | None],
        clock: Callable[[], datetime],
        event_list: EventList,
    ) -> None:
        super().__init__(shown=shown)
        self._clock = clock
        self._list = event_list

    def action_span(self, direction: Direction, unit: SpanUnit) -> None:
        self._list.go_to_span(direction, unit)

    def action_go_to_time(self) -> None:
        from ..dialogs.go_to_time import GoToTime

        self.app.push_screen(GoToTime(self._clock()), self._go_to_time)

    def _go_to_time(self, moment: datetime | None) -> None:
        if moment is not None:
            self._list.go_to_time(moment)

    def action_zoom_in(self) -> None:
        if self._list.highlighted is not None:
            span = self._list.histogram.zoomed_in(self._list.highlighted.occurred_at)
            if span is not None:
                self.post_message(TimeSpanChosen(*span))

    def action_zoom_out(self) -> None:
        span, shown = self._list.histogram.zoomed_out(), self.shown()
        if span is not None and shown is not None:
            self.ask("zoom", self._zoom_out(shown, *span))

    async def _zoom_out(self, shown: Shown, since: datetime, until: datetime) -> None:
        time = await widened(shown.repository, shown.event_filter, since, until, self._clock())
        self.post_message(FilterChanged(shown.event_filter.with_time(time), stays=True))
