"""What leaves the app through the clipboard: a link, an event, an id, the filter."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from .. import notices
from ..keys import COPY_KEYS
from ..messages import LinkCopyRequested
from ..widgets.log_pane import LogPane
from .key_area import KeyArea

if TYPE_CHECKING:
    from ..copying import Copy
    from ..shown import Shown

LONGEST_IN_BANNER = 300
"""Characters of a text that is shown over the rows when nothing confirms that it was copied: a link, an id.

It is shown in a dialog also where there is no room for all of it over the rows."""


class Copies(KeyArea):
    """Copies the link to the highlighted event at once, and everything else out of a menu."""

    BINDINGS: ClassVar[list[BindingType]] = [*COPY_KEYS]

    def action_copy_link(self) -> None:
        self._copy_link(self.shown())

    @on(LinkCopyRequested)
    def _copy_link_asked_for(self, message: LinkCopyRequested) -> None:
        shown = self.shown()
        if shown is not None and message.event is not None and message.event_filter is not None:
            shown = shown._replace(highlighted=message.event, event_filter=message.event_filter)
        self._copy_link(shown)

    def _copy_link(self, shown: Shown | None) -> None:
        from ..copying import copies

        if shown is not None and shown.highlighted is not None:
            self.ask("copy", self._copy, copies(shown)[0], shown)

    def action_copy(self) -> None:
        from ..copying import copies
        from ..dialogs.copy_menu import CopyMenu

        shown = self.shown()
        if shown is not None:

            def chosen(copy: Copy | None) -> None:
                if copy is not None:
                    self.ask("copy", self._copy, copy, shown)

            self.app.push_screen(CopyMenu(copies(shown)), chosen)

    async def _copy(self, what: Copy, shown: Shown) -> None:
        """Where nothing confirms that a text arrived, it is shown for selecting."""
        from ..clipboard import copy
        from ..dialogs.text_to_select import TextToSelect

        text = await asyncio.to_thread(what.text)
        route = shown.settings.clipboard
        delivery = await copy(text, send_osc52=self.app.copy_to_clipboard, route=route, what=what.what)
        if delivery.sure:
            self.notify(delivery.sentence, markup=False)
            return
        if len(text) <= LONGEST_IN_BANNER and "\n" not in text and self.screen.is_active:
            banner = notices.to_select(delivery.sentence, text)
            pane = self.screen.query_one(LogPane)
            if pane.has_room_over_rows(banner):
                pane.show_passing(banner)
                return
        self.app.push_screen(TextToSelect(delivery.sentence, text))
