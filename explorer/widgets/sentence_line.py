"""The line above the panes: which log this is, and the filter in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from ..display import visible

if TYPE_CHECKING:
    from store import EventFilter, TimeRange


SEPARATOR = " · "
LEAST_NAME_CELLS = 12


class SentenceLine(Static):
    """Always in sight, so that nobody takes a part of the log for the whole."""

    DEFAULT_CSS = """
    SentenceLine {
        height: 1; width: 1fr; padding: 0 1; background: $panel; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self.masking_name = ""
        """What the log is masked under, nothing when it is not."""
        self._database_name = ""
        self._filter = Content("")
        self._event_filter: EventFilter | None = None
        self._hint = Content("")

    def show(self, database_name: str, event_filter: EventFilter, *, leads_back: bool) -> None:
        """Name the log and the filter; `leads_back` says that Escape returns from a narrowed filter."""
        from store import sentence

        self._hint = Content.styled("  (esc leads back)", "$text-muted") if leads_back else Content("")
        self._database_name = visible(database_name)
        self._event_filter = event_filter
        self._filter = Content(visible(sentence(event_filter)))
        self._draw()

    def fix_time(self, settled: TimeRange) -> None:
        """Say when the filter's time begins and ends: its list grows, and `last minute` would be said of many."""
        from store import sentence

        if self._event_filter is None or self._event_filter.time == settled:
            return
        since, until = settled.ends
        to_the_second = settled.replaced(
            since=since and since.replace(microsecond=0), until=until and until.replace(microsecond=999_999)
        )
        self._filter = Content(visible(sentence(self._event_filter.with_time(to_the_second))))
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        """The filter whole where that is possible: of a long name of a database its end is enough.

        The way back is never cut.
        """
        sign = Content("")
        if self.masking_name:
            sign = Content.styled(f"masked: {visible(self.masking_name)}", "$text-warning") + SEPARATOR
        room = max(
            LEAST_NAME_CELLS, self.content_size.width - (sign + self._filter + self._hint).cell_length - len(SEPARATOR)
        )
        name = self._database_name
        while cell_len(name) > room and self.content_size.width:
            name = f"…{name[2:]}"
        line = sign + Content.styled(f"{name}{SEPARATOR}", "$text-muted") + self._filter
        if self.content_size.width:
            line = line.truncate(max(0, self.content_size.width - self._hint.cell_length), ellipsis=True)
        self.update(line + self._hint, layout=False)
