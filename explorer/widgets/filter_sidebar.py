"""The filter as controls: every field of it, with what the log holds, for keyboard and mouse."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from store import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES

from ..keys import SIDEBAR_KEYS
from ..messages import FilterChanged, PaneLeft
from ..time_zone import utc_now
from .clear_line import ClearLine
from .facet_list import FacetList
from .sidebar_messages import ChoiceMade, ClearRequested, CustomTimeRequested, EdgeReached, TimeChosen
from .time_picker import TimePicker
from .value_field import ValueField

if TYPE_CHECKING:
    from store import EventFilter, Facets, TimeRange


class FilterSidebar(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Shows a filter and posts `FilterChanged` with the whole new one when the user changes it.

    `clock` tells the time (UTC) from which a custom range counts.
    """

    DEFAULT_CSS = """
    FilterSidebar {
        width: 34; height: 1fr; background: $surface; color: $foreground;
        scrollbar-size-vertical: 1; scrollbar-background: $surface;
    }
    FilterSidebar > ClearLine { dock: top; padding: 0 1; }
    FilterSidebar > TimePicker, FilterSidebar > FacetList, FilterSidebar > ValueField { margin: 0 0 1 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*SIDEBAR_KEYS]

    def __init__(self, *, clock: Callable[[], datetime] = utc_now, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._filter: EventFilter | None = None
        self._clear = ClearLine()
        self._time = TimePicker()
        self._lists = (
            FacetList("environments", "Environment", most_rows=4),
            FacetList("event_names", "Event name", vocabulary=EVENT_NAMES, signed=True),
            FacetList("entity_types", "Entity type", vocabulary=ENTITY_TYPES, most_rows=6),
            FacetList("actor_types", "Actor type", vocabulary=ACTOR_TYPES, most_rows=6),
        )
        self._fields = (
            ValueField("entity_ids", "Entity ID", "id, or choose by name", offering=True),
            ValueField("actors", "Actor", "name, email, id or IP", counted=True),
            ValueField("trace_ids", "Trace ID", "trace id"),
            ValueField("belongs_to", "Belongs to", "id, or choose by name", offering=True),
            ValueField("texts", "Text", "part of a name, id or payload"),
        )

    def compose(self) -> ComposeResult:
        yield self._clear
        yield self._time
        yield from self._lists

    async def complete(self) -> None:
        """Add the text fields, the dearest controls: they stand last, and nothing at the start waits for them."""
        if not self._fields[0].is_attached:
            await self.mount(*self._fields)

    # What the sidebar is told

    def show(self, event_filter: EventFilter) -> None:
        """Draw this filter."""
        from store import EventFilter

        self._filter = event_filter
        self._clear.show(is_default=event_filter == EventFilter())
        self._time.show(event_filter.time)
        for control in (*self._lists, *self._fields):
            control.show(event_filter.choice(control.field))

    def show_facets(self, facets: Facets) -> None:
        """List what the log holds, and how often, in the fields that `facets` tells of."""
        for each in (*self._lists, *self._fields):
            if each.field in facets.fields:
                values, field = facets.fields[each.field], each.field
                each.show_facets(values, at_least=field in facets.at_least, left_out=field in facets.left_out)

    def outdate(self, *, but: Collection[str]) -> None:
        """Draw no counts of the other fields until there are new ones: those that are known are of the list before."""
        for each in self._lists:
            each.is_late = each.is_late or each.field not in but

    def focus(self, scroll_visible: bool = True) -> Self:
        """Focus the first control, unless one of them has the focus. At once: keys typed ahead are meant for it."""
        if not self.has_focus_within:
            self.screen.set_focus(self._time, scroll_visible)
        return self

    # What the user does

    @on(ChoiceMade)
    def _change_choice(self, message: ChoiceMade) -> None:
        message.stop()
        self._change(self._shown.with_choice(message.field, message.choice))

    @on(TimeChosen)
    def _change_time(self, message: TimeChosen) -> None:
        message.stop()
        self._change(self._shown.with_time(message.time_range))

    @on(ClearRequested)
    def _clear_filter(self, message: ClearRequested) -> None:
        from store import EventFilter

        message.stop()
        self._time.focus()
        self._change(EventFilter())

    @on(CustomTimeRequested)
    def _ask_for_time(self, message: CustomTimeRequested) -> None:
        from ..dialogs.custom_range import CustomRange

        message.stop()
        self.app.push_screen(CustomRange(self._shown.time, self._clock()), self._take_time)

    def _take_time(self, time: TimeRange | None) -> None:
        if time is not None:
            self._change(self._shown.with_time(time))

    @on(EdgeReached)
    def _go_on(self, message: EdgeReached) -> None:
        """Move the focus to the next or previous control of the sidebar."""
        message.stop()
        controls = [each for each in self.screen.focus_chain if self in each.ancestors]
        focused = self.screen.focused
        if focused not in controls:
            return
        place = controls.index(focused) + message.step
        if 0 <= place < len(controls):
            target = controls[place]
            target.focus()
            if isinstance(target, FacetList | TimePicker):
                target.enter(message.step)

    def action_leave(self) -> None:
        self.post_message(PaneLeft())

    @property
    def _shown(self) -> EventFilter:
        from store import EventFilter

        return self._filter or EventFilter()

    def _change(self, event_filter: EventFilter) -> None:
        if event_filter != self._shown:
            self.show(event_filter)
            self.post_message(FilterChanged(event_filter))
