"""Saved views: the filter saved under a name, and one of them opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from ..keys import VIEW_KEYS
from ..messages import FilterChanged, QuestionFailed, ViewOpened
from ..shown import Shown
from ..table_choice import write_columns
from ..visible import visible
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import TimeRange

    from ..saved_views import SavedView
    from .querying import Querying


class Views(KeyArea):
    """A view with a mistake, or one that waits for a value, is opened in the query, where it can be written on."""

    BINDINGS: ClassVar[list[BindingType]] = [*VIEW_KEYS]

    def __init__(self, *, shown: Callable[[], Shown | None], query: Querying) -> None:
        super().__init__(shown=shown)
        self._query = query

    def action_save_view(self) -> None:
        if (shown := self.shown()) is not None:
            self.ask("views", self._ask_for_name, shown)

    async def _ask_for_name(self, shown: Shown) -> None:
        from ..dialogs.save_view import SaveView
        from ..saved_views import SavedView, read_views, views_path

        file = views_path(shown.settings.views)
        taken = {view.name for view in await asyncio.to_thread(read_views, file)}
        query = self._query.as_written(shown.event_filter)
        columns = "" if shown.columns == shown.settings.table_columns else write_columns(shown.columns)

        def save(name: str | None) -> None:
            if name is not None:
                self.ask("views", self._save, SavedView(name, query, columns), shown)

        self.app.push_screen(SaveView(query, columns, taken), save)

    async def _save(self, view: SavedView, shown: Shown) -> None:
        from ..saved_views import save_view, views_path

        file = views_path(shown.settings.views)
        await asyncio.to_thread(save_view, view, file)
        self.notify(f"Saved in {visible(str(file))}", markup=False)

    def action_open_view(self) -> None:
        if (shown := self.shown()) is not None:
            self.ask("views", self._ask_which, shown)

    async def _ask_which(self, shown: Shown) -> None:
        from ..dialogs.open_view import OpenView
        from ..saved_views import read_views, views_path

        views = await asyncio.to_thread(read_views, views_path(shown.settings.views))
        time = shown.event_filter.time

        async def opened(view: SavedView | None) -> None:
            if view is not None:
                await self._open(view, time)

        self.app.push_screen(OpenView(views, time), opened)

    async def _open(self, view: SavedView, time: TimeRange) -> None:
        """Show the events of a view, in the `time` that is shown where it names none."""
        from store import EventFilter, FilterMistake, SettingsMistake, sentence

        try:
            self.post_message(ViewOpened(view.read_columns()))
        except SettingsMistake as mistake:
            self.post_message(QuestionFailed(mistake))
        try:
            event_filter = view.read(time)
        except FilterMistake:
            await self._query.open_with(view.query)
            return
        self.post_message(FilterChanged(event_filter))
        if event_filter.time != time:
            own = f"This view has a time of its own: {sentence(EventFilter(time=event_filter.time))}. u leads back."
            self.notify(own, markup=False)
