"""An event among everything that happened around it, or to all that belongs together, and the way back."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from .. import notices
from ..keys import CONTEXT_KEYS
from ..messages import ListChosen, PaneLeft
from .key_area import KeyArea


class InContext(KeyArea):
    """Lifts the filter around the highlighted event, which keeps its row on the screen; the same key leads back."""

    BINDINGS: ClassVar[list[BindingType]] = [*CONTEXT_KEYS]

    def action_context(self) -> None:
        from store import EventFilter, Position, TimeRange

        shown = self.shown()
        if shown is None or shown.highlighted is None:
            return
        everything = EventFilter(time=TimeRange(since=None))
        if shown.event_filter == everything:
            self.post_message(PaneLeft())
        else:
            self.post_message(ListChosen(everything, Position.of(shown.highlighted), notices.in_context()))

    def action_belongings(self) -> None:
        """Everything that ever happened to the entity's parent, or to itself where it has none, and to their own."""
        from store import Choice, EventFilter, Position, TimeRange

        shown = self.shown()
        if shown is None or (event := shown.highlighted) is None:
            return
        owner = event.parent_entity_id or (event.entity.id if event.entity else None)
        if owner is None:
            self.notify("This event has no entity, and no parent that it could belong to.", markup=False)
        else:
            belonging = EventFilter(time=TimeRange(since=None), belongs_to=Choice(included=(owner,)))
            self.post_message(ListChosen(belonging, Position.of(event)))
