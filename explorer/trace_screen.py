"""Everything that one request did: the events of a trace, oldest first, or under the entities they happened to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from .display import events_text, time_text, visible
from .keys import TRACE_KEYS
from .line_screen import LineScreen
from .trace import is_failure, length_text, log_of_trace, without_documents
from .widgets.trace_lines import columns_for, time_lines, tree_lines

if TYPE_CHECKING:
    from store import Count, Event, EventRepository

    from .widgets.text_line import Path, TextLine

FIRST_PAGE, PAGE_SIZE = 100, 1_000
MOST_EVENTS = 5_000
"""So many events of a trace are shown here; the list of the trace holds them all."""


class TraceScreen(LineScreen["Event"]):
    """Shows the trace of `event` and returns the event that the user wants to read, None when they go back.

    `copy_link` copies a link to one of its events. They come in page after page, the first ones at once; their payloads
    are not kept.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*TRACE_KEYS]

    def __init__(self, repository: EventRepository, event: Event, *, copy_link: Callable[[Event], object]) -> None:
        super().__init__("trace")
        self._copy_link = copy_link
        self._repository = repository
        self._event = event
        self._trace_id = event.trace_id or ""
        self._events: list[Event] = []
        self._count: Count | None = None
        self._has_more = True
        self._by_entity = False
        self._folds: dict[Path, bool] = {}
        self._is_at_event = False

    def on_mount(self) -> None:
        self._lines.focus()
        self._draw()
        self._ask("events", self._load_events)
        self._ask("count", self._load_count)

    def on_resize(self) -> None:
        self._draw()

    async def _load_events(self) -> None:
        from store import OLDEST, Position

        log, start, size = log_of_trace(self._trace_id), OLDEST, FIRST_PAGE
        if self._events:  # the log did not answer to the end
            start, size = Position.of(self._events[-1]), PAGE_SIZE
        while self._has_more and len(self._events) < MOST_EVENTS:
            page = await self._repository.page(log, start, "newer", size)
            self._events += map(without_documents, reversed(page.events))
            self._has_more = page.has_newer and bool(page.events)
            self._draw()
            if page.events:
                start, size = Position.of(page.events[0]), PAGE_SIZE

    async def _load_count(self) -> None:
        self._count = await self._repository.count(log_of_trace(self._trace_id))
        self._draw_title()

    # Gestures

    def action_switch_order(self) -> None:
        self._by_entity = not self._by_entity
        self._draw()

    def action_failure(self, step: int) -> None:
        """Go to the next (+1) or previous (-1) event that tells of a failure, and on from the other end."""
        lines, here = self._lines.lines, self._lines.cursor
        for distance in range(1, len(lines)):
            place = (here + step * distance) % len(lines)
            if _tells_of_failure(lines[place]):
                self._lines.move_to(place)
                return
        is_here = bool(lines) and _tells_of_failure(lines[here])
        if sum(map(is_failure, self._events)) > is_here:
            sentence = f"What {'else ' if is_here else ''}failed is folded away: enter on its entity unfolds it."
        elif self._has_more:
            sentence = f"None of the {'other ' if is_here else ''}events read so far tells of a failure."
        else:
            sentence = f"No {'other ' if is_here else ''}event of this trace tells of a failure."
        self.notify(sentence, markup=False)

    def action_copy_link(self) -> None:
        line = self._lines.highlighted
        if line is not None and line.leads_to is not None:
            self._copy_link(line.leads_to)
        else:
            self.notify("A link leads to an event; this line stands for several.", markup=False)

    def action_open(self) -> None:
        """Fold or unfold an entity, or read an event."""
        line = self._lines.highlighted
        if line is not None and line.unfolded is not None:
            self._folds[line.path] = not line.unfolded
            self._draw()
        elif line is not None and line.leads_to is not None:
            self.dismiss(line.leads_to)

    # Drawing

    def _draw(self) -> None:
        self._draw_title()
        events = self._events
        columns = columns_for(self.app.size.width)
        lines = tree_lines(events, self._folds, columns) if self._by_entity else time_lines(events, columns)
        self._lines.show_lines([*lines])
        if not self._is_at_event:
            self._is_at_event = self._lines.go_to(("event", self._event.id))

    def _draw_title(self) -> None:
        events = self._events
        parts = [f"Trace {self._trace_id}"]
        if events:
            parts.append(f"{time_text(events[0].occurred_at, UTC)} UTC")
            parts.append(f"{self._number_text()} in {length_text(events[0].occurred_at, events[-1].occurred_at)}")
            failed = sum(map(is_failure, events))
            if self._has_more:
                parts.append(f"{failed:,} of these failed" if failed else "none of these failed")
            else:
                parts.append(f"{failed:,} failed" if failed else "nothing failed")
        parts.append("by entity" if self._by_entity else "by time")
        self._title.update(Content(visible(" · ".join(parts))))

    def _number_text(self) -> str:
        if self._count is None:
            return f"{events_text(len(self._events))}{' so far' if self._has_more else ''}"
        total = events_text(self._count)
        return f"the first {len(self._events):,} of {total}" if self._has_more else total


def _tells_of_failure(line: TextLine) -> bool:
    return line.leads_to is not None and is_failure(line.leads_to)
