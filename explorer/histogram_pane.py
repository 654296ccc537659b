"""The histogram with the question behind it, asked for each list, and again when there is room for other bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from .messages import HistogramNeeded
from .questions import LATE_SECONDS, answered, put
from .widgets.histogram_strip import HistogramStrip
from .widgets.undrawn import Undrawn

if TYPE_CHECKING:
    from store import EventFilter, EventRepository, HistogramBar, StoreError

ZOOM = 4
"""How much shorter or longer a zoomed span of time is."""


class HistogramPane(Undrawn):
    """Asks for the bars of a list and draws them. `clock` tells the time (UTC) to which they reach."""

    DEFAULT_CSS = """
    HistogramPane { height: auto; width: 1fr; }
    """

    def __init__(self, *, clock: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(id=id)
        self.strip = HistogramStrip(id="histogram")
        self._clock = clock
        self._asked: tuple[EventRepository, EventFilter] | None = None
        self._late: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self.strip

    def begin(self) -> None:
        """Another list is on its way: what was counted is of the one before, and no longer wanted."""
        self.workers.cancel_group(self, "histogram")
        self._asked = None

    def ask(self, repository: EventRepository, settled: EventFilter) -> None:
        """Count the events of this list over time."""
        is_other, self._asked = self._asked != (repository, settled), (repository, settled)
        put(self, "histogram", answered, self._show_problem, self._load, repository, settled)
        if is_other:
            self._is_answered()
            self._late = self.set_timer(LATE_SECONDS, self._outdate)

    async def recount(self) -> None:
        """Count the same list again, when it grew."""
        if self._asked is not None:
            await self._load(*self._asked)

    @on(HistogramNeeded)
    def _ask_again(self, message: HistogramNeeded) -> None:
        message.stop()
        if self._asked is not None:
            self.ask(*self._asked)

    async def _load(self, repository: EventRepository, settled: EventFilter) -> None:
        histogram = await repository.histogram(settled, self._clock(), self.strip.most_bars)
        if self._asked != (repository, settled):  # these are the bars of the list before
            return
        self._is_answered()
        needs_reading = settled.has_text_conditions
        self.strip.show(
            histogram, note="No bars where events are searched for one by one." if needs_reading else "No time."
        )

    def _outdate(self) -> None:
        """Draw the bars of the list before as what nobody has counted."""
        if (before := self.strip.histogram) is not None and before.bars:
            bars = tuple(bar.replaced(count=0, failures=0) for bar in before.bars)
            self.strip.show(before.replaced(bars=bars, later=0, counted_since=bars[-1].until))

    def _is_answered(self) -> None:
        if self._late is not None:
            self._late.stop()

    def _show_problem(self, problem: StoreError) -> None:
        self._is_answered()
        self.strip.show(None, note=f"Not counted: {problem}")

    @property
    def _bars(self) -> Sequence[HistogramBar]:
        return self.strip.histogram.bars if self.strip.histogram else ()

    def _place(self, moment: datetime) -> int | None:
        return self.strip.histogram.place(moment) if self.strip.histogram else None

    def bar_at(self, moment: datetime) -> tuple[datetime, datetime]:
        """When the bar that holds `moment` begins and the next one does; outside of all bars, the moment twice."""
        place = self._place(moment)
        return (moment, moment) if place is None else (self._bars[place].since, self._bars[place].until)

    def zoomed_in(self, moment: datetime) -> tuple[datetime, datetime] | None:
        """The bars around `moment`, a part of all; None where there is nothing shorter."""
        bars, place = self._bars, self._place(moment)
        if place is None or len(bars) <= 1:
            return None
        aside = len(bars) // (2 * ZOOM)
        return bars[max(0, place - aside)].since, bars[min(len(bars) - 1, place + aside)].until

    def zoomed_out(self) -> tuple[datetime, datetime] | None:
        """A span around all bars that is longer by ZOOM; None without bars or at the ends of the calendar."""
        bars = self._bars
        if not bars:
            return None
        more = (bars[-1].until - bars[0].since) * (ZOOM - 1) / 2
        try:
            return bars[0].since - more, bars[-1].until + more
        except OverflowError:
            return None
