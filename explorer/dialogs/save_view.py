"""The dialog that asks for the name under which to save a view."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Button, Input, Static

from ..saved_views import LONGEST_NAME
from ..visible import visible
from .dialog import Dialog
from .frame import DialogFrame
from .text_field import TextField


class SaveView(Dialog["str | None"]):
    """Returns a name for `query` with `columns`, which may be none; None when the user cancels.

    It says when one of `taken` will be written over.
    """

    DEFAULT_CSS = """
    SaveView { align: center middle; }
    SaveView .save-view--query { color: $text-muted; margin: 0 0 1 0; height: auto; }
    SaveView Horizontal { height: 1; align-horizontal: right; }
    SaveView Button { margin: 0 0 0 2; }
    """
    BINDINGS: ClassVar = [Binding("escape", "cancel", "Cancel", id="save_view.cancel")]

    def __init__(self, query: str, columns: str, taken: Collection[str]) -> None:
        super().__init__()
        self._query = query
        self._columns = columns
        self._taken = taken
        self._field = TextField("Name", placeholder="what it shows, in a word or two")

    def compose(self) -> ComposeResult:
        with DialogFrame("Save the filter as a view", "enter save · esc cancel"):
            yield Static(visible(self._query) or "the last 30 days", classes="save-view--query", markup=False)
            if self._columns:
                yield Static(visible(f"with the columns {self._columns}"), classes="save-view--query", markup=False)
            yield self._field
            with Horizontal():
                yield Button("Save", variant="primary", compact=True, id="save")
                yield Button("Cancel", compact=True, id="cancel")

    @on(Input.Changed)
    def _check(self) -> None:
        is_taken = self._field.text in self._taken
        self._field.say("There is such a view: it will be written over." if is_taken else "")

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def _save(self) -> None:
        name = self._field.text
        if not name or len(name) > LONGEST_NAME:
            self._field.say(f"Write a name of up to {LONGEST_NAME} characters.", mistaken=True)
        else:
            self.dismiss(name)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
