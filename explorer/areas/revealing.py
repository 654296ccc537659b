"""Reading what is masked: one text at a time, where the masking allows it, and never without a record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on

from ..messages import RevealRequested
from ..visible import visible
from .key_area import KeyArea

if TYPE_CHECKING:
    from ..shown import Shown


FORGOTTEN = "What this line stands for is not remembered any more: it was shown too long ago. Load the events anew."


class Revealing(KeyArea):
    """Records who reveals what, and shows it only then. `clock` tells the time (UTC)."""

    def __init__(self, *, shown: Callable[[], Shown | None], clock: Callable[[], datetime]) -> None:
        super().__init__(shown=shown)
        self._clock = clock

    @on(RevealRequested)
    def _reveal(self, message: RevealRequested) -> None:
        from store import MaskedRepository

        message.stop()
        shown = self.shown()
        if shown is None:
            return
        repository = shown.repository
        if not isinstance(repository, MaskedRepository):
            self.notify("This log is not masked.", markup=False)
        elif not repository.masking.reveal:
            self.notify(f"The masking {visible(shown.masking_name)} lets nothing be revealed.", markup=False)
        elif (text := repository.revealed(message.text)) is None:
            is_forgotten = repository.is_masked(message.text)
            self.notify(FORGOTTEN if is_forgotten else "Nothing is masked in this line.", markup=False)
        else:
            self.ask("reveal", self._show, shown, message, text)

    async def _show(self, shown: Shown, message: RevealRequested, text: str) -> None:
        from ..dialogs.text_to_select import TextToSelect
        from ..reveal_record import Reveal, record

        reveal = Reveal(self._clock(), shown.database_name, shown.masking_name, message.event.id, message.field)
        path = await asyncio.to_thread(record, reveal)
        self.app.push_screen(TextToSelect(f"Recorded in {path}, without the value.", text, title="Revealed"))
