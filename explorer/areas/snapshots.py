"""What payloads tell of an entity as snapshots of it: what changed with an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from ..keys import SNAPSHOT_KEYS
from ..messages import ComparisonNeeded, EventOpened
from ..shown import Shown
from .key_area import KeyArea

if TYPE_CHECKING:
    from store import Event, EventRepository

    from ..widgets.event_detail import EventDetail


class Snapshots(KeyArea):
    """Asks for what the section *What changed* of the `detail` says, and opens it."""

    BINDINGS: ClassVar[list[BindingType]] = [*SNAPSHOT_KEYS]

    def __init__(self, *, shown: Callable[[], Shown | None], detail: EventDetail) -> None:
        super().__init__(shown=shown)
        self._detail = detail

    def action_changes(self) -> None:
        """Unfold what changed and go there; fold it again."""
        shown = self.shown()
        if shown is not None and shown.highlighted is not None and self._detail.unfold_changes():
            self.post_message(EventOpened())

    @on(ComparisonNeeded)
    def _compare(self, message: ComparisonNeeded) -> None:
        message.stop()
        if (shown := self.shown()) is not None:
            self.ask("comparison", self._show_comparison(shown.repository, message.event))

    async def _show_comparison(self, repository: EventRepository, event: Event) -> None:
        from ..snapshots import comparison

        self._detail.show_comparison(await comparison(repository, event))
