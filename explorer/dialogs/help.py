"""The dialog that shows every key, grouped by where it acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ..display import visible
from .dialog import Dialog
from .frame import DialogFrame

GAP = 2


class KeyTable(VerticalScroll, can_focus=True, inherit_bindings=False):
    """What scrolls: it has the focus, so that the arrows and page keys move it."""

    DEFAULT_CSS = """
    KeyTable { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar = [
        Binding("up,k", "scroll_up", "Line up", id="help.up", show=False),
        Binding("down,j", "scroll_down", "Line down", id="help.down", show=False),
        Binding("pageup,ctrl+b", "page_up", "Page up", id="help.page_up", show=False),
        Binding("pagedown,ctrl+f", "page_down", "Page down", id="help.page_down", show=False),
        Binding("home,g", "scroll_home", "First line", id="help.first", show=False),
        Binding("end,G", "scroll_end", "Last line", id="help.last", show=False),
    ]


class Help(Dialog[None]):
    """`sections` are pairs of a heading and its lines, each a pair of keys and what they do."""

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help Static { height: auto; }
    """
    BINDINGS: ClassVar = [Binding("escape,q,question_mark,f1", "close", "Close", id="help.close")]

    def __init__(self, sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        with DialogFrame("Keys", "↑ ↓ scroll · esc close"), KeyTable():
            yield Static(self._content(), markup=False)

    def action_close(self) -> None:
        self.dismiss(None)

    def _content(self) -> Content:
        keys_width = max((len(keys) for _, lines in self._sections for keys, _ in lines), default=0) + GAP
        lines = []
        for place, (heading, keys_and_words) in enumerate(self._sections):
            lines += [Content("")] if place else []
            lines.append(Content.styled(visible(heading), "bold $text-primary"))
            for keys, words in keys_and_words:
                lines.append(Content.styled(f"  {visible(keys):<{keys_width}}", "$text-accent") + visible(words))
        return Content("\n").join(lines)
