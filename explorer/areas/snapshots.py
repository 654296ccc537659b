"""What payloads tell of an entity as snapshots of it: what changed with an event, and who set each field when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from ..keys import SNAPSHOT_KEYS
from ..messages import AskedSection, EventChosen, EventOpened, ListChosen, SectionNeeded
from ..widgets.asked_lines import Answers
from ..widgets.event_detail import EventDetail
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import Event, EventRepository

    from ..shown import Shown


class Snapshots(KeyArea):
    """Opens the sections *What changed* and *State* of the `detail`, and asks for what they say.

    `clock` tells the time (UTC) from which words like `yesterday` count.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*SNAPSHOT_KEYS]

    def __init__(
        self, *, shown: Callable[[], Shown | None], clock: Callable[[], datetime], detail: EventDetail
    ) -> None:
        super().__init__(shown=shown)
        self._clock = clock
        self._detail = detail
        self._moment: datetime | None = None
        """The time at which the state is asked for, None for that of the event."""

    @property
    def _has_event(self) -> bool:
        shown = self.shown()
        return shown is not None and shown.highlighted is not None

    def action_section(self, section: AskedSection) -> None:
        """Unfold a section and go there; fold it again where it is seen."""
        if section == "state":
            self._moment = None
        if not self._has_event:
            return
        if not self._detail.is_on_screen:
            self._detail.unfold_section(section)
        elif not self._detail.toggle_section(section):
            return
        self.post_message(EventOpened(section))

    def action_state_at(self) -> None:
        from ..dialogs.go_to_time import GoToTime

        shown = self.shown()
        if shown is not None and shown.highlighted is not None:
            dialog = GoToTime(self._clock(), title="State at a time", question="Show the entity as it was at")
            self.app.push_screen(dialog, partial(self._show_state_at, shown.highlighted))

    def _show_state_at(self, event: Event, moment: datetime | None) -> None:
        """Of the entity that the user asked about, also where the list has moved on meanwhile."""
        if moment is not None:
            self._moment = moment
            shown = self.shown()
            if shown is not None and shown.highlighted != event:
                self.post_message(EventChosen(event))
            self._detail.unfold_section("state")
            self.post_message(EventOpened("state"))

    @on(EventChosen)
    def _go_to_event(self, message: EventChosen) -> None:
        if (shown := self.shown()) is not None:
            message.stop()
            self.ask("chosen", self._show_in_list, shown, message.event)

    async def _show_in_list(self, shown: Shown, event: Event) -> None:
        """An event in the list that is shown, if it is found there at once, else in the log of its entity."""
        from store import Position

        from ..landing import is_listed
        from ..snapshots import log_of_entity

        is_found = not shown.settled.has_text_conditions and await is_listed(shown.repository, shown.settled, event)
        event_filter = shown.event_filter if is_found else log_of_entity(event) or shown.event_filter
        self.post_message(ListChosen(event_filter, Position.of(event)))

    @on(SectionNeeded)
    def _ask_for_section(self, message: SectionNeeded) -> None:
        message.stop()
        if (shown := self.shown()) is not None:
            load = self._load_changes if message.section == "changes" else self._load_state
            self.ask(message.section, load, shown.repository, message.event)

    async def _load_changes(self, repository: EventRepository, event: Event) -> None:
        from ..snapshots import comparison

        self._detail.show_answers(Answers(changes=await comparison(repository, event)))

    async def _load_state(self, repository: EventRepository, event: Event) -> None:
        from ..entity_state import entity_state

        self._detail.show_answers(Answers(state=await entity_state(repository, event, self._moment)))
