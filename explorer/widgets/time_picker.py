"""The range of time of the filter, as nine ranges to pick from; the last one is written by the user."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from ..display import visible
from ..keys import TIME_KEYS
from .sidebar_messages import CustomTimeRequested, EdgeReached, TimeChosen

if TYPE_CHECKING:
    from store import TimeRange


PRESETS: tuple[tuple[str, timedelta | None], ...] = (
    ("15 min", timedelta(minutes=15)),
    ("1 hour", timedelta(hours=1)),
    ("4 hours", timedelta(hours=4)),
    ("24 hours", timedelta(hours=24)),
    ("7 days", timedelta(days=7)),
    ("30 days", timedelta(days=30)),
    ("90 days", timedelta(days=90)),
    ("all time", None),
)
"""How long before now the range begins; None is no limit."""

CUSTOM = len(PRESETS)
NAMES = (*(name for name, _ in PRESETS), "custom…")
COLUMNS = 3
CELL_WIDTH = max(map(len, NAMES)) + 2
TITLE_HEIGHT = 1


class TimePicker(Widget, can_focus=True):
    """Posts `TimeChosen` or `CustomTimeRequested` when the user picks, never when it is shown something."""

    DEFAULT_CSS = """
    TimePicker { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*TIME_KEYS]
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._time: TimeRange | None = None
        self._chosen: int | None = None
        self._cursor = 0

    def show(self, time: TimeRange) -> None:
        """Mark the range of the filter."""
        if time != self._time:
            self._time = time
            on_offer = (place for place, (_, span) in enumerate(PRESETS) if time.until is None and span == time.since)
            self._chosen = next(on_offer, CUSTOM)
            self._cursor = self._chosen
            self.refresh(layout=True)

    def enter(self, step: int) -> None:
        """Put the cursor where a user arrives who comes from the control above (1) or below (-1)."""
        if (step > 0) != (self._cursor < COLUMNS):
            self._cursor = 0 if step > 0 else CUSTOM - COLUMNS + 1
        self.refresh()

    # What the user does

    def action_move(self, step: int) -> None:
        self._cursor = max(0, min(self._cursor + step, CUSTOM))
        self.refresh()

    def action_move_line(self, step: int) -> None:
        target = self._cursor + step * COLUMNS
        if 0 <= target <= CUSTOM:
            self._cursor = target
            self.refresh()
        else:
            self.post_message(EdgeReached(1 if step > 0 else -1))

    def action_choose(self) -> None:
        if self._cursor == CUSTOM:
            self.post_message(CustomTimeRequested())
            return
        from store import TimeRange

        time = TimeRange(since=PRESETS[self._cursor][1])
        self.show(time)
        self.post_message(TimeChosen(time))

    def on_click(self, event: events.Click) -> None:
        column, line = event.x // CELL_WIDTH, event.y - TITLE_HEIGHT
        place = line * COLUMNS + column
        if column < COLUMNS and 0 <= place <= CUSTOM and line >= 0:
            self._cursor = place
            self.action_choose()
        elif line >= 0:
            self.post_message(CustomTimeRequested())

    # Drawing

    def render(self) -> Content:
        lines = [Content.styled("Time", "bold")]
        for first in range(0, len(NAMES), COLUMNS):
            lines.append(Content("").join(self._cell(place) for place in range(first, first + COLUMNS)))
        if self._chosen == CUSTOM:
            lines += [Content.styled(visible(f"  {text}"), "$text-accent") for text in self._custom()]
        return Content("\n").join(lines)

    def _cell(self, place: int) -> Content:
        is_chosen = place == self._chosen
        text = f"[{NAMES[place]}]" if is_chosen else f" {NAMES[place]} "
        style = "bold $text-accent" if is_chosen else "$text"
        cell = Content.styled(text, f"{style} reverse" if self._is_at(place) else style)
        return cell.pad_right(CELL_WIDTH - cell.cell_length)

    def _is_at(self, place: int) -> bool:
        return self.has_focus and place == self._cursor

    def _custom(self) -> tuple[str, str]:
        """Both ends of a range that is none of those on offer."""
        from store import write_moment

        assert self._time is not None, "a range is only custom when there is one"
        since, until = self._time.since, self._time.until
        return (
            f"from {write_moment(since)}",
            f"to   {'now' if until is None else write_moment(until, end=True)}",
        )
