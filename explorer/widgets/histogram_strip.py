"""The histogram above the events: when they happened, where the reader is in them, and a way to pick a span of time."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from ..display import kind_sign, visible
from ..keys import STRIP_KEYS
from ..messages import BarChosen, HistogramNeeded, PaneLeft, TimeSpanChosen
from ..time_spans import span_text, time_span_text
from ..time_zone import in_zone
from .bar_columns import BarColumn, bar_columns, column_signs, count_text, later_text, most_text
from .time_axis import axis_line

if TYPE_CHECKING:
    from datetime import tzinfo

    from store import Histogram

MOST_BARS = 128
COUNTING = "… counting events over time"
HERE_SIGN, WINDOW_SIGN = "▲", "─"


class HistogramStrip(Widget, can_focus=True):
    """Posts `BarChosen` when the reader goes to a bar, `TimeSpanChosen` when a selection shall become the time range.

    Line by line: the bars, two lines high where there is room; a line of marks (▲ the highlighted event, ✗ bars with
    failures, ─ the rows in sight); the dates, or while the strip has the focus what the chosen bars hold.
    """

    DEFAULT_CSS = """
    HistogramStrip { height: 4; width: 1fr; background: $surface; color: $text-primary; padding: 0 1; }
    HistogramStrip > .histogram-strip--muted { color: $text-muted; }
    HistogramStrip > .histogram-strip--failure { color: $text-error; text-style: bold; }
    HistogramStrip > .histogram-strip--here { color: $text-accent; text-style: bold; }
    HistogramStrip > .histogram-strip--chosen { text-style: reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"histogram-strip--{name}" for name in ("muted", "failure", "here", "chosen")
    }
    BINDINGS: ClassVar[list[BindingType]] = [*STRIP_KEYS]
    ALLOW_SELECT = False

    zone: reactive[tzinfo] = reactive(UTC)
    """Of the dates and times that are written under the bars."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._histogram: Histogram | None = None
        self._note = COUNTING
        self._columns: list[BarColumn] = []
        self._here: datetime | None = None
        self._window: tuple[datetime, datetime] | None = None
        self._cursor = 0
        self._anchor: int | None = None
        self._pressed = False
        self._asked_bars = 0

    # What the strip is told

    def show(self, histogram: Histogram | None, note: str = COUNTING) -> None:
        """Draw these bars, or with None say `note` instead. Bars of the same width move nobody."""
        before, chosen = self._histogram, (self._cursor, self._anchor)
        stays = self.has_focus and histogram and before and histogram.width == before.width and self._columns
        kept = [self._columns[place].since if stays and place is not None else None for place in chosen]
        self._histogram, self._note, self._anchor = histogram, note, None
        self._arrange()
        if (place := self._place(kept[0])) is not None:
            self._cursor, self._anchor = place, self._place(kept[1])

    def show_place(self, here: datetime | None, window: tuple[datetime, datetime] | None) -> None:
        """Mark the highlighted event, and the times of the oldest and the newest row in sight."""
        before = self._marked()
        self._here, self._window = here, window
        if not self.has_focus and (place := self._place(here)) is not None:
            self._cursor = place
        if self._marked() != before:  # most moves stay in one bar
            self.refresh()

    def _marked(self) -> tuple[int | None, list[int]]:
        """The columns of the highlighted event and of the rows in sight."""
        in_sight = [place for place, column in enumerate(self._columns) if self._is_in_window(column)]
        return self._place(self._here), in_sight

    @property
    def most_bars(self) -> int:
        """How many bars can be drawn. When that changes after somebody asked, `HistogramNeeded` is posted."""
        self._asked_bars = self._room
        return self._room

    @property
    def _room(self) -> int:
        return max(2, min(MOST_BARS, self.content_size.width or MOST_BARS))

    @property
    def histogram(self) -> Histogram | None:
        return self._histogram

    @property
    def columns(self) -> list[BarColumn]:
        """What is drawn, oldest first."""
        return self._columns

    @property
    def cursor(self) -> int:
        """The column under the cursor."""
        return self._cursor

    def _arrange(self) -> None:
        self._columns = bar_columns(self._histogram, self.content_size.width) if self._histogram else []
        place = self._place(self._here)
        self._cursor = max(0, len(self._columns) - 1) if place is None else place
        self.refresh()

    def _place(self, moment: datetime | None) -> int | None:
        """The column that holds a moment."""
        if moment is None or not self._columns:
            return None
        place = bisect_right(self._columns, moment, key=lambda column: column.since) - 1
        return place if place >= 0 and moment <= self._columns[place].until else None

    # What the reader does

    def on_focus(self) -> None:
        place = self._place(self._here)
        self._cursor = self._cursor if place is None else place

    def on_blur(self) -> None:
        self._anchor = None

    def on_resize(self) -> None:
        self._arrange()
        if self._asked_bars not in (0, self._room):
            self.post_message(HistogramNeeded())

    def action_move(self, bars: int) -> None:
        """Go to a neighbouring bar, and in the events to what it holds."""
        self._anchor = None
        self._go_to(self._cursor + bars)

    def action_extend(self, bars: int) -> None:
        """Select from the bar where this began to a neighbouring one."""
        if self._anchor is None:
            self._anchor = self._cursor
        self._go_to(self._cursor + bars)

    def action_first(self) -> None:
        self.action_move(-len(self._columns))

    def action_last(self) -> None:
        self.action_move(len(self._columns))

    def action_choose(self) -> None:
        """Make the time of the selected bars the time range."""
        if self._columns:
            since, until, *_ = self._chosen
            self.post_message(TimeSpanChosen(since, until))

    def action_leave(self) -> None:
        """Give up a selection, else leave the strip."""
        if self._anchor is None:
            self.post_message(PaneLeft())
        self._anchor = None
        self.refresh()

    def _go_to(self, place: int) -> None:
        if not self._columns:
            return
        self._cursor = max(0, min(place, len(self._columns) - 1))
        self.refresh()
        column = self._columns[self._cursor]
        self.post_message(BarChosen(column.since, column.until))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if (place := self._column_at(event)) is not None:
            self._pressed = True
            self.capture_mouse()
            self._anchor = None
            self._go_to(place)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        place = self._column_at(event) if self._pressed else None
        if place is not None and place != self._cursor:
            if self._anchor is None:
                self._anchor = self._cursor
            self._cursor = place
            self.refresh()

    def on_mouse_up(self) -> None:
        if self._pressed:
            self._pressed = False
            self.release_mouse()
            if self._anchor is not None:
                self.action_choose()

    def _column_at(self, event: events.MouseEvent) -> int | None:
        if not self._columns:
            return None
        place = (event.x - self.gutter.left) // self._cell_width
        return max(0, min(place, len(self._columns) - 1))

    @property
    def _chosen(self) -> BarColumn:
        """The selected bars, or the one under the cursor, as one."""
        first, last = sorted((self._cursor, self._cursor if self._anchor is None else self._anchor))
        chosen = self._columns[first : last + 1]
        counts, failures = (
            sum(each) for each in zip(*((bar.event_count, bar.failure_count) for bar in chosen), strict=True)
        )
        is_counted = all(bar.is_counted for bar in chosen)
        return BarColumn(chosen[0].since, chosen[-1].until, counts, failures, is_counted)

    # Drawing

    @property
    def _cell_width(self) -> int:
        return max(1, self.content_size.width // max(1, len(self._columns)))

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        if not self._columns:
            text = "" if y else visible(self._note, width)
            return self._fitted([Segment(set_cell_size(text, width), self._style("muted"))])
        bar_lines = self.content_size.height - 2
        if y < bar_lines:
            return self._fitted(self._bar_line(y, bar_lines))
        return self._fitted(self._mark_line() if y == bar_lines else [self._bottom_line(width)])

    def _bar_line(self, y: int, lines: int) -> list[Segment]:
        signs = column_signs(self._columns, lines)[y]
        gap = 1 if self._cell_width > 2 else 0
        filled = [sign * (self._cell_width - gap) + " " * gap for sign in signs]
        return self._in_cells(filled, [self.rich_style] * len(filled))

    def _mark_line(self) -> list[Segment]:
        here, signs, styles = self._place(self._here), [], []
        for place, column in enumerate(self._columns):
            if place == here:
                sign, style = HERE_SIGN, "here"
            elif column.failure_count:
                sign, style = kind_sign("failure"), "failure"
            else:
                sign, style = WINDOW_SIGN if self._is_in_window(column) else " ", "muted"
            signs.append(sign.ljust(self._cell_width, WINDOW_SIGN if self._is_in_window(column) else " "))
            styles.append(self._style(style))
        return self._in_cells(signs, styles)

    def _bottom_line(self, width: int) -> Segment:
        if self.has_focus:
            chosen = self._chosen
            failed = f" · {chosen.failure_count:,} {kind_sign('failure')}" if chosen.failure_count else ""
            span, number = time_span_text(chosen.since, chosen.until, self.zone), f"{count_text(chosen)}{failed}"
            is_room = cell_len(f"{span} · {number}") <= width  # else the end of a time is cut, and not a number
            text = f"{span} · {number}" if is_room else visible(f"{number} · {span}", width)
            return Segment(set_cell_size(text, width), self._style("here"))
        line = axis_line([in_zone(column.since, self.zone) for column in self._columns], self._cell_width)
        later = "" if self._histogram is None else later_text(self._histogram)
        counted = "" if all(column.is_counted for column in self._columns) else ", ░ not counted"
        told = [f"{span_text(self._width)} a bar{most}{later}{counted}" for most in (most_text(self._columns), "")]
        notes = told if self.zone is UTC else [*(f"{self.zone} · {each}" for each in told), str(self.zone)]
        note = next((each for each in notes if cell_len(line) + cell_len(each) + 2 <= width), "")
        line = line.ljust(width - cell_len(note)) + note
        return Segment(set_cell_size(line, width), self._style("muted"))

    @property
    def _width(self) -> timedelta:
        """How long a drawn bar is."""
        assert self._histogram is not None, "there are bars"
        return self._histogram.width * -(-len(self._histogram.bars) // max(1, len(self._columns)))

    def _is_in_window(self, column: BarColumn) -> bool:
        return self._window is not None and column.since <= self._window[1] and self._window[0] < column.until

    def _in_cells(self, texts: list[str], styles: list[Style]) -> list[Segment]:
        first, last = sorted((self._cursor, self._cursor if self._anchor is None else self._anchor))
        chosen = self.get_component_rich_style("histogram-strip--chosen", partial=True)
        segments = []
        for place, (text, style) in enumerate(zip(texts, styles, strict=True)):
            is_chosen = first <= place <= last and (self.has_focus or self._anchor is not None)
            segments.append(Segment(text, style + chosen if is_chosen else style))
        return segments

    def _fitted(self, segments: list[Segment]) -> Strip:
        return Strip(segments).adjust_cell_length(self.content_size.width, self.rich_style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"histogram-strip--{name}")
