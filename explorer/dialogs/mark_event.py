"""The dialog that marks an event, with a note."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Button, Input

from ..display import event_label
from .dialog import Dialog
from .frame import DialogFrame
from .text_field import TextField

if TYPE_CHECKING:
    from store import Event

    from ..marks import Mark


class Noted(NamedTuple):
    """What the user wrote about the event; None takes its mark away."""

    note: str | None


class MarkEvent(Dialog["Noted | None"]):
    """Returns a note for `event`, which may have a `mark` already; None when the user cancels."""

    DEFAULT_CSS = """
    MarkEvent { align: center middle; }
    MarkEvent Horizontal { height: 1; align-horizontal: right; }
    MarkEvent Button { margin: 0 0 0 2; }
    """
    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "Cancel", id="mark_event.cancel"),
        Binding("ctrl+x", "unmark", "Unmark", id="mark_event.unmark", priority=True),
    ]

    def __init__(self, event: Event, mark: Mark | None) -> None:
        super().__init__()
        self._event = event
        self._mark = mark
        self._note = TextField("Note", mark.note if mark else "", placeholder="what it means, if you like")

    def compose(self) -> ComposeResult:
        title = "Marked event" if self._mark else "Mark this event"
        keys = "enter keep · ctrl+x unmark · esc cancel" if self._mark else "enter mark · esc cancel"
        with DialogFrame(title, keys):
            yield self._note
            with Horizontal():
                yield Button("Keep" if self._mark else "Mark", variant="primary", compact=True, id="keep")
                if self._mark:
                    yield Button("Unmark", compact=True, id="unmark")
                yield Button("Cancel", compact=True, id="cancel")

    @property
    def unkept(self) -> str:
        return "the note" if self._note.text != (self._mark.note if self._mark else "") else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a mark there is nothing to take away: the key cuts text as in any field."""
        return action != "unmark" or self._mark is not None

    def on_mount(self) -> None:
        self._note.say(event_label(self._event.event_name))

    @on(Input.Submitted)
    @on(Button.Pressed, "#keep")
    def _keep(self) -> None:
        self.dismiss(Noted(self._note.text))

    @on(Button.Pressed, "#unmark")
    def action_unmark(self) -> None:
        if self._mark is not None:
            self.dismiss(Noted(None))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
