"""The dialog that asks for a moment to go to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Button, Input, Static

from ..display import time_text
from .dialog import Dialog
from .frame import DialogFrame
from .text_field import TextField

HELP = "-3h · 14:00 · yesterday 14:00 · friday · 2026-10-01 10:04 · 1764072000\nWithout an offset it is UTC."


class GoToTime(Dialog["datetime | None"]):
    """Returns a moment (UTC), or None when the user cancels. `now` (UTC) is what relative moments count from.

    A `refusal` says why there is nowhere to go. It is said in the dialog: whoever has written a time ahead writes it
    there, and not over the list.
    """

    DEFAULT_CSS = """
    GoToTime { align: center middle; }
    GoToTime .go-to-time--help { color: $text-muted; margin: 0 0 1 0; height: auto; }
    GoToTime Horizontal { height: 1; align-horizontal: right; }
    GoToTime Button { margin: 0 0 0 2; }
    """
    BINDINGS: ClassVar = [Binding("escape", "cancel", "Cancel", id="go_to_time.cancel")]

    def __init__(
        self,
        now: datetime,
        *,
        title: str = "Go to a time",
        question: str = "Go to the event nearest to",
        refusal: str = "",
    ) -> None:
        super().__init__()
        self._now = now
        self._title = title
        self._refusal = refusal
        self._moment = TextField(question, placeholder="yesterday 14:00")

    def compose(self) -> ComposeResult:
        with DialogFrame(self._title, "enter go · esc cancel"):
            yield self._moment
            yield Static(HELP, classes="go-to-time--help", markup=False)
            with Horizontal():
                yield Button("Go", variant="primary", compact=True, id="go")
                yield Button("Cancel", compact=True, id="cancel")

    def on_mount(self) -> None:
        self._moment.say(self._refusal, mistaken=bool(self._refusal))

    @on(Input.Changed)
    def _check(self) -> None:
        if self._moment.text or self._refusal:
            self._read()
        else:
            self._moment.say("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def _go(self) -> None:
        if (moment := self._read()) is not None:
            self.dismiss(moment)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)

    def _read(self) -> datetime | None:
        """The moment that is written. Says under the field which one it is, or what is wrong."""
        from store import TimeMistake, parse_when

        if self._refusal:
            self._moment.say(self._refusal, mistaken=True)
            return None
        try:
            moment = parse_when(self._moment.text, self._now)
        except TimeMistake as mistake:
            self._moment.say(f"{mistake} {mistake.advice}".strip(), mistaken=True)
            return None
        self._moment.say(f"= {time_text(moment, UTC)} UTC")
        return moment
