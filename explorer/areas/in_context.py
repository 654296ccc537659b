"""An event among everything that happened around it, or to all that belongs together, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import BindingType

from .. import notices
from ..keys import CONTEXT_KEYS
from ..messages import FilterChanged, ListChosen, ListLeft, ListShown
from ..shown import Shown
from ..summary import everything_of_actor, everything_of_entity
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import Event, EventFilter


class Context(NamedTuple):
    """What stands around an event, by its name and as a whole: of an event without an actor not what it else did."""

    name: str
    all_of_it: str
    event_filter: EventFilter | None


def contexts_of(event: Event) -> tuple[Context, ...]:
    """What an event can be shown among, in the order in which the key goes through it."""
    from store import EventFilter, TimeRange

    everything = EventFilter(time=TimeRange(since=None))
    return (
        Context("everything", "all events around this one, the filter lifted", everything),
        Context("the same actor", "all that the same actor did", everything_of_actor(event.actor)),
        Context("the same entity", "all that happened to the same entity", everything_of_entity(event)),
    )


class InContext(KeyArea):
    """Lifts the filter around the highlighted event, which keeps its row on the screen.

    The same key goes on to what its actor did, to what happened to its entity, and then back to the filter before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*CONTEXT_KEYS]

    def __init__(self, *, shown: Callable[[], Shown | None]) -> None:
        super().__init__(shown=shown)
        self._lifted: EventFilter | None = None
        """The filter to which the key leads back."""
        self._around: EventFilter | None = None
        """What was last shown in context; anything else that is shown now is no context."""
        self._seen = 0
        """How many of the contexts of an event the key has gone through."""

    @on(ListShown)
    def _forget_context_that_was_left(self) -> None:
        shown = self.shown()
        if shown is not None and shown.event_filter != self._around:
            self._around = None  # the same filter, come to in another way, leads back to something else

    def action_context(self) -> None:
        from store import Position

        shown = self.shown()
        if shown is None or (event := shown.highlighted) is None:
            return
        is_in_context = shown.event_filter == self._around
        if not is_in_context:
            self._lifted, self._seen = shown.event_filter, 0
        contexts = contexts_of(event)
        open_to = [
            number
            for number, context in enumerate(contexts)
            if number >= self._seen and context.event_filter not in (None, self._lifted, shown.event_filter)
        ]
        if not open_to:
            self._around = None
            self.post_message(ListLeft())
            return
        context, following = contexts[open_to[0]], open_to[1:]
        assert context.event_filter is not None, "only those are open"
        self._around, self._seen = context.event_filter, open_to[0] + 1
        said = notices.in_context(context.all_of_it, contexts[following[0]].name if following else None)
        if is_in_context:
            self.post_message(FilterChanged(context.event_filter, stays=True, banner=said))
        else:
            self.post_message(ListChosen(context.event_filter, Position.of(event), said))

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
