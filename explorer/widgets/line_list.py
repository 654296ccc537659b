"""A list of text lines that a cursor walks over: long lines wrap, and only the rows in sight are drawn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar, get_args

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from .text_line import Path, Role, Row, TextLine, rows_of

CURSOR_MARK = "› "  # noqa: RUF001 - no "greater than"
GUTTER = len(CURSOR_MARK)


class LineList(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows lines, and which of them is highlighted. It has no keys of its own: its container moves the cursor."""

    DEFAULT_CSS = """
    LineList {
        height: 1fr; background: $surface; color: $foreground;
        overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
    }
    LineList > .line-list--cursor { background: $panel; }
    LineList:focus > .line-list--cursor { background: $primary-muted; }
    LineList:focus:ansi > .line-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    LineList > .line-list--label { color: $text-muted; }
    LineList > .line-list--heading { text-style: bold; }
    LineList > .line-list--link { text-style: underline; }
    LineList > .line-list--muted { color: $text-muted; }
    LineList > .line-list--key { color: $text-primary; }
    LineList > .line-list--string { color: $text-success; }
    LineList > .line-list--number { color: $text-warning; }
    LineList > .line-list--literal { color: $text-secondary; }
    LineList > .line-list--added { color: $text-success; text-style: bold; }
    LineList > .line-list--changed { color: $text-warning; text-style: bold; }
    LineList > .line-list--removed { color: $text-error; text-style: bold; }
    LineList > .line-list--escape { text-style: reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--cursor"} | {
        f"line-list--{role}" for role in get_args(Role) if role not in ("plain", "break")
    }

    @dataclass
    class LineClicked(Message):
        """The user clicked a line; `on_value` is false where the click met its label or the space in front of it.

        With `again` the click before this one met that line, too.
        """

        line: TextLine
        on_value: bool
        again: bool

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[TextLine] = ()
        self._rows: list[Row] = []
        self._starts: list[int] = []
        self._width = 0
        self._cursor = 0
        self._wanted: Path = ()
        self._clicked: Path = ()
        self._begins_at_cursor = False
        """Whether the view shall begin at the cursor as soon as it has a height, and lines enough."""
        self._styles: dict[tuple[Role, bool], Style] = {}

    @property
    def lines(self) -> Sequence[TextLine]:
        return self._lines

    @property
    def cursor(self) -> int:
        """The place of the highlighted line."""
        return self._cursor

    @property
    def highlighted(self) -> TextLine | None:
        """The line under the cursor, None when there are no lines."""
        return self._lines[self._cursor] if self._lines else None

    def show_lines(self, lines: Sequence[TextLine], *, from_top: bool = False) -> None:
        """Show other lines. The cursor stays on the path it was put on, wherever that line now is.

        Where it was in sight it stays on the same row of the screen; otherwise, with `from_top`, the view begins at
        the first line. With `from_top` they are of something else, in which nothing is clicked yet.
        """
        self._clicked = () if from_top else self._clicked
        screen_row = self._cursor_row - self._top
        kept_in_sight = self._cursor > 0 and 0 <= screen_row < self.size.height
        self._lines = lines
        self._cursor = next((place for place, line in enumerate(lines) if line.path == self._wanted), 0)
        self._lay_out()
        if self._begins_at_cursor and self._cursor > 0:
            self._begin_at_cursor()
        elif kept_in_sight and self._cursor > 0:
            self._scroll_rows_to(self._cursor_row - screen_row)
        elif from_top:
            self._scroll_rows_to(0)
        self.refresh()

    # Moves

    def move(self, step: int) -> None:
        """Highlight the line `step` further on (+1 or -1); a line higher than the view is scrolled through first."""
        first, last = self._rows_of_line(self._cursor)
        if step > 0 and last >= self._top + self.size.height > first:
            self._scroll_rows_to(self._top + 1)
        elif step < 0 and first < self._top <= last:
            self._scroll_rows_to(self._top - 1)
        else:
            self.move_to(self._cursor + step)

    def page(self, pages: float) -> None:
        """Move the cursor and the view by a part of the height of the view."""
        rows = round(pages * max(2, self.size.height - 1))
        target = max(0, min(self._cursor_row + rows, len(self._rows) - 1))
        self._scroll_rows_to(self._top + rows)
        self.move_to(self._line_at(target))

    def move_to(self, place: int) -> None:
        """Highlight the line at `place`, or the nearest one there is, and bring it into sight, or some of its rows."""
        if not self._lines:
            return
        self._cursor = max(0, min(place, len(self._lines) - 1))
        self._wanted = self._lines[self._cursor].path
        self._begins_at_cursor = False
        first, last = self._rows_of_line(self._cursor)
        height, below = self.size.height, self._top + self.size.height
        is_higher_than_view = last - first >= height
        if last < self._top or (first < self._top and not is_higher_than_view):
            self._scroll_rows_to(max(first, last - height + 1))
        elif first >= below or (last >= below and not is_higher_than_view):
            self._scroll_rows_to(min(first, last - height + 1))
        self.refresh()

    # Rows

    @property
    def _top(self) -> int:
        return round(self.scroll_y)

    @property
    def _cursor_row(self) -> int:
        return self._rows_of_line(self._cursor)[0] if self._lines else 0

    def _rows_of_line(self, place: int) -> tuple[int, int]:
        """The first and the last row of a line."""
        if not self._rows:
            return 0, 0
        return self._starts[place], self._starts[place + 1] - 1

    def go_to(self, path: Path, *, at_top: bool = False) -> bool:
        """Highlight the line of `path`, with `at_top` as far up as the lines allow. False when there is none."""
        for place, line in enumerate(self._lines):
            if line.path == path:
                self.move_to(place)
                if at_top:
                    self._begin_at_cursor()
                return True
        return False

    def _line_at(self, row: int) -> int:
        return max(0, min(bisect_right(self._starts, row) - 1, len(self._lines) - 1))

    def _lay_out(self) -> None:
        """Wrap every line, and tell the scrollbar.

        Not by assigning `virtual_size`, which lays out the whole screen anew: the scrollbar is always there, so that
        nothing but its length can change.
        """
        self._width = self.scrollable_content_region.width
        width = self._width - GUTTER
        shown = self._lines if width > 0 else ()
        wrapped = [([Row(0, [])] if line.gap else []) + rows_of(line, width) for line in shown]
        self._rows = [row for rows in wrapped for row in rows]
        self._starts = [0, *accumulate(map(len, wrapped))]
        self.set_reactive(LineList.virtual_size, Size(self._width, len(self._rows)))
        self.vertical_scrollbar.window_virtual_size = len(self._rows)
        self._scroll_rows_to(self._top)

    def _scroll_rows_to(self, row: int) -> None:
        self.scroll_to(y=max(0, min(row, len(self._rows) - self.size.height)), animate=False, force=True)

    def _begin_at_cursor(self) -> None:
        self._scroll_rows_to(self._cursor_row)
        self._begins_at_cursor = self.size.height == 0 or self._top < self._cursor_row

    def on_resize(self) -> None:
        self._lay_out()
        if self._begins_at_cursor:
            self._begin_at_cursor()
        elif self._cursor:
            self.move_to(self._cursor)
        self.refresh()

    # Mouse

    def on_click(self, event: events.Click) -> None:
        row = self._top + event.y
        if row >= len(self._rows) or self.text_selection is not None:
            return
        place = self._line_at(row)
        line = self._lines[place]
        again, self._clicked = place == self._cursor and line.path == self._clicked, line.path
        self.move_to(place)
        self.post_message(self.LineClicked(line, event.x - GUTTER >= line.hang, again))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it is drawn; the rows of one line are joined again."""
        start = selection.start or Offset(0, 0)
        end = selection.end or Offset(self._width, len(self._rows) - 1)
        selected: list[str] = []
        for number in range(max(0, start.y), min(end.y, len(self._rows) - 1) + 1):
            row = self._rows[number]
            text = " " * (GUTTER + row.start) + "".join(piece.text for piece in row.pieces)
            begins_line = number in self._rows_of_line(self._line_at(number))[:1]
            left = start.x if number == start.y else GUTTER
            right = end.x if number == end.y else len(text)
            if begins_line or not selected:
                selected.append(text[left:right])
            else:
                selected[-1] += text[max(left, GUTTER + row.start) : right]
        return "\n".join(selected), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    # Drawing

    def render_line(self, y: int) -> Strip:
        width, number = self._width, self._top + y
        if number >= len(self._rows):
            return Strip.blank(width, self._style("plain", False))
        place = self._line_at(number)
        row = self._rows[number]
        first_row = self._starts[place] + self._lines[place].gap
        is_highlighted = place == self._cursor and number >= first_row
        base = self._style("plain", is_highlighted)
        mark = CURSOR_MARK if is_highlighted and number == max(first_row, self._top) else " " * GUTTER
        segments = [Segment(mark + " " * row.start, base)]
        segments += (Segment(text, self._style(role, is_highlighted)) for text, role in row.pieces)
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(number)) is not None:
            segments = self._selected(segments, *span)
        return Strip(segments).adjust_cell_length(width, base).apply_offsets(0, number)

    def _style(self, role: Role, is_highlighted: bool) -> Style:
        style = self._styles.get((role, is_highlighted))
        if style is None:
            style = self.rich_style
            if role != "plain":
                # Not the partial style: a colour such as $text-muted is known only upon its background.
                style += self.get_component_rich_style(f"line-list--{role}")
            if is_highlighted:
                style += self.get_component_rich_style("line-list--cursor", partial=True)
            self._styles[role, is_highlighted] = style
        return style

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def _selected(self, segments: list[Segment], start: int, end: int) -> list[Segment]:
        """The same segments, those from character `start` to `end` (-1: to the last) drawn as selected."""
        style = self.screen.get_component_rich_style("screen--selection")
        parts: list[Segment] = []
        place = 0
        for text, own_style, _ in segments:
            left = max(0, min(start - place, len(text)))
            right = len(text) if end < 0 else max(left, min(end - place, len(text)))
            own = own_style or Style.null()
            parts += [Segment(text[:left], own), Segment(text[left:right], own + style), Segment(text[right:], own)]
            place += len(text)
        return [part for part in parts if part.text]
