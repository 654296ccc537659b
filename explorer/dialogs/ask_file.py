"""The dialog that asks for the name of a file before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Button, Input

from ..export.file import place_named
from .dialog import Dialog
from .frame import DialogFrame
from .text_field import TextField


class AskFile(Dialog["Path | None"]):
    """Returns where to write what `title` says, a path from the root, at first `name`; None when the user cancels.

    The first letter replaces that name up to its ending. A name that no new file can have is said to be one, and stays.
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
        if (path := self._read()) is not None:
            self.dismiss(path)

    @on(Input.Changed)
    def _read(self) -> Path | None:
        """The file that is named, None while it cannot be written, which is said under the field."""
        from store import TargetProblem

        if not self._field.text:
            self._field.say("Write the name of a file.", mistaken=True)
            return None
        try:
            path = place_named(self._field.text)
        except TargetProblem as problem:
            self._field.say(f"{problem} {problem.advice}", mistaken=True)
            return None
        self._field.say("")
        return path

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
