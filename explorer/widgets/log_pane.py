"""The table with what stands around it: histogram and banner over it, a notice in its place, the place below."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from ..display import count_text, events_text, labelled_time, searched_text
from ..keys import PASSING_KEYS, STOPPED_KEYS
from ..messages import SearchResumed
from .event_table import EventTable
from .undrawn import Undrawn
from .ways_out import WaysOut

if TYPE_CHECKING:
    from store import Count, Event

    from ..emptiness import WayOut
    from ..searching import Searched


BANNER_LINES = 4
"""As in the styles below. A longer banner is cut: it must leave room for rows."""


class Notice(Static, can_focus=True):
    """What stands in the place of the table. It holds the focus meanwhile, so that the keys around the panes act.

    Where a search was stopped it posts `SearchResumed`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*STOPPED_KEYS]
    can_search_on = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return self.can_search_on if action == "search_on" else True

    def action_search_on(self) -> None:
        self.post_message(SearchResumed())


class LogPane(Undrawn):
    """Shows either rows or a notice that says why there are none; `notice` is the first, `histogram` stands on top."""

    DEFAULT_CSS = """
    LogPane { layout: vertical; }
    LogPane #place {
        height: 1; width: 1fr; padding: 0 1; background: $panel; color: $text-muted;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    LogPane #notice { height: 1fr; width: 1fr; padding: 1 2; background: $surface; display: none; }
    LogPane #banner { height: auto; max-height: 4; padding: 0 1; background: $warning-muted; display: none; }
    LogPane.-notice #notice { display: block; }
    LogPane.-notice #table, LogPane.-notice #histogram-pane { display: none; }
    LogPane.-banner #banner { display: block; }
    LogPane.-ways #notice { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*PASSING_KEYS]

    def __init__(self, histogram: Widget, notice: Content, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="-notice")
        self._histogram = histogram
        self.table = EventTable(id="table")
        self.is_answered = asyncio.Event()
        """Set once there are rows, or another notice than the first one says why there are none."""
        self._banner = Static(id="banner", markup=False)
        self._notice = Notice(notice, id="notice", markup=False)
        self._place = Static(id="place", markup=False)
        self._place_text = ""
        self._ways: WaysOut | None = None
        self._lasting: Content | None = None
        self._is_passing = False
        self._passing_of: Event | None = None
        """The event of which a passing banner is said; None where that is said of the list."""
        self.number = 0
        """Of the notice or the rows that are shown: another one with each."""

    def compose(self) -> ComposeResult:
        yield self._histogram
        yield self._banner
        yield self.table
        yield self._notice
        yield self._place

    def show_notice(self, content: Content, banner: Content | None = None, *, can_search_on: bool = False) -> None:
        """Say `content` in the place of the table, and `banner` over it, if there is one.

        With `can_search_on` it is said of a search that was stopped.
        """
        self.is_answered.set()
        self._take_ways_away()
        self._notice.update(content)
        if self._notice.can_search_on != can_search_on:
            self._notice.can_search_on = can_search_on
            self.refresh_bindings()
        self.add_class("-notice")
        self._say_over(banner)
        if self.screen.focused in (None, self.table):  # one that was never drawn keeps it where it cannot be seen
            self._notice.focus()

    def show_banner(self, content: Content) -> None:
        """Say `content` over the rows, which stay."""
        self._say_over(content)

    def show_passing(self, content: Content) -> None:
        """Say `content` of the highlighted event until the user goes to another one, or takes it away."""
        self._is_passing, self._passing_of = True, self.table.highlighted
        self._banner.update(content)
        self.add_class("-banner")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return self._is_passing if action == "take_passing_away" else True

    def take_passing_away(self) -> bool:
        """Take away a passing banner that is in sight. False where there is none."""
        is_seen = self._is_passing and self._banner.is_on_screen
        if is_seen:
            self.action_take_passing_away()
        return is_seen

    def action_take_passing_away(self) -> None:
        """What the passing banner covered shows again."""
        self._say_over(self._lasting)

    def has_room_over_rows(self, content: Content) -> bool:
        """Whether all of `content` can be read as a banner."""
        return content.get_height({}, max(1, self.size.width - 2)) <= BANNER_LINES

    def show_rows(self, banner: Content | None = None) -> None:
        """Show the table in the place of a notice, and `banner` over it, if there is one."""
        self.is_answered.set()
        self._take_ways_away()
        self.remove_class("-notice")
        self._say_over(banner)
        if self.screen.focused in (None, self._notice):  # it was on the table when a notice took the table's place
            self.table.focus()

    async def add_way(self, way: WayOut) -> None:
        """Under a notice, offer a way out of the empty list. The first one takes the focus that the notice has."""
        ways = self._ways
        if ways is None:
            self._ways = ways = WaysOut(id="ways")
            await self.mount(ways, after=self._notice)
            if self._ways is not ways:  # something else is shown by now
                return
            self.add_class("-ways")
            if self.screen.focused in (None, self._notice, self.table):
                ways.focus()
        ways.add(way)

    def _take_ways_away(self) -> None:
        self.number += 1
        if self._ways is not None:
            if self._ways.has_focus:
                self._notice.focus()
            self._ways.remove()
            self._ways = None
            self.remove_class("-ways")

    def _say_over(self, banner: Content | None) -> None:
        self._lasting, self._is_passing = banner, False
        self.set_class(banner is not None, "-banner")
        if banner is not None:
            self._banner.update(banner)

    def show_place(self, count: Count | None, searched: Searched | None = None, following: str = "") -> None:
        """Row, count and time (in the zone of the table) of the highlighted event; `following` is said of new events.

        A count that is not there yet is said to be on its way. Of a search that is not over the row and how far it came
        are said: the time of the event is in the row itself.
        """
        event = None if self.has_class("-notice") else self.table.highlighted
        if self._is_passing and event is not None and self._passing_of is not None and event.id != self._passing_of.id:
            self.action_take_passing_away()
        text = events_text(count) if count else ""
        if event is not None:
            total = count_text(count) if count else "… (counting)"
            folded = ", traces folded" if self.table.traces.is_folded else ""
            text = f"{self.table.rows.name(self.table.cursor)} of {total}{folded}"
            if searched is None:
                text += f" · {labelled_time(event.occurred_at, self.table.zone)}"
            if self.table.cursor not in self.table.rows_in_sight:
                text += f" · in sight {self._in_sight()}"
        if searched is not None:
            what_acts = "esc stops" if searched.goes_on else "G reads on"
            reached = f"{searched_text(searched.reached, self.table.zone)}, {what_acts}"
            text = " · ".join(filter(None, (text, reached)))
        if following:
            text = f"{following} · {text}"
        if text != self._place_text:  # the same again would cost a frame of its own
            self._place_text = text
            self._place.update(Content(text), layout=False)

    def _in_sight(self) -> str:
        """Where the view is when the highlighted event is elsewhere, as while the scrollbar is dragged."""
        rows, window = self.table.rows_in_sight, self.table.window
        time = f" · {labelled_time(window[1], self.table.zone)}" if window else ""
        return f"{self.table.rows.name(rows.start)} to {self.table.rows.name(rows.stop - 1).removeprefix('row ')}{time}"


def following(new_events: int | None, *, is_paused: bool, is_over: bool = False) -> str:
    """Whether new events show by themselves, and how many there are above while they do not; nothing when neither.

    Of a list that `is_over` it is said that what happens now is not in it.
    """
    if new_events is None:
        return ""
    if is_paused:
        return f"paused · {new_events:,} new"
    return "following, but the time ends in the past" if is_over else "following"
