"""The dialog that asks which saved view to open, each with what it shows or what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList

from ..visible import visible
from .choice_list import ChoiceList
from .dialog import Dialog
from .frame import DialogFrame

if TYPE_CHECKING:
    from store import TimeRange

    from ..saved_views import SavedView

NAME_CELLS = 24
MEANING_CELLS = 70


class OpenView(Dialog["SavedView | None"]):
    """Returns the view that the user chose, None when cancelled. Views that name no time are of the `time` shown."""

    DEFAULT_CSS = """
    OpenView { align: center middle; }
    OpenView DialogFrame { width: 102; }
    OpenView ChoiceList { text-wrap: nowrap; text-overflow: ellipsis; }
    """
    BINDINGS: ClassVar = [Binding("escape", "cancel", "Cancel", id="open_view.cancel")]

    def __init__(self, views: Sequence[SavedView], time: TimeRange) -> None:
        super().__init__()
        self._views = views
        self._time = time

    def compose(self) -> ComposeResult:
        with DialogFrame("Open a view", "enter open · esc cancel"):
            yield ChoiceList(*(_drawn(view, self._time) for view in self._views), markup=False)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._views[message.option_index])

    def action_cancel(self) -> None:
        self.dismiss(None)


def _drawn(view: SavedView, time: TimeRange) -> Content:
    from store import FilterMistake, SettingsMistake, sentence

    name = visible(view.name, NAME_CELLS)
    try:
        said = "asks for the value" if view.waits else sentence(view.read(time))
        view.read_columns()
        style = "$text-muted"
    except (FilterMistake, SettingsMistake) as mistake:
        said, style = f"{mistake} {mistake.advice}".strip(), "$text-error"
    gap = " " * (NAME_CELLS + 2 - cell_len(name))
    return Content.assemble(name, gap, (visible(said, MEANING_CELLS), style))
