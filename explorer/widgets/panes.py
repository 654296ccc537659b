"""How filters, events and detail share the terminal: side by side where it is wide, else one over the other."""

from __future__ import annotations

from textual import events
from textual.geometry import Size

from .undrawn import Undrawn

LOW, FLAT = 30, 16
"""Lines: below the first the histogram is lower, below the second there is none."""

NARROW, WIDE = 100, 180
"""Cells: below the first the filters cover the events; from the second on, events and detail stand side by side."""

FOLDABLE = ("sidebar", "detail")
HISTOGRAM = "histogram"

NO_ROOM = "There is no room for the histogram: the terminal is too low."
NO_EVENTS = "There is no histogram where there are no events."


class Panes(Undrawn):
    """Shows and hides the panes with the ids of FOLDABLE, and the histogram.

    What the user chose of the panes holds until the width class changes; the one that has the focus then stays.
    `size` is that of the terminal, so that the first frame is arranged for it.
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

    def __init__(self, size: Size, *, id: str | None = None) -> None:
        super().__init__(id=id)
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
        self._arrange()

    @property
    def is_narrow(self) -> bool:
        return self._width_class == "-narrow"

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
        for pane in self.query(f"#{name}"):  # the detail is not there yet while the log is opened
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
