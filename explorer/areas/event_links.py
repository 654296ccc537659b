"""Links to events: pasted or typed, and followed to where the event is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType

from ..keys import LINK_KEYS
from ..landing import landing_of
from ..messages import LinkFollowed
from ..shown import Shown
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import EventRepository

    from ..link import EventLink
    from ..settings import Settings


class EventLinks(KeyArea):
    """Opens links. `clock` tells the time (UTC) at which they are read."""

    BINDINGS: ClassVar[list[BindingType]] = [*LINK_KEYS]

    def __init__(self, *, shown: Callable[[], Shown | None], clock: Callable[[], datetime]) -> None:
        super().__init__(shown=shown)
        self._clock = clock

    def action_open_link(self) -> None:
        from ..dialogs.open_link import OpenLink

        shown = self.shown()
        if shown is not None:
            self.app.push_screen(OpenLink(shown.settings.link_template), self._open)

    def on_paste(self, event: events.Paste) -> None:
        """A link pasted anywhere but into a text field opens its event."""
        from ..link import looks_like_link

        shown = self.shown()
        if shown is not None and looks_like_link(event.text, shown.settings.link_template):
            event.stop()
            self._open(event.text)

    def _open(self, text: str | None) -> None:
        shown = self.shown()
        if text is not None and shown is not None:
            self.ask("link", self._read_and_follow, text, shown.settings, shown.repository)

    async def _read_and_follow(self, text: str, settings: Settings, repository: EventRepository) -> None:
        from ..link import EventLink

        await self.follow(EventLink.parse(text, settings.link_template), repository)

    async def follow(self, link: EventLink, repository: EventRepository) -> None:
        """Find where `link` leads in the log; the screen is told."""
        self.post_message(LinkFollowed(link, await landing_of(repository, link, self._clock())))
