"""The dialog that asks what to copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList

from ..copying import Copy
from .choice_list import ChoiceList
from .dialog import Dialog
from .frame import DialogFrame


class CopyMenu(Dialog["Copy | None"]):
    """Returns the one of `copies` that the user chose by its key, by enter or by a click; None when cancelled."""

    DEFAULT_CSS = """
    CopyMenu { align: center middle; }
    CopyMenu DialogFrame { width: 40; }
    """
    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "Cancel", id="copy_menu.cancel"),
    ]

    def __init__(self, copies: Sequence[Copy]) -> None:
        super().__init__()
        self._copies = copies

    def compose(self) -> ComposeResult:
        with DialogFrame("Copy", "enter or a letter · esc cancel"):
            yield ChoiceList(
                *(Content.styled(f"{each.key}  ", "$text-accent") + Content(each.what) for each in self._copies)
            )

    def on_key(self, event: events.Key) -> None:
        for each in self._copies:
            if event.character == each.key:
                event.stop()
                self.dismiss(each)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._copies[message.option_index])

    def action_cancel(self) -> None:
        self.dismiss(None)
