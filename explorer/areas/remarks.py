"""What a log has to say beside its answers, such as an index that it lacks: shown over the list, each sentence once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content

from ..messages import BannerNeeded, ListShown
from ..visible import visible
from .key_area import KeyArea

if TYPE_CHECKING:
    from ..shown import Shown


class Remarks(KeyArea):
    """Asks for the remarks of each list, once its rows are there."""

    def __init__(self, *, shown: Callable[[], Shown | None]) -> None:
        super().__init__(shown=shown)
        self._said: set[str] = set()

    @on(ListShown)
    def _look_for_remarks(self) -> None:
        shown = self.shown()
        if shown is not None:
            self.ask("remarks", self._say, shown)

    async def _say(self, shown: Shown) -> None:
        remarks = await shown.repository.remarks(shown.settled)
        new = [remark for remark in remarks if remark not in self._said]
        still_shown = self.shown()
        if new and still_shown is not None and still_shown.settled == shown.settled:
            self._said.update(new)
            self.post_message(BannerNeeded(Content("\n".join(map(visible, new)))))
