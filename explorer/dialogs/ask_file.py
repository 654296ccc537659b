"""The dialog that asks for the name of a file before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Button, Input

from .dialog import Dialog
from .frame import DialogFrame
from .text_field import TextField


class AskFile(Dialog["str | None"]):
    """Returns the name of a file for what `title` says, at first `name`; None when the user cancels.

    The first letter replaces that name up to its ending.
    """

    DEFAULT_CSS = """
    AskFile { align: center middle; }
    AskFile Horizontal { height: 1; align-horizontal: right; }
    AskFile Button { margin: 0 0 0 2; }
    """
    BINDINGS: ClassVar = [Binding("escape", "cancel", "Cancel", id="ask_file.cancel")]

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self._title = title
        self._offered = name
        self._field = TextField("File", name)

    def compose(self) -> ComposeResult:
        with DialogFrame(self._title, "enter write · esc cancel"):
            yield self._field
            with Horizontal():
                yield Button("Write", variant="primary", compact=True, id="write")
                yield Button("Cancel", compact=True, id="cancel")

    def on_mount(self) -> None:
        self._field.select(len(Path(self._offered).stem))

    @on(Input.Submitted)
    @on(Button.Pressed, "#write")
    def _answer(self) -> None:
        if self._field.text:
            self.dismiss(self._field.text)
        else:
            self._field.say("Write the name of a file.", mistaken=True)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
