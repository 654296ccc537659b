"""New events that show by themselves, found by the order of commits, at a rate that a reader can bear."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.worker import Worker

from .. import notices
from ..event_list import EventList
from ..free_memory import give_back
from ..keys import FOLLOW_KEYS
from ..messages import BannerNeeded, ListShown, LogOpened, QuestionFailed
from ..questions import pass_over
from ..shown import Shown
from ..visible import visible
from ..widgets.sentence_line import SentenceLine
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import Event

    from ..searching import Listed

LOOK_SECONDS = 0.2
"""How often what came in is shown at the most."""

WAIT_SECONDS = 1.0
"""How long new events are waited for at a time. While they are, the rows are those that the log holds."""

COUNT_SECONDS = 1.0
COUNT_SHARE = 4
"""Counts wait so many times longer than counting took, and COUNT_SECONDS at least: a slow log is not kept busy."""

GIVE_BACK_SECONDS = 5.0
"""How often memory is given back: looking for what is new takes it as counting does, whatever the list holds of it."""

TEXTS_AT_ONCE = 1_000
"""So many events are searched for a text between two looks."""

REST_SECONDS = 30.0
"""How long a log is left alone that took too long to tell what is new."""

MOST_HELD = 4_000
"""So many new events are held back while rows are read that they do not touch. With more the list is read again."""


class Following(KeyArea):
    """Keeps `event_list` up to date while it is followed, with `count_values` its values. Else it asks for nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [*FOLLOW_KEYS]

    def __init__(
        self,
        *,
        shown: Callable[[], Shown | None],
        event_list: EventList,
        count_values: Callable[[], Awaitable[None]],
        reload: Callable[[], object],
    ) -> None:
        super().__init__(shown=shown)
        self._list = event_list
        self._count_values = count_values
        self._reload = reload
        self._seen: int | None = None
        """The newest batch that the list shows; None until that is known."""
        self._new = 0
        self._arrivals: list[Event] = []
        """New events that a list does not show yet which is searched for. Of another list their number is enough."""
        self._found_for: Listed | None = None
        """The list that they are new in."""
        self._is_lost = False
        """Whether the log did not answer. Then it is left alone until a list of it shows again."""
        self._answers_again = False
        self._look_at = self._count_at = self._give_back_at = 0.0
        self._came_in = 0
        self._is_behind = False
        """Whether the list has to be read again."""
        self._has_grown = False
        """Whether the list has to be counted again."""
        self._is_whole = False
        """Whether nothing comes in any more: once the list shows all of it, there is nothing to follow."""
        self._is_covered = False
        """Whether another screen lies over the list."""
        self._looking: Worker[None] | None = None
        self._counting: Worker[None] | None = None

    def on_mount(self) -> None:
        self._timer = self.set_interval(LOOK_SECONDS, self._look, pause=True)

    @property
    def is_up_to_date(self) -> bool:
        """Whether the list, its count and its values show all that was found so far, and something was looked for."""
        counted = not self._has_grown and not self._is_running(self._counting)
        return self._seen is not None and counted and not self._is_behind

    @on(LogOpened)
    def _begin(self, message: LogOpened) -> None:
        """Follow what is to be followed from the beginning, and say when a log that is still read is whole."""
        if message.launch.follows:
            self._follow()  # the cursor may be in another pane by now
        if message.launch.until_read is not None:
            self.ask("reading", self._tell_of_end, message.launch.until_read)

    async def _tell_of_end(self, until_read: Callable[[], Awaitable[str]]) -> None:
        sentence = await until_read()
        self._is_whole = self._is_behind = True
        self._stop_waiting()
        if sentence:
            self.notify(visible(sentence), markup=False)

    def action_follow(self) -> None:
        """Follow from the newest end, where it is followed already no longer."""
        if self.shown() is None:
            return
        if self._list.new_events is not None and self._list.is_at_newest:
            self._stop_waiting()
            self._end()
            self.notify("New events are no longer followed. F follows them again.", markup=False)
            return
        self._list.table.focus()
        if self._is_whole:
            self._list.table.action_newest()
            self.notify("All of it is read: there is nothing new to follow.", markup=False)
            return
        self._follow()

    def _follow(self) -> None:
        if (shown := self.shown()) is None:
            return
        if self._list.new_events is None:
            self._list.new_events, self._seen = 0, None
            self._timer.resume()
        self._list.table.action_newest()
        self._list.show_place()
        self._fix_time(shown)

    def _fix_time(self, shown: Shown) -> None:
        """Events come in, and none leaves: a time that is counted from now is told by its beginning."""
        self.screen.query_one(SentenceLine).fix_time(shown.settled.time)

    def _end(self) -> None:
        self._list.new_events = None
        self._timer.pause()
        self._count_if_grown()  # nobody would do so later
        self._list.show_place()

    def _stop_waiting(self) -> None:
        """Let the next look begin at once."""
        if self._looking is not None:
            self._looking.cancel()

    @on(ListShown)
    def _begin_anew(self) -> None:
        """Another list has read by itself most of what came in."""
        shown = self.shown()
        self._stop_waiting()
        self._is_lost, self._answers_again = False, self._is_lost
        if shown is not None and self._list.new_events is not None:
            self._list.new_events, self._new = 0, 0
            self._is_behind = True
            self._list.show_place()
            self._fix_time(shown)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Who reads an event keeps it."""
        is_read = any(widget.id == "detail" for widget in event.widget.ancestors_with_self)
        if is_read != self._list.is_read:
            self._list.is_read = is_read
            self._list.show_place()

    def _look(self) -> None:
        if self.is_attached and self._is_covered == self.screen.is_active:
            self._is_covered = not self._is_covered
            self._list.show_place()
        now = time.monotonic()
        if not self._is_lost and now >= self._look_at and not self._is_running(self._looking):
            self._looking = self.run_worker(self._find, group="follow")
        if now >= self._count_at:
            self._count_if_grown()
        if self._is_whole and self.is_up_to_date and not self._list.new_events:
            self._end()
        if now >= self._give_back_at:
            self._give_back_at = now + GIVE_BACK_SECONDS
            self.run_worker(give_back(), group="give back")

    @property
    def _may_look(self) -> bool:
        """Whether the list is followed, and nothing is being read for: that shows first."""
        return self._list.new_events is not None and not self._list.searching.is_going_on

    async def _find(self) -> None:
        from store import DatabaseReplaced, MappingProblem, QuestionTooLong, StoreError

        shown = self.shown()
        if shown is None or not self._may_look:
            return
        try:
            newest = await shown.repository.newest_batch(self._seen, 0.0 if self._is_behind else WAIT_SECONDS)
            if (shown := self.shown()) is None or not self._may_look:
                return
            await self._show_new(shown, newest)
        except StoreError as problem:
            if isinstance(problem, QuestionTooLong):
                self._look_at = time.monotonic() + REST_SECONDS
            elif isinstance(problem, MappingProblem):
                self._end()  # what comes in cannot be found there, however often it is looked for
            else:
                self._is_lost = True
            if isinstance(problem, DatabaseReplaced):
                self._seen = None
            self.post_message(QuestionFailed(problem))
            return
        self._list.are_current()
        if self._answers_again and self._came_in:
            self.post_message(
                BannerNeeded(notices.came_in(self._came_in, misses_none=shown.repository.misses_no_commit))
            )
        self._answers_again = False

    async def _show_new(self, shown: Shown, newest: int) -> None:
        self._came_in, asked = 0, self._list.asked
        if asked is not self._found_for:  # it has read what was found before it was asked for
            self._found_for, self._new, self._arrivals = asked, 0, []
        if self._seen is None or newest < self._seen:
            is_another_log = self._seen is not None
            self._seen, self._is_behind = newest, True
            if is_another_log or shown.is_searched:
                self._reload()
                return
        elif newest > self._seen:
            await self._take_in(shown, self._seen, newest)
        if self._list.asked is not asked:
            return
        if self._is_behind and await self._list.renew(self._arrivals):
            self._new, self._arrivals, self._is_behind = 0, [], False
            # Values and bars do not grow by themselves, events may be gone, and the number may lack some.
            self._has_grown = True
        elif self._new and (not self._list.table.rows.end or len(self._arrivals) > MOST_HELD):
            self._reload()

    async def _take_in(self, shown: Shown, seen: int, newest: int) -> None:
        """Learn what the batches behind `seen` brought to the list; of one that was asked for meanwhile, later."""
        asked = self._list.asked
        found: tuple[Event, ...] = ()
        if shown.is_searched:
            arrivals = await shown.repository.arrivals(shown.settled, seen, TEXTS_AT_ONCE)
            newest, new, found = arrivals.newest, len(arrivals.events), arrivals.events
        else:
            new = await shown.repository.count_arrivals(shown.settled, seen, newest)
        if self._list.asked is not asked:
            return
        self._seen = newest
        self._arrivals += found
        if new:
            self._came_in = new
            self._new += new
            self._is_behind = True
            if self._list.new_events is not None:
                self._list.new_events += new
                self._list.show_place()
        await self._list.count.add(seen, newest, new)

    def _count_if_grown(self) -> None:
        if self._has_grown and not self._is_running(self._counting):
            self._counting = self.run_worker(self._count_again, group="count again")

    async def _count_again(self) -> None:
        from store import StoreError

        began, self._has_grown = time.monotonic(), False
        try:
            await self._list.recount()
            await self._count_values()
        except StoreError as problem:  # it is said where new events are looked for
            pass_over(self, problem)
        seconds = time.monotonic() - began
        self._count_at = time.monotonic() + max(COUNT_SECONDS, COUNT_SHARE * seconds)

    def _is_running(self, worker: Worker[None] | None) -> bool:
        """Whether it has not ended. Its state does not tell: cancelled before it began, it says it runs for ever."""
        return worker in self.app.workers
