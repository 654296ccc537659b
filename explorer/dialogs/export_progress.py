"""The dialog that shows how far an export is, and lets the user stop it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import ProgressBar, Static

from ..display import events_text, time_text, visible
from .dialog import Dialog
from .frame import DialogFrame

if TYPE_CHECKING:
    from store import Position


class ExportProgress(Dialog[bool]):
    """Returns whether the user stopped the export of `whole` events (None: nobody knows how many)."""

    DEFAULT_CSS = """
    ExportProgress { align: center middle; }
    ExportProgress ProgressBar, ExportProgress Bar { width: 100%; }
    """
    BINDINGS: ClassVar = [Binding("escape", "stop", "Stop", id="export.stop")]

    def __init__(self, file_name: str, whole: int | None) -> None:
        super().__init__()
        self._file_name = file_name
        self._whole = whole
        self._said = Static("Beginning …", id="said", markup=False)
        self._bar = ProgressBar(whole, show_percentage=False, show_eta=False)

    def compose(self) -> ComposeResult:
        with DialogFrame(f"Writing {visible(self._file_name, 50)}", "esc stop"):
            yield self._said
            if self._whole:
                yield self._bar

    def show_progress(self, events: int, searched_to: Position | None) -> None:
        """Say how many events are written, and up to where an unfinished search has come."""
        searched = "" if searched_to is None else f" · searched up to {time_text(searched_to.occurred_at, UTC)} UTC"
        of_whole = "" if self._whole is None else f" of {self._whole:,}"
        self._said.update(f"{events_text(events) if not of_whole else f'{events:,}{of_whole} events'}{searched}")
        self._bar.progress = events

    def close(self) -> None:
        """The export has ended."""
        if self.is_current:
            self.dismiss(False)

    def action_stop(self) -> None:
        self.dismiss(True)
