"""From one event to everything around it: its trace, its entity, its actor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from ..display import actor_text, entity_text
from ..keys import STORY_KEYS
from ..messages import EventOpened, ExtentsNeeded, LinkCopyRequested, ListChosen, TraceOpened
from .list_area import ListArea

if TYPE_CHECKING:
    from store import Event, EventFilter, Position

    from ..event_list import EventList
    from ..searching import Listed
    from ..shown import Shown

NOT_FOLDED = (
    "Traces are not folded where events are searched for, in the list of a trace, and in a table of another program."
)

TOO_FAR = "Folded from the newest event on: the row you were at is too far down. * leads back to it."


class Stories(ListArea):
    """Opens the whole story of the highlighted event, and leads on to any part of it. `clock` tells the time (UTC)."""

    BINDINGS: ClassVar[list[BindingType]] = [*STORY_KEYS]

    def __init__(
        self, *, shown: Callable[[], Shown | None], clock: Callable[[], datetime], event_list: EventList
    ) -> None:
        super().__init__(shown=shown, clock=clock, event_list=event_list)
        self._left: dict[EventFilter, Position] = {}
        """Where the user was in the list that was folded last, if that was too far down to fold around it."""

    def action_fold_traces(self) -> None:
        """Each trace as one row, at the row of the highlighted event's trace, or each event again."""
        if (listed := self._list.asked) is None:
            return
        if listed.folds or listed.can_fold:
            self.ask("fold", self._fold, listed)
        else:
            self.notify(NOT_FOLDED, markup=False)

    async def _fold(self, listed: Listed) -> None:
        from ..folding import newest_of_trace

        place = keep = self._list.position
        if keep is not None and not listed.folds and (event := self._list.highlighted) is not None:
            keep = await newest_of_trace(listed, event)
        if listed is not self._list.asked:  # the user wants another list by now
            return
        if listed.folds:
            keep = self._left.get(listed.chosen) if keep is None else keep
        else:
            self._left = {listed.chosen: place} if place is not None and keep is None else {}
            if self._left:
                self.notify(TOO_FAR, markup=False)
        self._list.folds = not listed.folds
        self._list.show(listed, keep, self._list.table.screen_row, None)

    @on(ExtentsNeeded)
    def _ask_for_extents(self, message: ExtentsNeeded) -> None:
        message.stop()
        if (listed := self._list.asked) is not None and listed.folds:
            self.ask("extents", self._load_extents, listed, message.generation)

    async def _load_extents(self, listed: Listed, generation: int) -> None:
        table = self._list.table
        extents = await listed.repository.trace_extents(listed.settled, table.traces.take_unknown())
        if generation == table.generation:
            table.traces.put(extents)
            table.refresh()

    @on(TraceOpened)
    def action_trace(self) -> None:
        from ..trace_screen import TraceScreen

        shown = self.shown()
        if shown is None or shown.highlighted is None:
            return
        if shown.highlighted.trace_id is None:
            self.notify("This event has no trace id, so it is not known what else its request did.", markup=False)
        else:
            screen = TraceScreen(shown.repository, shown.highlighted, copy_link=self._copy_link)
            self.app.push_screen(screen, self._go_to_event)

    def _copy_link(self, event: Event) -> None:
        from ..trace import log_of_trace

        self.post_message(LinkCopyRequested(event, log_of_trace(event.trace_id or "")))

    def action_entity(self) -> None:
        from ..summary import everything_of_entity

        shown = self.shown()
        if shown is not None and (event := shown.highlighted) is not None:
            # An id stands for all that has it, whatever its type: an entitlement has that of its customer.
            named = event.entity and event.entity.replaced(type=None)
            self._sum_up(everything_of_entity(event), entity_text(named), "This event names no entity.")

    def action_actor(self) -> None:
        from ..summary import everything_of_actor

        shown = self.shown()
        if shown is not None and (event := shown.highlighted) is not None:
            self._sum_up(everything_of_actor(event.actor), actor_text(event.actor), "This event names no actor.")

    def _sum_up(self, event_filter: EventFilter | None, title: str, otherwise: str) -> None:
        from ..summary_screen import SummaryScreen

        shown = self.shown()
        if event_filter is None or shown is None:
            self.notify(otherwise, markup=False)
        else:
            screen = SummaryScreen(shown.repository, event_filter, title, self._clock)
            self.app.push_screen(screen, self._show_list)

    def _show_list(self, event_filter: EventFilter | None) -> None:
        if event_filter is not None:
            self.post_message(ListChosen(event_filter))

    def _go_to_event(self, event: Event | None) -> None:
        """Show an event of a trace in the list of that trace."""
        from store import Position

        from ..trace import log_of_trace

        if event is not None and event.trace_id is not None:
            self.post_message(ListChosen(log_of_trace(event.trace_id), Position.of(event)))
            self.post_message(EventOpened())
