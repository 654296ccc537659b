"""The ways out of an empty list: other lists that are not empty, to be chosen from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList

from ..display import visible
from ..keys import WAY_KEYS
from ..messages import FilterChanged, ListChosen

if TYPE_CHECKING:
    from ..emptiness import WayOut


class WaysOut(OptionList):
    """Shows each way as soon as it is found; the chosen one becomes the list."""

    DEFAULT_CSS = """
    WaysOut, WaysOut:focus { height: 1fr; border: none; padding: 0 2; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*WAY_KEYS]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ways: list[WayOut] = []

    def add(self, way: WayOut) -> None:
        self._ways.append(way)
        self.add_option(Content.styled("→ ", "$text-accent") + Content(visible(way.sentence)))
        if self.highlighted is None:
            self.highlighted = 0

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        way = self._ways[message.option_index]
        if way.position is None:
            self.post_message(FilterChanged(way.event_filter))
        else:
            self.post_message(ListChosen(way.event_filter, way.position))
