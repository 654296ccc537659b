"""What the log holds of one entity or one actor, and the way to any part of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from .display import events_text, visible
from .keys import SUMMARY_KEYS
from .line_screen import LineScreen
from .summary import summary, with_belongings
from .widgets.summary_lines import summary_lines
from .widgets.text_line import Piece, TextLine

if TYPE_CHECKING:
    from store import EventFilter, EventRepository

    from .summary import Summary


class SummaryScreen(LineScreen["EventFilter"]):
    """Sums up what passes a settled filter, called `title`. Returns the list the user wants to see, None for none."""

    BINDINGS: ClassVar[list[BindingType]] = [*SUMMARY_KEYS]

    def __init__(
        self, repository: EventRepository, event_filter: EventFilter, title: str, clock: Callable[[], datetime]
    ) -> None:
        super().__init__("summary")
        self._repository = repository
        self._filter = event_filter
        self._about = title
        self._clock = clock

    def on_mount(self) -> None:
        self._lines.focus()
        self._sum_up()

    def _sum_up(self) -> None:
        self._title.update(Content(f"{visible(self._whose)} · counting …"))
        self._ask("summary", self._load)

    @property
    def _whose(self) -> str:
        return f"{self._about} and all that belongs to it" if self._filter.belongs_to else self._about

    def action_switch_belongings(self) -> None:
        """Sum up what belongs to the entity as well, or the entity alone."""
        switched = with_belongings(self._filter)
        if switched is None:
            self.notify("Things belong to an entity, and to no actor.", markup=False)
        else:
            self._filter = switched
            self._sum_up()

    async def _load(self) -> None:
        self._show(await summary(self._repository, self._filter))

    def _show(self, found: Summary) -> None:
        total = events_text(found.total)
        self._title.update(Content(f"{visible(self._whose)} · {total}"))
        everything = TextLine(("everything",), (Piece(f"Show all: {total}", "link"),))
        self._lines.show_lines([everything, *summary_lines(found, self._clock())])

    def action_open(self) -> None:
        """Show the events of the highlighted line, or all of them."""
        line = self._lines.highlighted
        if line is not None and line.narrows is not None:
            field, value = line.narrows
            self.dismiss(self._filter.with_value(field, value))
        elif line is not None and line.path == ("everything",):
            self.dismiss(self._filter)
