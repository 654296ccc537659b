"""Marked events: set and noted with a key, found again across searches, and handed over as a report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from ..display import events_text, visible
from ..event_list import EventList
from ..keys import MARK_KEYS
from ..landing import is_listed, landing_of
from ..messages import LinkFollowed, ListShown
from ..shown import Shown
from .list_area import ListArea

if TYPE_CHECKING:
    from pathlib import Path

    from store import Direction, Event

    from ..dialogs.mark_event import Noted
    from ..marks import Marks
    from ..widgets.event_detail import EventDetail

NOTHING_MARKED = "No event is marked yet: m marks the highlighted one."
NOTHING_TO_COMPARE = "Mark the event to compare with first: m marks the highlighted one. Then press = on another."
NOTICE_SECONDS = 15
"""How long the place of a report stays on the screen, for writing it down."""


class Marking(ListArea):
    """Keeps the marks of the log that is shown, and draws them in `event_list` and `detail`.

    `clock` tells the time (UTC).
    """

    BINDINGS: ClassVar[list[BindingType]] = [*MARK_KEYS]

    def __init__(
        self,
        *,
        shown: Callable[[], Shown | None],
        clock: Callable[[], datetime],
        event_list: EventList,
        detail: EventDetail,
    ) -> None:
        super().__init__(shown=shown, clock=clock, event_list=event_list)
        self._detail = detail
        self._database_name: str | None = None
        self._keeping = asyncio.Lock()

    @on(ListShown)
    def _show_marks(self) -> None:
        """Once for a log: what is marked in it shows in whatever list of it there is."""
        shown = self.shown()
        if shown is not None and shown.database_name != self._database_name:
            self._database_name = shown.database_name
            self.ask("marks", self._load, shown)

    async def _load(self, shown: Shown) -> None:
        self._draw(shown, await self._marks(shown))

    async def _marks(self, shown: Shown) -> Marks:
        from ..marks import load_marks

        return await asyncio.to_thread(load_marks, shown.remembered_as)

    def _draw(self, shown: Shown, marks: Marks) -> None:
        from ..marks import shown_marks

        notes = {mark.event_id: mark.note for mark in shown_marks(shown.repository, marks)}
        self._list.table.show_marked(frozenset(notes))
        self._detail.show_notes(notes)

    # Marking

    def action_mark(self) -> None:
        shown = self.shown()
        if shown is not None and shown.highlighted is not None:
            self.ask("mark", self._ask_for_note, shown, shown.highlighted)

    async def _ask_for_note(self, shown: Shown, event: Event) -> None:
        from ..dialogs.mark_event import MarkEvent

        def noted(answer: Noted | None) -> None:
            if answer is not None:  # in a group of its own: nothing but another note of this event takes its place
                self.ask(f"mark of {event.id}", self._keep, shown, event, answer.note)

        self.app.push_screen(MarkEvent(event, (await self._marks(shown)).of(event.id)), noted)

    async def _keep(self, shown: Shown, event: Event, note: str | None) -> None:
        """Mark an event, or with no note take its mark away; whatever another window has marked meanwhile stays."""
        from ..marks import Mark, save_marks

        async with self._keeping:
            marks = await self._marks(shown)
            marks = marks.without(event.id) if note is None else marks.with_mark(Mark.of(event, note))
            await asyncio.to_thread(save_marks, shown.remembered_as, marks)
            self._draw(shown, marks)

    # Finding

    def action_marked(self, direction: Direction) -> None:
        shown = self.shown()
        if shown is not None and self._list.jumping.listed_by_time() is not None:
            self._list.jumping.step(partial(self._marked_beside, shown, direction))

    async def _marked_beside(self, shown: Shown, direction: Direction, here: Event) -> Event | None:
        marks = await self._marks(shown)
        for mark in marks.beside(here.occurred_at, direction):
            event = await shown.repository.event(mark.event_id)
            if event is not None and await is_listed(shown.repository, shown.settled, event):
                return event
        self.notify(f"No marked event is {direction} in this list.{_all_of(marks)}", markup=False)
        return None

    def action_marks(self) -> None:
        shown = self.shown()
        if shown is not None:
            self.ask("mark", self._show_all, shown)

    async def _show_all(self, shown: Shown) -> None:
        from ..dialogs.mark_list import MarkList
        from ..report import marked_events

        marked = await marked_events(shown.repository, await self._marks(shown))
        if not marked:
            self.notify(NOTHING_MARKED, markup=False)
            return

        def chosen(event: Event | None) -> None:
            if event is not None:
                self.ask("mark", self._follow, shown, event)

        self.app.push_screen(MarkList(marked), chosen)

    async def _follow(self, shown: Shown, event: Event) -> None:
        from ..link import EventLink

        link = EventLink.of(event, shown.event_filter)
        self.post_message(LinkFollowed(link, await landing_of(shown.repository, link, self._clock())))

    # Comparing

    def action_compare(self) -> None:
        shown = self.shown()
        if shown is not None and shown.highlighted is not None:
            self.ask("mark", self._compare, shown, shown.highlighted)

    async def _compare(self, shown: Shown, event: Event) -> None:
        """Compare the highlighted event with a marked one: the only other one, or the one that is chosen."""
        from ..dialogs.mark_list import MarkList
        from ..report import marked_events

        marked = await marked_events(shown.repository, await self._marks(shown))
        others = [(mark, other) for mark, other in marked if other is not None and other.id != event.id]

        def chosen(other: Event | None) -> None:
            if other is not None:
                self._show_comparison(shown, event, other)

        if not others:
            self.notify(NOTHING_TO_COMPARE, markup=False)
        elif len(others) == 1:
            chosen(others[0][1])
        else:
            self.app.push_screen(MarkList(others, "Compare with a marked event", "compare"), chosen)

    def _show_comparison(self, shown: Shown, event: Event, other: Event) -> None:
        from ..comparison_screen import ComparisonScreen

        def left(chosen: Event | None) -> None:
            if chosen is not None:
                self.ask("mark", self._follow, shown, chosen)

        self.app.push_screen(ComparisonScreen(event, other), left)

    # Handing over

    def action_report(self) -> None:
        shown = self.shown()
        if shown is not None:
            self.ask("mark", self._report, shown)

    async def _report(self, shown: Shown) -> None:
        """Ask for a file, at first one in the folder where the app was started, and write the marked events to it."""
        from ..dialogs.ask_file import AskFile
        from ..report import Report, marked_events

        marked = await marked_events(shown.repository, await self._marks(shown))
        if not marked:
            self.notify(NOTHING_MARKED, markup=False)
            return
        now = self._clock()
        text = Report(shown.database_name, now, shown.settings.zone, shown.settings.link_template).text(marked)

        def answered(path: Path | None) -> None:
            if path is not None:
                self.ask("mark", self._write_report, path, text, len(marked))

        title = f"Report of what is marked: {events_text(len(marked))}"
        self.app.push_screen(AskFile(title, f"activity-report-{now:%Y%m%d-%H%M%S}.md"), answered)

    async def _write_report(self, path: Path, text: str, number: int) -> None:
        from store import TargetProblem

        from ..report import write_report

        try:
            await asyncio.to_thread(write_report, path, text)
        except TargetProblem as problem:
            self.notify(visible(f"{problem} {problem.advice}"), severity="error", markup=False)
        else:
            self.notify(visible(f"{events_text(number)} told in {path}"), timeout=NOTICE_SECONDS, markup=False)


def _all_of(marks: Marks) -> str:
    return f" M shows all {len(marks.marks)} that are marked." if marks.marks else ""
