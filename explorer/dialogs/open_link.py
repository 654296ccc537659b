"""The dialog that asks for the link of an event."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Button, Input

from .dialog import Dialog
from .frame import DialogFrame
from .text_field import TextField


class OpenLink(Dialog["str | None"]):
    """Returns the text of a link that can be read, or None when the user cancels.

    `link_template` is the one of the settings, whose addresses are links as well.
    """

    DEFAULT_CSS = """
    OpenLink { align: center middle; }
    OpenLink Horizontal { height: 1; align-horizontal: right; }
    OpenLink Button { margin: 0 0 0 2; }
    """
    BINDINGS: ClassVar = [Binding("escape", "cancel", "Cancel", id="open_link.cancel")]

    def __init__(self, link_template: str | None = None) -> None:
        super().__init__()
        self._link_template = link_template
        self._link = TextField("Paste an event link", placeholder="activity://production/…", line_break="")

    def compose(self) -> ComposeResult:
        with DialogFrame("Open an event link", "enter open · esc cancel"):
            yield self._link
            with Horizontal():
                yield Button("Open", variant="primary", compact=True, id="open")
                yield Button("Cancel", compact=True, id="cancel")

    @on(Input.Changed)
    def _check(self) -> None:
        if self._link.text:
            self._is_link()
        else:
            self._link.say("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#open")
    def _open(self) -> None:
        if self._is_link():
            self.dismiss(self._link.text)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)

    def _is_link(self) -> bool:
        """Whether the text can be read as a link. Says under it which event it names, or what is wrong."""
        from store import LinkMistake

        from ..link import EventLink

        try:
            link = EventLink.parse(self._link.text, self._link_template)
        except LinkMistake as mistake:
            self._link.say(f"{mistake} {mistake.advice}".strip(), mistaken=True)
            return False
        place = f" in {link.environment}" if link.environment else ""
        self._link.say(f"Event {link.event_id}{place}")
        return True
