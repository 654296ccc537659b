"""Which columns the table has: chosen in a dialog, remembered for the log, and those of a saved view."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from ..event_list import EventList
from ..keys import COLUMN_KEYS
from ..messages import ViewOpened
from ..table_choice import Columns, load_columns, save_columns
from .key_area import KeyArea

if TYPE_CHECKING:
    from ..shown import Shown


class ColumnChoice(KeyArea):
    """Sets the columns of the table of `event_list`. Those of a view are not remembered: they come with the view."""

    BINDINGS: ClassVar[list[BindingType]] = [*COLUMN_KEYS]

    def __init__(self, *, shown: Callable[[], Shown | None], event_list: EventList) -> None:
        super().__init__(shown=shown)
        self._list = event_list

    def action_columns(self) -> None:
        from ..dialogs.choose_columns import ChooseColumns

        if (shown := self.shown()) is not None:
            table = self._list.table
            width = table.scrollable_content_region.width
            dialog = ChooseColumns(table.columns, shown.settings.table_columns, width, self._show)
            self.app.push_screen(dialog, partial(self._keep, shown))

    def _show(self, columns: Columns) -> None:
        self._list.table.columns = columns

    def _keep(self, shown: Shown, columns: Columns | None) -> None:
        if columns is not None and columns != shown.columns:
            self.ask("columns", asyncio.to_thread, save_columns, shown.database_name, columns)

    @on(ViewOpened)
    def _show_those_of_view(self, message: ViewOpened) -> None:
        message.stop()
        if message.columns is not None:
            self._show(message.columns)
        elif (shown := self.shown()) is not None:
            self.ask("columns", self._show_own, shown)

    async def _show_own(self, shown: Shown) -> None:
        kept = await asyncio.to_thread(load_columns, shown.database_name)
        self._show(kept or shown.settings.table_columns)
