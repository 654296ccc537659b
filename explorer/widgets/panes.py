"""How filters, events and detail share the terminal: side by side where it is wide, else one over the other."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size

from ..keys import ROOM_KEYS
from .undrawn import Undrawn

LOW, FLAT = 30, 16
"""Lines: below the first the histogram is lower, below the second there is none."""

NARROW, WIDE = 100, 180
"""Cells: below the first the filters cover the events; from the second on, events and detail stand side by side."""

LEAST_LINES, LEAST_CELLS = (7, 4), (40, 30)
"""What the events and the detail have at least, one over the other and side by side."""

STEP_LINES, STEP_CELLS = 2, 6

FOLDABLE = ("sidebar", "detail")
HISTOGRAM = "histogram"

NO_ROOM = "There is no room for the histogram: the terminal is too low."
NO_EVENTS = "There is no histogram where there are no events."


class Panes(Undrawn):
    """Shows and hides the panes with the ids of FOLDABLE, and the histogram.

    What the user chose of the panes holds until the width class changes; the one that has the focus then stays. How
    events and detail share their room holds side by side, and one over the other, for as long as the app runs. `size`
    is that of the terminal, so that the first frame is arranged for it.
    """

    DEFAULT_CSS = """
    Panes { height: 1fr; layout: horizontal; }
    Panes #sidebar { width: 34; height: 1fr; border-right: vkey $panel; }
    Panes #events { width: 1fr; height: 1fr; layout: vertical; }
    Panes #log { width: 1fr; height: 1fr; }
    Panes #detail { width: 1fr; height: 1fr; border-top: hkey $panel; }
    Panes.-wide #events { layout: horizontal; }
    Panes.-wide #detail { border-top: none; border-left: vkey $panel; max-width: 84; }
    Panes.-narrow #sidebar { width: 1fr; border-right: none; }
    Panes.-narrow #detail { border-top: none; }
    Panes.-no-sidebar #sidebar { display: none; }
    Panes.-no-detail #detail { display: none; }
    Panes.-narrow.-sidebar #events { display: none; }
    Panes.-low #histogram { height: 3; }
    Panes.-flat #histogram, Panes.-no-histogram #histogram-pane { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [*ROOM_KEYS]

    def __init__(self, size: Size, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shares: dict[bool, tuple[int, int]] = {}
        """Parts of events and detail, by whether they stand side by side."""
        self._grip: int | None = None
        """How far behind the edge of the detail the mouse holds it, None while it does not."""
        self._chosen: dict[str, bool] = {}
        self._has_histogram = True
        self._width_class = ""
        self._height_classes: dict[str, bool] = {}
        self._fit(size)

    def on_resize(self, event: events.Resize) -> None:
        held = next(filter(self.holds_focus, (*FOLDABLE, HISTOGRAM)), None)
        self._fit(event.size, held)
        if held == HISTOGRAM and self._is_flat:
            self.focus_pane("table")

    def _fit(self, size: Size, held: str | None = None) -> None:
        self._height_classes = {"-low": size.height < LOW, "-flat": size.height < FLAT}
        width_class = "-narrow" if size.width < NARROW else "-wide" if size.width >= WIDE else "-medium"
        if width_class != self._width_class:
            self._chosen = {held: True} if held in FOLDABLE else {}
            self._width_class = width_class
            self._share()
        self._arrange()

    @property
    def is_narrow(self) -> bool:
        return self._width_class == "-narrow"

    @property
    def _is_wide(self) -> bool:
        return self._width_class == "-wide"

    @property
    def _is_flat(self) -> bool:
        return self._height_classes["-flat"]

    def is_shown(self, name: str) -> bool:
        """Whether the pane `name` is in sight: as the user chose, else wherever there is room beside the events."""
        return self._chosen.get(name, not self.is_narrow)

    def show_pane(self, name: str, *, shown: bool) -> None:
        """Show or hide one of FOLDABLE, as the user chose."""
        self._chosen[name] = shown
        self._arrange()

    def focus_pane(self, name: str) -> None:
        """Go to a pane: one of FOLDABLE, or `table` or `histogram`, for which filters make room where it is narrow."""
        if name == HISTOGRAM:
            if not self._can_show_histogram():
                return
            self._has_histogram = True
        if name in FOLDABLE:
            self._chosen[name] = True
        elif self.is_narrow:
            self._chosen["sidebar"] = False
        self._arrange()
        # What hides the table where something does: the ways out below a notice before the notice itself.
        hiding = self.query("LogPane.-notice #notice, LogPane.-notice #ways") if name == "table" else ()
        for pane in hiding or self.query(f"#{name}"):  # the detail is not there yet while the log is opened
            pane.focus()

    def holds_focus(self, name: str) -> bool:
        focused = self.screen.focused
        return focused is not None and any(pane in focused.ancestors_with_self for pane in self.query(f"#{name}"))

    def toggle_pane(self, name: str) -> None:
        """Go to one of FOLDABLE; from there, hide it."""
        if self.holds_focus(name):
            self.show_pane(name, shown=False)
            self.focus_pane("table")
        else:
            self.focus_pane(name)

    # The room of events and detail

    def action_room(self, step: int) -> None:
        """Give the detail more room (1), or some where it has none; or less (-1)."""
        detail = self.query_one("#detail")
        if not self.is_shown("detail"):
            if step > 0:
                self.show_pane("detail", shown=True)
        elif self._is_wide:
            self._give(detail.outer_size.width + step * STEP_CELLS)
        else:
            self._give(detail.outer_size.height + step * STEP_LINES)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the line between events and detail, or of the title of the detail that stands there."""
        detail, held = self.query_one("#detail"), self.screen.get_widget_at(*event.screen_offset)[0]
        edge, at = (detail.region.x, event.screen_x) if self._is_wide else (detail.region.y, event.screen_y)
        is_title = held.id == "title" and not self._is_wide
        if event.button == 1 and (is_title or (held is detail and at == edge)):
            self._grip = at - edge
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if event.button == 0:
            self.on_mouse_up()  # it happened in another window
        elif self._grip is not None:
            region = self.query_one("#detail").region
            end, at = (region.right, event.screen_x) if self._is_wide else (region.bottom, event.screen_y)
            self._give(end - at + self._grip)

    def on_mouse_up(self) -> None:
        if self._grip is not None:
            self._grip = None
            self.release_mouse()

    def _give(self, wanted: int) -> None:
        """Let the detail have so many lines or cells, and the events the rest."""
        size = self.query_one("#events").size
        whole, least = (size.width, LEAST_CELLS) if self._is_wide else (size.height, LEAST_LINES)
        events_need, detail_needs = least
        given = min(max(wanted, detail_needs), whole - events_need)
        if given >= detail_needs:
            self._shares[self._is_wide] = whole - given, given
            self._share()

    def _share(self) -> None:
        """As parts of the room, which stay the same parts when the terminal changes."""
        for panes, place in (("#log", 0), ("#detail", 1)):
            share = self._shares.get(self._is_wide)
            part = None if share is None else f"{share[place]}fr"
            for pane in self.query(panes):
                pane.styles.width, pane.styles.height = (part, None) if self._is_wide else (None, part)
                if panes == "#detail":
                    pane.styles.max_width = "100%" if part and self._is_wide else None

    def toggle_histogram(self) -> None:
        """Show the histogram; where it is shown, hide it."""
        if self._can_show_histogram():
            if self.holds_focus(HISTOGRAM):
                self.focus_pane("table")
            self._has_histogram = not self._has_histogram
            self._arrange()

    def _can_show_histogram(self) -> bool:
        """Whether there is room for a histogram, and something to draw. Says so where it is not."""
        reason = NO_ROOM if self._is_flat else NO_EVENTS if self.query("LogPane.-notice") else ""
        if reason:
            self.notify(reason, markup=False)
        return not reason

    def leave_pane(self) -> bool:
        """One level back towards the table. False when the user is there already."""
        for name in FOLDABLE:
            covering = self.is_narrow and self.is_shown(name)
            if covering or self.holds_focus(name):
                if covering:
                    self.show_pane(name, shown=False)
                self.focus_pane("table")
                return True
        if any(map(self.holds_focus, ("table", "notice", "ways"))):
            return False
        self.focus_pane("table")
        return True

    def _arrange(self) -> None:
        # All at once: after each change of its classes every widget in here looks for its styles anew.
        widths = {each: each == self._width_class for each in ("-narrow", "-medium", "-wide")}
        shown = {f"-{name}": self.is_shown(name) for name in FOLDABLE}
        hidden = {f"-no-{name}": not self.is_shown(name) for name in FOLDABLE}
        hidden[f"-no-{HISTOGRAM}"] = not self._has_histogram
        self.update_classes({**self._height_classes, **widths, **shown, **hidden})
