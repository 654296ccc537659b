"""The dialog that asks for a path into the payload, to be a column of the table."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from ..table_choice import TableColumn, column_of_path
from .dialog import Dialog
from .frame import DialogFrame
from .text_field import TextField


class AskPath(Dialog["TableColumn | None"]):
    """Returns the column of the path, None when the user cancels."""

    DEFAULT_CSS = """
    AskPath { align: center middle; }
    """
    BINDINGS: ClassVar = [Binding("escape", "cancel", "Cancel", id="ask_path.cancel")]

    def __init__(self) -> None:
        super().__init__()
        self._field = TextField("Path into the payload", placeholder='plan.id, items.0.name, metadata."a key"')

    def compose(self) -> ComposeResult:
        with DialogFrame("A column from the payload", "enter add · esc cancel"):
            yield self._field

    @on(Input.Changed)
    def _check(self) -> None:
        if self._field.text:
            self._read()

    @on(Input.Submitted)
    def _answer(self) -> None:
        if (column := self._read()) is not None:
            self.dismiss(column)

    def _read(self) -> TableColumn | None:
        """The column of what is written, None when that is no path. Says which."""
        from store import FilterMistake

        try:
            column = column_of_path(self._field.text)
        except FilterMistake as mistake:
            self._field.say(f"{mistake} {mistake.advice}".strip(), mistaken=True)
            return None
        self._field.say(f"= {column.name}")
        return column

    def action_cancel(self) -> None:
        self.dismiss(None)
