"""The events that a filter stands for: rows, count, spread over time, and the ways to move among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult

from . import jumps, messages, notices
from .folding import folded_around
from .histogram_pane import HistogramPane
from .jumping import Jumping
from .landing import rows_around
from .list_count import ListCount
from .paging import Paging
from .questions import ask, reach
from .renewal import View, renewal
from .searching import Listed, Searching
from .widgets.loaded_rows import PAGE_SIZE
from .widgets.log_pane import LogPane, following
from .widgets.undrawn import Undrawn

if TYPE_CHECKING:
    from textual.content import Content

    from store import Event, Position

GROUPS = ("page", "count", "jump", "ways")
"""Questions about a list that nobody wants answered once another one is on its way."""


class EventList(Undrawn):
    """Asks for what it shows. Rows come first, then their count and bars, each a question of its own.

    A newer list cancels what is asked for an older one, in the database too. `tell_highlighted` hears of another
    highlighted event in the same frame; `clock` tells the time (UTC).
    """

    DEFAULT_CSS = "EventList { width: 1fr; height: 1fr; }"

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        tell_highlighted: Callable[[messages.EventHighlighted], object],
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.highlighted: Event | None = None
        self._clock = clock
        self._tell_highlighted = tell_highlighted
        self.histogram = HistogramPane(clock=clock, id="histogram-pane")
        self._pane = LogPane(self.histogram, notices.opening())
        self.is_answered = self._pane.is_answered
        """Set once there are rows, or what is said in their place."""
        self.show_banner, self.take_passing_away = self._pane.show_banner, self._pane.take_passing_away
        self.table = self._pane.table
        self.table.tell_highlighted = self._show_highlighted
        self._list: Listed | None = None
        self.asked: Listed | None = None
        """The list that is shown, or will be once its rows are there."""
        self.folds = False
        """Whether traces are folded in the lists that are shown from now on, where they can be."""
        self.count = ListCount()
        self.searching = Searching()
        self._paging = Paging(self.table, self.searching, self.show_place)
        count_anew = partial(ask, self, "count", self.recount)
        self.jumping = Jumping(self, self.table, lambda: (self._list, self.count.counted, self.highlighted), count_anew)
        self.read_at: datetime | None = None
        """The moment (UTC) of which the rows are; None while there are none."""
        self.new_events: int | None = None
        """How many came in since the newest end was left; None while new events are not followed."""
        self.is_read = False
        """Whether the highlighted event is being read: then it stays even at the newest end."""

    def compose(self) -> ComposeResult:
        yield self._pane

    def show(self, listed: Listed, keep: Position | None, screen_row: int, banner: Content | None) -> None:
        """Show another list, with the event at `keep` highlighted, or else the next older one, at `screen_row`.

        Posts `ListShown` once its rows are there.
        """
        listed = self.asked = listed._replace(folds=self.folds and listed.can_fold)
        self.count = ListCount()
        for group in GROUPS:
            self.workers.cancel_group(self, group)
        self.searching.forget()
        self.histogram.begin()
        ask(self, "list", self._load, listed, keep, screen_row, banner)

    def are_current(self) -> None:
        """The rows are those that the log holds now."""
        self.read_at = self._clock()

    def show_failure(self, banner: Content | None, notice: Content) -> None:
        """A question was not answered: say `banner` over the rows, which stay, else `notice` in their place.

        The rows of another filter than the one that was asked for do not stay: they would be taken for its answer.
        """
        self.table.rows_failed()
        if self.table.rows.are_any and self.are_of_filter and banner is not None:
            self._pane.show_rows(banner)
        else:
            self._pane.show_notice(notice)
            self._pane.show_place(None)

    @property
    def are_of_filter(self) -> bool:
        """Whether the rows are those of the filter that was asked for, and not of the one before."""
        return self._list is None or self.asked is None or self._list.chosen == self.asked.chosen

    @property
    def here(self) -> Position | None:
        """The place of the highlighted event."""
        from store import Position

        return Position.of(self.highlighted) if self.highlighted else None

    @property
    def position(self) -> Position | None:
        """The highlighted place; None at the newest end of the list, where the user looks for what is new."""
        return self.here if self.table.cursor else None

    # Questions and their answers

    async def _load(self, listed: Listed, keep: Position | None, screen_row: int, banner: Content | None) -> None:
        rows = None
        if listed.folds and keep is not None:
            listed, rows = await folded_around(listed, keep, PAGE_SIZE)
            self.asked, self.folds = listed, listed.folds
        if rows is None and listed.is_searched:
            await self._load_searching(listed, banner)
            return
        rows = rows or await rows_around(listed.repository, listed.settled, keep, PAGE_SIZE)
        self._list, self.table.traces.is_folded, self.table.reads_on = listed, listed.folds, listed.is_searched
        self.table.show_list(rows.first, rows.page, rows.cursor, screen_row)
        await self._show_first_rows(listed, bool(rows.page.events), banner)
        if not listed.is_searched:
            ask(self, "count", self._load_count, listed)

    async def _load_searching(self, listed: Listed, banner: Content | None, start: Position | None = None) -> None:
        """The first rows of a list that has to be read for: each is shown as soon as it is found.

        With a `start` nothing was found from the newest event as far as there.
        """
        from store import NEWEST

        is_shown = False
        with self.searching.through(listed) as search:
            await reach(listed.repository)  # of a log that does not answer the rows of before stay
            self._begin_searching(listed, notices.searching(), banner)
            generation = self.table.generation
            async for page in search.pages(start or NEWEST, "older", PAGE_SIZE):
                self.table.put_rows(generation, 0, page)
                if page.events and not is_shown:
                    is_shown = True
                    await self._show_first_rows(listed, True, banner)
                self.show_place()
        if not is_shown:
            await self._show_first_rows(listed, False, banner)

    def _begin_searching(self, listed: Listed, notice: Content, banner: Content | None = None) -> None:
        """Show a list in which nothing is found yet, and say `notice` of it."""
        from store import NEWEST, EventPage

        self._list, self.highlighted, self.table.traces.is_folded = listed, None, listed.folds
        self.table.reads_on = True
        self.table.show_list(0, EventPage(has_older=True, searched_to=NEWEST), 0)
        self._pane.show_notice(notice, banner)

    async def _show_first_rows(self, listed: Listed, are_any: bool, banner: Content | None) -> None:
        self.are_current()
        if are_any:
            self._pane.show_rows(banner)
        else:
            self.highlighted = None
            notice = await notices.why_empty(listed.repository, listed.chosen, listed.database_name)
            self._pane.show_notice(notice, banner)
        self.show_place()
        await self.wait_for_refresh()  # drawing rows comes before asking for more
        self.histogram.ask(listed.repository, listed.settled)
        self.post_message(messages.ListShown())

    async def _load_count(self, listed: Listed) -> None:
        count = self.count
        try:
            await count.load(listed, is_followed=self.new_events is not None)
        finally:
            if listed is self._list and count is self.count:
                self._show_count()
                self._look_for_oldest(messages.OldestWanted())

    def _show_count(self) -> None:
        if (counted := self.count.counted) is not None and counted.exact:
            self.table.set_total(counted.number)
        self.show_place()

    @on(messages.OldestWanted)
    def _look_for_oldest(self, message: messages.OldestWanted) -> None:
        message.stop()
        if self._list is not None and self.table.rows.end_is_wanted and self.count.is_uncertain:
            ask(self, "jump", self._go_to_oldest, self._list, self.count)

    async def _go_to_oldest(self, listed: Listed, count: ListCount) -> None:
        await self._paging.to_oldest(listed, max(count.number, self.table.rows.found.number))
        while self.table.rows.is_from_oldest and count.can_go_on:
            await count.go_on(listed)
            self._show_count()

    @on(messages.RowsNeeded)
    def _load_rows(self, message: messages.RowsNeeded) -> None:
        message.stop()
        if message.generation == self.table.generation and self._list is not None:
            ask(self, "page", self._paging.load, self._list, message)

    @property
    def is_at_newest(self) -> bool:
        is_in_front = self.is_attached and self.screen.is_active  # else an event is read on the screen over it
        return is_in_front and not self.is_read and self.table.cursor == self.table.rows_in_sight.start == 0

    async def renew(self, arrivals: Sequence[Event]) -> bool:
        """Show the list as it is by now; one that is searched for gets what came in as `arrivals`.

        False when that could not be done yet: the reader moved meanwhile, or rows are on their way.
        """
        listed, view = self._list, View.of(self.table, is_held=not self.is_at_newest)
        if listed is None or self.searching.is_going_on:
            return False
        if listed.is_searched and not listed.folds and not arrivals:
            return True
        renewed = await renewal(listed, view, self.table.rows, arrivals)
        if renewed is None or listed is not self._list or view != View.of(self.table, is_held=not self.is_at_newest):
            return False
        total = self.count.grow()
        self.table.show_list(renewed.first, renewed.page, renewed.cursor, renewed.cursor - renewed.top, total)
        return True

    async def recount(self) -> None:
        if self._list is not None and not self._list.is_searched:
            await self._load_count(self._list)
            await self.histogram.recount()

    def stop_search(self) -> bool:
        """Search no further for now. False when nothing is being searched for."""
        is_asked_for = self.searching.is_going_on and self.asked is not self._list
        searched = self.searching.place(self._list, self.asked, self.table.rows)
        if not is_asked_for and (searched is None or not searched.goes_on):
            return False
        self.searching.give_up()
        for group in ("list", "page"):
            self.workers.cancel_group(self, group)
        reached = searched.reached if searched is not None and not is_asked_for else None
        notice = notices.stopped_search(reached, self.table.zone)
        if is_asked_for and self.asked is not None:  # the rows that are there are those of another list
            self._begin_searching(self.asked, notice)
        self.table.stay_where_rows_are()
        if self.table.rows.are_any:
            self._pane.show_passing(notice)
        else:
            self._pane.show_notice(notice, can_search_on=True)
        self.show_place()
        return True

    @on(messages.SearchResumed)
    def _search_on(self, message: messages.SearchResumed) -> None:
        message.stop()
        if self._list is not None and (given_up := self.searching.given_up) is not None:
            ask(self, "list", self._load_searching, self._list, None, given_up.goes_on_at)

    # Where the reader is

    def _show_highlighted(self, message: messages.EventHighlighted) -> None:
        if message.event is not None:
            self.highlighted = message.event
        self.show_place()
        self._tell_highlighted(message)

    @on(messages.WindowMoved)
    def _show_window(self, message: messages.WindowMoved) -> None:
        message.stop()  # nobody else asks, and much stands around the list
        self.show_place()

    def show_place(self) -> None:
        if self.new_events is not None and self.is_at_newest:
            self.new_events = 0
        searched = self.searching.place(self._list, self.asked, self.table.rows)
        is_over = self._list is not None and self._list.ends_before(self._clock())
        news = following(self.new_events, is_paused=not self.is_at_newest, is_over=is_over)
        self._pane.show_place(self.count.shown(self._list, self.table.rows), searched, news)
        self.histogram.strip.show_place(self.highlighted.occurred_at if self.highlighted else None, self.table.window)

    @on(messages.BarChosen)
    def _go_to_bar(self, message: messages.BarChosen) -> None:
        if (listed := self.jumping.listed_by_time()) is not None:
            self.jumping.to(partial(jumps.newest_before, listed.repository, listed.settled, message.until))
