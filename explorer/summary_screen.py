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
from .summary import summary, tabs, with_belongings
from .widgets.summary_lines import summary_lines, tab_line
from .widgets.text_line import Piece, TextLine

if TYPE_CHECKING:
    from store import EventFilter, EventRepository, Facet

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
        self._found: Summary | None = None
        """The summary that is shown."""
        self._tabs: tuple[Facet, ...] = ()
        """The kinds of things of which there are some, each of which can be summed up by itself."""
        self._tab = 0
        """Which of them is, counted from 1; 0 for all together."""

    def on_mount(self) -> None:
        self._lines.focus()
        self._sum_up()

    def _sum_up(self) -> None:
        """Ask for the summary. Until it is there no lines stand under a title that they are not of."""
        self._found = None
        self._lines.show_lines([])
        self._show_title(self._filter, "counting …")
        self._ask("summary", self._load)

    def _show_title(self, event_filter: EventFilter, total: str) -> None:
        whose = f"{self._about} and all that belongs to it" if event_filter.belongs_to else self._about
        title = Content(f"{visible(whose)} · {total}")
        self._title.update(title + "\n" + tab_line(self._tabs, self._tab) if self._tabs else title)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what belongs to an entity only where one is summed up, and tabs where there are any."""
        if action == "switch_tab":
            return bool(self._tabs)
        return action != "switch_belongings" or with_belongings(self._filter) is not None

    def action_switch_tab(self, step: int) -> None:
        """Sum up the next (1) or previous (-1) kind of things by itself, or all of them together again."""
        self._tab = (self._tab + step) % (len(self._tabs) + 1)
        self._sum_up()

    @property
    def _filter_of_tab(self) -> EventFilter:
        kind = self._tabs[self._tab - 1].value if self._tab else None
        return self._filter if kind is None else self._filter.with_value("entity_types", kind)

    def action_switch_belongings(self) -> None:
        """Sum up what belongs to the entity as well, or the entity alone."""
        if (switched := with_belongings(self._filter)) is not None:
            self._filter, self._tabs, self._tab = switched, (), 0
            self._sum_up()

    async def _load(self) -> None:
        found = await summary(self._repository, self._filter_of_tab)
        if not self._tab:
            self._tabs = tabs(found)
            self.refresh_bindings()
        self._show(found)

    def _show(self, found: Summary) -> None:
        self._found = found
        total = events_text(found.total)
        self._show_title(found.event_filter, total)
        everything = TextLine(("everything",), (Piece(f"Show all: {total}", "link"),))
        self._lines.show_lines([everything, *summary_lines(found, self._clock())])
        self._lines.move_to(self._lines.cursor)  # back into sight, as there was no line meanwhile

    def action_open(self) -> None:
        """Show the events of the highlighted line, or all of them."""
        line = self._lines.highlighted
        if self._found is None or line is None:
            return
        if line.narrows is not None:
            field, value = line.narrows
            self.dismiss(self._found.event_filter.with_value(field, value))
        elif line.path == ("everything",):
            self.dismiss(self._found.event_filter)
