"""The lines of a dialog that asks for one of several things: no frame of its own, as many rows as there are lines."""

from __future__ import annotations

from textual.widgets import OptionList


class ChoiceList(OptionList):
    """An option list that looks like the dialog it stands in."""

    DEFAULT_CSS = """
    ChoiceList, ChoiceList:focus { height: auto; max-height: 100%; border: none; padding: 0; background: $surface; }
    """
