"""From one event to everything that happened with it: its trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from ..keys import STORY_KEYS
from ..messages import EventOpened, ListChosen
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import Event


class Stories(KeyArea):
    """Opens the whole story of the highlighted event, and leads on to any event of it."""

    BINDINGS: ClassVar[list[BindingType]] = [*STORY_KEYS]

    def action_trace(self) -> None:
        from ..trace_screen import TraceScreen

        shown = self.shown()
        if shown is None or shown.highlighted is None:
            return
        if shown.highlighted.trace_id is None:
            self.notify("This event has no trace id, so it is not known what else its request did.", markup=False)
        else:
            self.app.push_screen(TraceScreen(shown.repository, shown.highlighted), self._go_to_event)

    def _go_to_event(self, event: Event | None) -> None:
        """Show an event of a trace in the list of that trace."""
        from store import Position

        from ..trace import log_of_trace

        if event is not None and event.trace_id is not None:
            self.post_message(ListChosen(log_of_trace(event.trace_id), Position.of(event)))
            self.post_message(EventOpened())
