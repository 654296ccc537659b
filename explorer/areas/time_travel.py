"""The ways through time: to a moment, by hours, days and bars, and to shorter and longer spans."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.binding import BindingType

from .. import notices
from ..jumps import event_at, newest_in_neighbour, widened
from ..keys import TIME_TRAVEL_KEYS
from ..messages import FilterChanged, TimeSpanChosen
from ..shown import Shown
from ..time_spans import period_of
from .list_area import ListArea

if TYPE_CHECKING:
    from store import Direction

SpanUnit = Literal["bar", "hour", "day"]


class TimeTravel(ListArea):
    """Moves in `event_list` by time. `clock` tells the time (UTC) from which words like `yesterday` count."""

    BINDINGS: ClassVar[list[BindingType]] = [*TIME_TRAVEL_KEYS]

    def action_span(self, direction: Direction, unit: SpanUnit) -> None:
        """Go to the newest event of the next bar, hour or day (of the zone shown) that has one."""
        if (listed := self._list.jumping.listed_by_time()) is None:
            return
        zone = self._list.table.zone
        span_of = self._list.histogram.bar_at if unit == "bar" else partial(period_of, unit=unit, zone=zone)
        way = partial(newest_in_neighbour, listed.repository, listed.settled, direction, span_of)
        self._list.jumping.step(way, f"There is no {direction} {unit} with events in this list.")

    def action_go_to_time(self) -> None:
        from ..dialogs.go_to_time import GoToTime

        self.app.push_screen(GoToTime(self._clock(), refusal=self._list.jumping.refusal), self._go_to_time)

    def _go_to_time(self, moment: datetime | None) -> None:
        """Go to the event nearest to `moment`."""
        if moment is not None and (listed := self._list.jumping.listed_by_time()) is not None:
            if not listed.settled.time.matches(moment):
                self.notify(notices.outside_of_time(moment, self._list.table.zone), markup=False)
            self._list.jumping.to(partial(event_at, listed.repository, listed.settled, moment))

    def action_zoom_in(self) -> None:
        if self._list.highlighted is not None:
            span = self._list.histogram.zoomed_in(self._list.highlighted.occurred_at)
            if span is not None:
                self.post_message(TimeSpanChosen(*span))

    def action_zoom_out(self) -> None:
        span, shown = self._list.histogram.zoomed_out(), self.shown()
        if span is not None and shown is not None:
            self.ask("zoom", self._zoom_out, shown, *span)

    async def _zoom_out(self, shown: Shown, since: datetime, until: datetime) -> None:
        time = await widened(shown.repository, shown.event_filter, since, until, self._clock())
        still_shown = self.shown()
        if still_shown is not None and still_shown.event_filter == shown.event_filter:
            self.post_message(FilterChanged(shown.event_filter.with_time(time), stays=True))
