"""A short list below a line of text, of what the word in it can become. The keys stay with the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import OptionList

from ..display import visible

if TYPE_CHECKING:
    from ..completions import Completion

LABEL_CELLS = 40


class CompletionList(OptionList, can_focus=False):
    """Lies over what is below it. Nothing in it is highlighted until the user goes there."""

    DEFAULT_CSS = """
    CompletionList {
        overlay: screen; width: 100vw; max-width: 80; height: auto; max-height: 10; display: none;
        background: $panel; color: $foreground; border: none; padding: 0; scrollbar-size-vertical: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    CompletionList.-textual-compact > .option-list--option { padding: 0 1; }
    CompletionList > .option-list--option-highlighted { background: $primary-muted; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False, compact=True)
        self._completions: Sequence[Completion] = ()

    def show(self, completions: Sequence[Completion], chosen: Completion | None = None) -> None:
        """List these, nothing when there are none; the user stays on the `chosen` one if it is among them."""
        if completions == self._completions:
            return
        self._completions = completions
        self.clear_options()
        self.add_options(map(_drawn, completions))
        self.highlighted = completions.index(chosen) if chosen in completions else None
        self.display = bool(completions)

    @property
    def completions(self) -> Sequence[Completion]:
        return self._completions

    @property
    def chosen(self) -> Completion | None:
        """The highlighted one."""
        return None if self.highlighted is None else self._completions[self.highlighted]

    def narrow(self, text: str) -> None:
        """List those that hold a text, and highlight none: another text is written. Nothing where none is."""
        wanted = text.casefold()
        fitting = [each for each in self._completions if wanted in f"{each.label}\n{each.note}".casefold()]
        self.show(fitting if wanted else ())
        self.highlighted = None

    def move(self, step: int) -> None:
        """Highlight the next (1) or previous (-1) one; before the first one is none."""
        place = (-1 if self.highlighted is None else self.highlighted) + step
        self.highlighted = None if place < 0 else min(place, len(self._completions) - 1)


def _drawn(completion: Completion) -> Content:
    label = visible(completion.label, LABEL_CELLS)
    gap = " " * (LABEL_CELLS + 2 - cell_len(label))
    return Content.assemble(label, gap, (visible(completion.note), "$text-muted"))
