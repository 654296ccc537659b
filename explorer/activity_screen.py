"""The one owner of state: the filter, the list it stands for, the highlighted event; and of the workers that ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Footer

from . import messages, notices
from .display import visible
from .keys import SCREEN_KEYS
from .landing import Place, landing_of, rows_around
from .widgets.event_detail import EventDetail
from .widgets.filter_sidebar import FilterSidebar
from .widgets.loaded_rows import PAGE_SIZE
from .widgets.log_pane import LogPane
from .widgets.panes import Panes
from .widgets.sentence_line import SentenceLine

if TYPE_CHECKING:
    from textual.content import Content

    from store import Count, Event, EventFilter, EventRepository, Position, StoreError

    from .launch import Launch
    from .link import EventLink
    from .settings import Settings


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
        self._highlighted: Event | None = None
        self._count: Count | None = None
        self._trail: list[Place] = []

    def compose(self) -> ComposeResult:
        self._sentence = SentenceLine(id="sentence")
        self._panes = Panes(id="panes")
        self._sidebar = FilterSidebar(clock=self._clock, id="sidebar")
        self._log = LogPane(notices.opening(), id="log")
        self._table = self._log.table
        self._table.tell_highlighted = self._show_event
        self._detail = EventDetail(id="detail")
        yield self._sentence
        with self._panes:
            yield self._sidebar
            with Container(id="events"):
                yield self._log

    def on_mount(self) -> None:
        self.call_after_refresh(self._complete)

    async def _complete(self) -> None:
        """Behind the first frame: the panes that have nothing to show before there are events, then the log."""
        await self.query_one("#events").mount(self._detail)
        await self.mount(Footer())
        self.refresh_bindings()  # a footer draws the keys when they next change
        self._ask("store", self._launch())

    def _ask(self, group: str, question: Awaitable[None]) -> None:
        """Put a question in its group; the one that was there is cancelled, in the database too."""
        self.run_worker(self._answer(question), group=group, exclusive=True)

    async def _answer(self, question: Awaitable[None]) -> None:
        from store import LinkMistake, StoreError

        try:
            await question
        except LinkMistake as mistake:
            self.notify(visible(f"{mistake} {mistake.advice}"), severity="error", markup=False)
        except StoreError as problem:
            self._show_problem(problem)

    async def _launch(self) -> None:
        from store import EventFilter

        launch = self._launched = self._prepare()
        if launch is None:
            return
        self._detail.local_zone = launch.settings.zone
        self._repository = await launch.open_store()
        if launch.link is not None:
            await self._follow(launch.link)
        else:
            self._show_filter(launch.event_filter or EventFilter())

    def _show_filter(
        self,
        event_filter: EventFilter,
        keep: Position | None = None,
        screen_row: int = 0,
        banner: Content | None = None,
    ) -> None:
        """Make `event_filter` the filter, and highlight the event at `keep`, or else the next older one."""
        self._event_filter = event_filter
        self._count = None
        self._sidebar.show(event_filter)
        self._sentence.show(self._database_name, event_filter, leads_back=bool(self._trail))
        for group in ("page", "count", "facets"):
            self.workers.cancel_group(self, group)
        self._ask("list", self._load_list(event_filter.settled(self._clock()), keep, screen_row, banner))

    async def _load_list(
        self, settled: EventFilter, keep: Position | None, screen_row: int, banner: Content | None
    ) -> None:
        rows = await rows_around(self._opened, settled, keep, PAGE_SIZE)
        self._listed = settled
        self._table.show_list(rows.first, rows.page, rows.cursor, screen_row)
        self._log.show_place(self._count)
        if rows.page.events:
            self._log.show_rows(banner)
        else:
            self._highlighted = None
            self._detail.show(None, self._clock())
            self._log.show_notice(await notices.why_empty(self._opened, settled, self._database_name), banner)
        self._ask("count", self._load_count(settled))
        self._ask("facets", self._load_facets(settled))

    async def _load_count(self, settled: EventFilter) -> None:
        self._count = await self._opened.count(settled)
        if self._count.exact:
            self._table.set_total(self._count.number)
        self._log.show_place(self._count)

    async def _load_facets(self, settled: EventFilter) -> None:
        self._sidebar.show_facets(await self._opened.facets(settled))

    @on(messages.RowsNeeded)
    def _load_rows(self, message: messages.RowsNeeded) -> None:
        if message.generation == self._table.generation:
            self._ask("page", self._load_page(self._listed, message))

    async def _load_page(self, settled: EventFilter, wanted: messages.RowsNeeded) -> None:
        from store import Position

        if wanted.beside is None:
            page = await self._opened.page_at(settled, wanted.ordinal, wanted.limit)
        else:
            start = Position.of(wanted.beside)
            page = await self._opened.page(settled, start, wanted.direction, wanted.limit)
        self._table.put_rows(wanted.generation, wanted.ordinal, page)

    @property
    def _opened(self) -> EventRepository:
        assert self._repository is not None, "nothing is asked before the store is open"
        return self._repository

    @property
    def _database_name(self) -> str:
        return self._launched.database_name if self._launched else "the log"

    @property
    def _settings(self) -> Settings:
        from .settings import Settings

        return self._launched.settings if self._launched else Settings()

    async def close_store(self) -> None:
        if self._repository is not None:
            await self._repository.close()

    async def _follow(self, link: EventLink) -> None:
        landing = await landing_of(self._opened, link, self._clock())
        banner = None if landing.found else notices.unknown_event(link, self._database_name)
        self._show_filter(landing.event_filter, landing.position, self._table.size.height // 2, banner)
        if landing.found:
            self._open_detail()

    @on(messages.FilterChanged)
    def _change_filter(self, message: messages.FilterChanged) -> None:
        if self._event_filter not in (None, message.event_filter):
            self._show_filter(message.event_filter, self._position, self._table.screen_row)

    @on(messages.NarrowRequested)
    def _narrow(self, message: messages.NarrowRequested) -> None:
        if (shown := self._event_filter) is None:
            return
        narrowed = shown.with_value(message.field, message.value, excluded=message.excluded)
        if narrowed != shown:
            here = Place(shown, self._position, self._table.screen_row)
            self._trail.append(here)
            self._table.focus()
            self._show_filter(*here._replace(event_filter=narrowed))

    def _show_event(self, message: messages.EventHighlighted) -> None:
        self._log.show_place(self._count)
        if message.event is not None:
            self._highlighted = message.event
            self._detail.show(message.event, self._clock())
            self._detail.show_ends(message.ordinal > 0, message.ordinal < self._table.row_count - 1)

    @on(messages.EventOpened)
    def _open_detail(self) -> None:
        self._panes.focus_pane("detail")

    @on(messages.NeighbourRequested)
    def _go_to_neighbour(self, message: messages.NeighbourRequested) -> None:
        self._table.action_move(-1 if message.direction == "newer" else 1)

    @on(messages.LinkCopyRequested)
    def action_copy_link(self) -> None:
        if self._highlighted is not None:
            self._ask("copy", self._copy_link(self._highlighted))

    @on(messages.PaneLeft)
    def action_back(self) -> None:
        """One level back: out of a pane to the table, then to where the user was before narrowing."""
        if not self._panes.leave_pane() and self._trail:
            self._show_filter(*self._trail.pop())

    def action_filters(self) -> None:
        self._panes.toggle_pane("sidebar")

    def action_pane(self, name: str) -> None:
        self._panes.focus_pane(name)

    def action_clear_filter(self) -> None:
        from store import EventFilter

        self._trail.clear()
        self._change_filter(messages.FilterChanged(EventFilter()))

    def action_reload(self) -> None:
        """Read the log again: what came in since shows, and the highlighted event stays where it is."""
        if self._event_filter is None:
            self._ask("store", self._launch())
        else:
            self._show_filter(self._event_filter, self._position, self._table.screen_row)

    def action_open_link(self) -> None:
        from .dialogs.open_link import OpenLink

        self.app.push_screen(OpenLink(self._settings.link_template), self._open_pasted)

    def on_paste(self, event: events.Paste) -> None:
        """A link pasted anywhere but into a text field opens its event."""
        from .link import looks_like_link

        if looks_like_link(event.text, self._settings.link_template):
            event.stop()
            self._open_pasted(event.text)

    def _open_pasted(self, text: str | None) -> None:
        if text is not None:
            self._ask("link", self._follow_text(text))

    async def _follow_text(self, text: str) -> None:
        from .link import EventLink

        await self._follow(EventLink.parse(text, self._settings.link_template))

    async def _copy_link(self, event: Event) -> None:
        """Copy a link to `event`. Where nothing confirms that it arrived, the link is shown for selecting."""
        from .link_copy import copy_link

        link, delivery = await copy_link(event, self._event_filter, self._settings, self.app.copy_to_clipboard)
        if delivery.sure:
            self.notify(delivery.sentence, markup=False)
        else:
            self._log.show_banner(notices.link_to_select(delivery.sentence, link))

    @property
    def _position(self) -> Position | None:
        """The highlighted place; None at the newest end of the list, where the user looks for what is new."""
        from store import Position

        return None if self._highlighted is None or self._table.cursor == 0 else Position.of(self._highlighted)

    def _show_problem(self, problem: StoreError) -> None:
        """Over the whole pane while there are no rows; else beside the old rows, which stay."""
        self._table.rows_failed()
        if self._table.row_count:
            self._log.show_banner(notices.problem_banner(problem))
        else:
            self._log.show_notice(notices.problem(problem, self._database_name))
