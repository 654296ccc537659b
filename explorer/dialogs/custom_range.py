"""The dialog that asks for a range of time: two moments in the filter's own language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Button, Input, Static

from ..display import time_text
from .dialog import Dialog
from .frame import DialogFrame
from .text_field import TextField

if TYPE_CHECKING:
    from store import TimeRange

HELP = (
    "-15m · -24h · -1y · now · all · 2026-10-01 · 2026-10-01 10:04\n"
    "2026-10-01T10:04:11Z · 2026-10-01 10:04+02:00\n"
    "Without an offset it is UTC. Both ends belong to the range: a day or minute written as the end counts to its last "
    "moment."
)


class CustomRange(Dialog["TimeRange | None"]):
    """Returns the range, or None when the user cancels. `now` (UTC) is what relative moments count from."""

    DEFAULT_CSS = """
    CustomRange { align: center middle; }
    CustomRange .custom-range--help { color: $text-muted; margin: 0 0 1 0; height: auto; }
    CustomRange Horizontal { height: 1; align-horizontal: right; }
    CustomRange Button { margin: 0 0 0 2; }
    """
    BINDINGS: ClassVar = [Binding("escape", "cancel", "Cancel", id="custom_range.cancel")]

    def __init__(self, current: TimeRange, now: datetime) -> None:
        from store import write_moment

        super().__init__()
        self._now = now
        until = "" if current.until is None else write_moment(current.until, end=True)
        since, first = write_moment(current.since), "all: from the first event on"
        self._since = TextField("From", since, placeholder=first, replaces=True)
        self._until = TextField("To", until, placeholder="no end", replaces=True)

    def compose(self) -> ComposeResult:
        with DialogFrame("Events of a range of time", "enter apply · esc cancel"):
            yield self._since
            yield self._until
            yield Static(HELP, classes="custom-range--help", markup=False)
            with Horizontal():
                yield Button("Apply", variant="primary", compact=True, id="apply")
                yield Button("Cancel", compact=True, id="cancel")

    @on(Input.Changed)
    def _check(self) -> None:
        self._read()

    @on(Input.Submitted)
    @on(Button.Pressed, "#apply")
    def _apply(self) -> None:
        time = self._read()
        if time is not None:
            self.dismiss(time)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)

    def _read(self) -> TimeRange | None:
        """The range that is written, None when there is none. Says under each field what its moment means."""
        since = self._read_end(self._since, "since")
        until = self._read_end(self._until, "until")
        if since is None or until is None:
            return None
        time = since.replaced(until=until.until)
        settled = time.settled(self._now)
        if isinstance(settled.until, datetime) and not settled.matches(settled.until):
            self._until.say("The range ends before it begins.", mistaken=True)
            return None
        return time

    def _read_end(self, field: TextField, end: str) -> TimeRange | None:
        """A range with this one end, None when the field writes no moment."""
        from store import TimeMistake, TimeRange, parse_bound

        try:
            moment = parse_bound(field.text or "all", self._now, end=end == "until")
        except TimeMistake as mistake:
            field.say(f"{mistake} {mistake.advice}".strip(), mistaken=True)
            return None
        time = TimeRange(**{"since": None, end: moment})
        settled = time.settled(self._now)
        place = settled.since if end == "since" else settled.until
        field.say(f"= {time_text(place, UTC)} UTC" if isinstance(place, datetime) else "= no limit")
        return time
