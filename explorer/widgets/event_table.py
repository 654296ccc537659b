"""The list of events: any number of rows, of which only those in sight and a few pages around them are in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip

from .. import messages
from ..keys import TABLE_KEYS
from ..questions import put
from ..table_choice import USUAL, Columns
from .loaded_rows import PAGE_SIZE, LoadedRows
from .payload_cells import PayloadCells
from .scrollbar_drag import DraggedView
from .table_columns import CellSources
from .table_lines import HEADER_HEIGHT, RowMarks, event_line, header_line, missing_line
from .table_styles import ROW_CLASSES, ROW_CSS, TableStyles
from .trace_cells import TraceCells

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from store import Event, EventPage


class EventTable(DraggedView, can_focus=True):
    """Newest first. Row 0 is the newest event; the cursor is an ordinal, and the event under it the highlighted one.

    The table asks for rows by `RowsNeeded`, one page at a time and always the one wanted most at that moment, and draws
    what it is given by `show_list` and `put_rows`, with times in `zone`.
    """

    DEFAULT_CSS = f"""
    EventTable {{ height: 1fr; background: $surface; color: $foreground; scrollbar-size-vertical: 1;
        overflow-x: hidden; overflow-y: scroll; }}
    {ROW_CSS}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {*ROW_CLASSES}
    BINDINGS: ClassVar[list[BindingType]] = [*TABLE_KEYS]
    ALLOW_SELECT = False

    cursor: reactive[int] = reactive(0, repaint=False)
    zone: reactive[tzinfo] = reactive(UTC)
    columns: reactive[Columns] = reactive(USUAL)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.generation = 0
        self.reads_on = False  # whether the end of the list is found by reading on, because nobody counts it
        self.tell_highlighted: Callable[[messages.EventHighlighted], object] = self.post_message
        """Who hears of another highlighted event. A call lands in the same frame as the move, a message in the next."""
        self._rows = LoadedRows()
        self._waiting = False
        self._last_scroll = 0
        self._reported: tuple[int, Event | None] | None = None
        self._styles = TableStyles(self)
        self._marked: frozenset[str] = frozenset()
        self._payloads = PayloadCells(self._read_payloads)
        self.traces = TraceCells(lambda: self.post_message(messages.ExtentsNeeded(self.generation)))

    def show_list(
        self, ordinal: int, page: EventPage, cursor: int, screen_row: int | None = None, total: int | None = None
    ) -> None:
        """Begin another list: `page` from `ordinal` (a multiple of PAGE_SIZE) on, the cursor at the ordinal `cursor`.

        The cursor's row is put `screen_row` rows below the header where that is possible, and in sight unless somebody
        has scrolled away from it. `total` is its length.
        """
        is_away = self._rows.end > 0 and self.cursor not in self.rows_in_sight
        self.generation += 1
        self.traces.begin()
        self._rows = LoadedRows()
        self._rows.put(ordinal, page)
        if total is not None and not self._rows.end_is_known:
            self._rows.set_end(max(total, self._rows.end))
        self._waiting, self._reported = False, None
        self._resize_list()
        self.set_reactive(EventTable.cursor, max(0, min(cursor, self._rows.end - 1)))
        if is_away and screen_row is not None:
            self._scroll_rows_to(self.cursor - screen_row)
        else:  # the table may be lower than where `screen_row` was told
            self._keep_cursor_in_sight(screen_row)
        self.refresh()
        self._report()
        self._want_rows()

    def put_rows(self, generation: int, ordinal: int, page: EventPage) -> None:
        """Rows that were asked for, or what is found of them. Those of another generation are dropped."""
        if generation != self.generation:
            return
        self._waiting = False
        self._rows.put(ordinal, page)
        self._resize_list()
        if ordinal < self._top + self._height and self._top < ordinal + PAGE_SIZE:
            self.refresh()
            self.post_message(messages.WindowMoved())
        if (self._rows.end_is_wanted and self.reads_on) or self.cursor >= self._rows.end:
            self.action_oldest()
        else:
            self._report()
            self._want_rows()

    def rows_failed(self) -> None:
        """Rows that were asked for will not come; they are asked for again at the next move."""
        self._waiting = False
        if self._rows.give_up():
            self.post_message(messages.WindowMoved())

    def show_marked(self, event_ids: frozenset[str]) -> None:
        """Draw a sign before these events."""
        if event_ids != self._marked:
            self._marked = event_ids
            self.refresh()

    def set_total(self, total: int) -> None:
        """The list holds exactly `total` rows."""
        top, moved = self._top, self._rows.set_end(total)
        self._resize_list()
        if moved:  # rows that are on their way would come with the numbers of before
            self.generation, self._waiting = self.generation + 1, False
            self.set_reactive(EventTable.cursor, max(0, self.cursor + moved))
            self._scroll_rows_to(top + moved)
            self._report()
        self._want_rows()
        if self._rows.end_is_wanted:
            self.action_oldest()

    @property
    def highlighted(self) -> Event | None:
        """The event under the cursor, None while its row is not in memory or when there are no rows."""
        return self._rows.row(self.cursor)

    @property
    def rows_in_sight(self) -> range:
        return range(self._top, min(self._top + self._height, self._rows.end))

    @property
    def window(self) -> tuple[datetime, datetime] | None:
        """The times of the oldest and the newest row in sight, None while these are not in memory."""
        return self._rows.times(self.rows_in_sight)

    @property
    def rows(self) -> LoadedRows:
        return self._rows

    @property
    def screen_row(self) -> int:
        """How many rows below the header the cursor is drawn."""
        return self.cursor - self._top

    def action_move(self, rows: int) -> None:
        """Move the cursor by a number of rows, older when positive."""
        self._move_to(self.cursor + rows)

    def action_page(self, pages: float) -> None:
        """Move the cursor by a number of screens, older when positive, and the view with it."""
        rows = round(pages * max(1, self._height - 1))
        screen_row = self.screen_row
        self._move_to(self.cursor + rows, screen_row)

    def action_newest(self) -> None:
        self._move_to(0)

    def action_oldest(self) -> None:
        self._move_to(self._rows.end - 1, to_end=True)
        if self._rows.end_is_wanted:
            self.post_message(messages.WindowMoved() if self.reads_on else messages.OldestWanted())

    def stay_where_rows_are(self) -> None:
        """Read no further until somebody moves: the cursor goes no further than to the last row that is known."""
        self._waiting = True
        self._move_to(min(self.cursor, self._rows.found.number - 1))
        self.rows_failed()
        self._rows.rests = True

    def go_to(self, ordinal: int) -> None:
        """Move the cursor to a row, which comes to stand in the middle when it was out of sight."""
        self._rows.reach(ordinal)
        self._resize_list()
        is_in_sight = self._top <= ordinal < self._top + self._height
        self._move_to(ordinal, None if is_in_sight else self._height // 2)

    def action_open(self) -> None:
        if (event := self.highlighted) is not None:
            self.post_message(
                messages.TraceOpened() if self.traces.is_folded and event.trace_id else messages.EventOpened()
            )

    def action_narrow(self, excluded: bool) -> None:
        if self.highlighted is not None:
            self.post_message(messages.NarrowRequested("event_names", self.highlighted.event_name, excluded=excluded))

    def _move_to(self, ordinal: int, screen_row: int | None = None, *, to_end: bool = False) -> None:
        previous, self._rows.rests = self.cursor, False
        self._rows.end_is_wanted = to_end and not self._rows.end_is_known
        self.set_reactive(EventTable.cursor, max(0, min(ordinal, self._rows.end - 1)))
        self._keep_cursor_in_sight(screen_row)
        if self.cursor != previous:
            self._refresh_row(previous)
            self._refresh_row(self.cursor)
        self._report()
        self._want_rows()

    def _report(self) -> None:
        highlighted = (self.cursor, self.highlighted)
        if highlighted != self._reported:
            self._reported = highlighted
            self.tell_highlighted(messages.EventHighlighted(highlighted[1], self.cursor))

    @property
    def _height(self) -> int:
        """Rows in sight, without the header."""
        return max(1, self.size.height - HEADER_HEIGHT)

    @property
    def _top(self) -> int:
        return round(self.scroll_y)

    def _resize_list(self) -> None:
        self.virtual_size = Size(self.size.width, self._rows.end + HEADER_HEIGHT)

    def _scroll_rows_to(self, top: int) -> None:
        self.scroll_to(y=max(0, min(top, self._rows.end - self._height)), animate=False, force=True)

    def _keep_cursor_in_sight(self, screen_row: int | None = None) -> None:
        top = self._top if screen_row is None else self.cursor - screen_row
        # Before it has a size, it will have room for what was in sight.
        nearest = max(self.cursor - self._height + 1, min(top, self.cursor)) if self.size.height else top
        if screen_row is not None or nearest != top:
            self._scroll_rows_to(nearest)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(messages.WindowMoved())
        self._want_rows()

    def on_resize(self, event: events.Resize) -> None:
        self._resize_list()
        self._keep_cursor_in_sight()
        self._want_rows()

    def _want_rows(self) -> None:
        """Ask for the page that is wanted most."""
        top, height = self._top, self._height
        older = top >= self._last_scroll
        self._last_scroll = top
        if self._waiting or not self._rows.end:
            return
        missing = self._rows.most_wanted(top, height, self.cursor, older=older)
        if missing is not None:
            self._waiting = True
            self._rows.stop_growing()
            self.post_message(messages.RowsNeeded(self.generation, *missing))

    def on_click(self, event: events.Click) -> None:
        ordinal = self._top + event.y - HEADER_HEIGHT
        if event.y < HEADER_HEIGHT or ordinal >= self._rows.end:
            return
        if ordinal == self.cursor:
            self.action_open()
        else:
            self._move_to(ordinal)

    def _refresh_row(self, ordinal: int) -> None:
        screen_y = ordinal - self._top + HEADER_HEIGHT
        if HEADER_HEIGHT <= screen_y < self.size.height:
            self.refresh(Region(0, screen_y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        sources = CellSources(self.zone, self._payloads, self.traces)
        if y < HEADER_HEIGHT:
            return header_line(width, self.columns, sources, self.get_component_rich_style("event-table--header"))
        ordinal = self._top + y - HEADER_HEIGHT
        if ordinal >= self._rows.end:
            return Strip.blank(width, self.rich_style)
        event = self._rows.row(ordinal)
        if event is None:
            return missing_line(self._rows.name(ordinal), width, self._styles, highlighted=ordinal == self.cursor)
        marks = RowMarks(highlighted=ordinal == self.cursor, marked=event.id in self._marked)
        return event_line(event, width, self.columns, sources, self._styles, marks)

    def watch_columns(self, columns: Columns) -> None:
        self._payloads.begin(columns)

    def _read_payloads(self) -> None:
        """Payloads in sight wait to be read."""
        put(self, "payloads", self._payloads.read, self.refresh)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()
