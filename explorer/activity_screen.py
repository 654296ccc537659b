"""The one owner of state: the filter, the list it stands for, the highlighted event; and of the workers that ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from . import messages, notices
from .areas.event_links import EventLinks
from .areas.finding import Finding
from .areas.late_areas import LateAreas
from .areas.problems import Problems
from .areas.querying import Querying
from .areas.value_counts import ValueCounts
from .event_list import EventList
from .keys import SCREEN_KEYS
from .landing import Place
from .loading import complete, drawable
from .questions import answered, put
from .searching import Listed
from .shown import Shown
from .trail import Trail
from .widgets.event_detail import EventDetail
from .widgets.filter_sidebar import FilterSidebar
from .widgets.panes import Panes
from .widgets.sentence_line import SentenceLine
from .widgets.undrawn import Undrawn

if TYPE_CHECKING:
    from textual.content import Content

    from store import EventFilter, EventRepository, Position

    from .areas.key_area import KeyArea
    from .launch import Launch


class ActivityScreen(Screen[None]):
    """Filters, events, and the detail of the highlighted event.

    Rows come first, then their count and the facets. Each question has a worker group of its own, so that a slow count
    never delays rows, and a newer question of a group cancels the older one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*SCREEN_KEYS]
    AUTO_FOCUS = "#table"

    def __init__(self, prepare: Callable[[], Launch | None], clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._prepare = prepare
        self._clock = clock
        self._launched: Launch | None = None
        self._repository: EventRepository | None = None
        self._event_filter: EventFilter | None = None
        self._trail = Trail()

    def compose(self) -> ComposeResult:
        self._sentence = SentenceLine(id="sentence")
        self._panes = Panes(self.app.size, id="panes")
        self._sidebar = FilterSidebar(clock=self._clock, id="sidebar")
        self._list = EventList(clock=self._clock, tell_highlighted=self._show_event, id="log")
        self._table = self._list.table
        self._detail = EventDetail(id="detail")
        to_events = partial(self._panes.focus_pane, "table")
        self._query = Querying(shown=self.shown, clock=self._clock, focus_events=to_events)
        self._values = ValueCounts(shown=self.shown, sidebar=self._sidebar)
        self._links = EventLinks(shown=self.shown, clock=self._clock)
        self.problems = Problems(
            shown=self.shown,
            event_list=self._list,
            reload=self.action_reload,
            database_name=lambda: self._database_name,
        )
        finding = Finding(shown=self.shown, event_list=self._list)
        self._late_areas = LateAreas(self._make_late_areas)
        yield self._sentence
        with self.problems, self._query, self._links, self._values, finding, self._late_areas, self._panes:
            yield self._sidebar
            with Undrawn(id="events"):
                yield self._list
                yield self._detail

    def _make_late_areas(self) -> Sequence[KeyArea]:
        from .areas.every_area import every_area

        return every_area(
            shown=self.shown,
            clock=self._clock,
            event_list=self._list,
            detail=self._detail,
            values=self._values,
            query=self._query,
            reload=self.action_reload,
        )

    def on_mount(self) -> None:
        """Ask for the log, and behind its first rows mount the rest of the screen."""
        self._open_log()
        incomplete = (self._late_areas, self._detail, self._sidebar, self._query)
        put(self, "panes", complete, self, self._list.is_answered, incomplete)

    async def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Draw the first rows at once, and not a screen without them first, which would take as long."""
        if not self.stack_updates:  # nothing is drawn yet
            event.refresh_styles = False  # every widget has just got its own
            await drawable(self._list.is_answered)

    def _open_log(self) -> None:
        put(self, "store", answered, self.problems.tell, self._launch)

    async def _launch(self) -> None:
        from store import EventFilter

        launch = self._launched = self._prepare()
        if launch is None:
            self._list.is_answered.set()  # by leaving
            return
        self._detail.local_zone = launch.settings.zone
        self._sentence.masking_name = launch.masking_name
        self._query.history = launch.history or self._query.history
        self._table.columns = launch.columns or launch.settings.table_columns
        self._repository = self._repository or await launch.open_store()
        if launch.link is not None:
            await self._links.follow(launch.link, self._repository)
        else:
            usual, zones = launch.event_filter or EventFilter(), (UTC, launch.settings.zone)
            begun = await launch.last_place.beginning(self._repository, usual, self._clock(), zones)
            self._table.zone = self._list.histogram.strip.zone = begun.zone
            self._trail = begun.trail
            self._show_filter(*begun.place, begun.banner)
        if launch.draft:
            await self._query.open_with(launch.draft)
        self._late_areas.post_message(messages.LogOpened(launch))

    def _show_filter(
        self,
        event_filter: EventFilter,
        keep: Position | None = None,
        screen_row: int = 0,
        banner: Content | None = None,
    ) -> None:
        """Make `event_filter` the filter, and highlight the event at `keep`, or else the next older one."""
        self._event_filter = event_filter
        self._sidebar.show(event_filter)
        self._query.show(event_filter)
        self._sentence.show(self._database_name, event_filter, leads_back=bool(self._trail.ways_back))
        self._values.begin()
        self._settled = event_filter.settled(self._clock())
        assert self._repository is not None, "nothing is asked before the store is open"
        listed = Listed(self._repository, event_filter, self._settled, self._database_name)
        self._list.show(listed, keep, screen_row, banner)

    @on(messages.ListShown)
    def _show_none(self) -> None:
        if self._list.highlighted is None:
            self._detail.show(None, self._clock())

    @property
    def _database_name(self) -> str:
        return self._launched.database_name if self._launched else "the log"

    @property
    def _here(self) -> Place | None:
        """Where the user is, None until there is a list to show."""
        shown = self._event_filter
        return None if shown is None else Place(shown, self._list.position, self._table.screen_row)

    def shown(self) -> Shown | None:
        """What the areas around the panes do something with; None until there is a list to show."""
        if self._launched is None or self._repository is None or self._event_filter is None:
            return None
        return Shown(
            launch=self._launched,
            repository=self._repository,
            event_filter=self._event_filter,
            settled=self._settled,
            highlighted=self._list.highlighted,
            columns=self._table.columns,
        )

    async def leave(self, *, is_fault: bool) -> None:
        """Close the log, and keep where the user is for the next start: not what the app failed at."""
        await self._query.keep_draft()
        if self._launched is not None and (here := self._here) is not None and self._list.read_at is not None:
            at = self._list.here if self._list.is_read else here.position
            here = here._replace(position=at) if self._list.are_of_filter else Place(here.event_filter, None, 0)
            is_local = self._table.zone is not UTC
            await self._launched.last_place.keep(None if is_fault else here, self._clock(), is_local=is_local)
        if self._repository is not None:
            await self._repository.close()

    @on(messages.LinkFollowed)
    def _show_linked(self, message: messages.LinkFollowed) -> None:
        landing = message.landing
        banner = notices.followed(message.link, landing, self._database_name)
        if self._here is not None:
            self._trail = self._trail.changed(self._here)
        self._show_filter(landing.event_filter, landing.position, self._table.size.height // 2, banner)
        if landing.found:
            self._open_detail(messages.EventOpened())

    @on(messages.FilterChanged)
    def _change_filter(self, message: messages.FilterChanged) -> None:
        if (here := self._here) is not None and message.event_filter != here.event_filter:
            self._trail = self._trail.changed(here)
            keep = self._list.here if message.stays else here.position
            self._show_filter(message.event_filter, keep, here.screen_row, message.banner)

    @on(messages.NarrowRequested)
    @on(messages.TimeSpanChosen)
    def _narrow(self, message: messages.NarrowRequested | messages.TimeSpanChosen) -> None:
        if (shown := self._event_filter) is not None:
            self._narrow_to(message.narrowed(shown), self._list.here if message.stays else self._list.position)

    @on(messages.ListChosen)
    def _show_chosen(self, message: messages.ListChosen) -> None:
        self._narrow_to(message.event_filter, message.position, message.banner)

    def _narrow_to(self, narrowed: EventFilter, keep: Position | None, banner: Content | None = None) -> None:
        """Show another list, mostly less, and remember the way back. Shown already with that event, it stays."""
        here, at = self._here, self._list.here
        if here is not None and (narrowed != here.event_filter or keep not in (None, at)):
            self._trail = self._trail.narrowed(here._replace(position=here.position if keep is None else at))
            self._table.focus()
            self._show_filter(narrowed, keep, here.screen_row, banner)

    def action_histogram(self) -> None:
        self._panes.toggle_histogram()

    def _show_event(self, message: messages.EventHighlighted) -> None:
        if message.event is not None:
            self._detail.show(message.event, self._clock())
            self._detail.show_ends(message.ordinal > 0, message.ordinal < self._table.rows.end - 1)

    @on(messages.EventOpened)
    def _open_detail(self, message: messages.EventOpened) -> None:
        if message.section is None:  # it stays at one only while the user walks from event to event
            self._detail.action_first_line()
        self._panes.focus_pane("detail")

    @on(messages.NeighbourRequested)
    def _go_to_neighbour(self, message: messages.NeighbourRequested) -> None:
        self._table.action_move(-1 if message.direction == "newer" else 1)

    @on(messages.PaneLeft)
    def action_back(self) -> None:
        """One level back: what was copied goes, a search stops, a pane is left, then the list for the one before."""
        if not (self._list.take_passing_away() or self._list.stop_search() or self._panes.leave_pane()):
            self._leave_list()

    @on(messages.ListLeft)
    def _leave_list(self) -> None:
        if (here := self._here) is not None:
            self._go_along(self._trail.left(here))

    def action_undo(self) -> None:
        if (here := self._here) is not None:
            self._go_along(self._trail.undone(here), "No filter was shown before this one.")

    def action_redo(self) -> None:
        if (here := self._here) is not None:
            self._go_along(self._trail.redone(here), "There is no undone filter to go on to.")

    def _go_along(self, way: tuple[Place, Trail] | None, otherwise: str = "") -> None:
        if way is not None:
            place, self._trail = way
            self._show_filter(*place)
        elif otherwise:
            self.notify(otherwise, markup=False)

    def action_filters(self) -> None:
        self._panes.toggle_pane("sidebar")

    def action_pane(self, name: str) -> None:
        self._panes.focus_pane(name)

    def action_clear_filter(self) -> None:
        from store import EventFilter

        if (here := self._here) is not None and here.event_filter != EventFilter():
            self._trail = self._trail.cleared(here)
            self._show_filter(EventFilter(), here.position, here.screen_row)

    def action_reload(self) -> None:
        """Read the log again: what came in since shows, and the highlighted event stays where it is."""
        if self._event_filter is None:
            self._open_log()
        else:
            self._show_filter(self._event_filter, self._list.position, self._table.screen_row)

    @on(messages.BannerNeeded)
    def _show_banner(self, message: messages.BannerNeeded) -> None:
        self._list.show_banner(message.content)
