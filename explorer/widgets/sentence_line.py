"""The line above the panes: which log this is, and the filter in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from ..display import visible

if TYPE_CHECKING:
    from store import EventFilter


class SentenceLine(Static):
    """Always in sight, so that nobody takes a part of the log for the whole."""

    DEFAULT_CSS = """
    SentenceLine { height: 1; width: 1fr; padding: 0 1; background: $panel; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def show(self, database_name: str, event_filter: EventFilter, *, leads_back: bool) -> None:
        """Name the log and the filter; `leads_back` says that Escape returns from a narrowed filter."""
        from store import sentence

        hint = Content.styled("  (esc leads back)", "$text-muted") if leads_back else Content("")
        database = Content.styled(f"{visible(database_name)} · ", "$text-muted")
        self.update(database + Content(visible(sentence(event_filter))) + hint, layout=False)
