"""The line of keys below the panes: as many as can be named whole, the most important ones in any case."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Footer

BLANKS = 3
"""Around the key and behind what it does, as a footer draws them."""

GIVES_WAY = "go_to_time"
"""The action of the key that is left out first: it stands before others that are wanted more often."""


class KeyFooter(Footer):
    """What leads back and to the help is named last of all to be left out; help and the list of commands tell all."""

    _named: Sequence[tuple[Binding, bool]] = ()

    def compose(self) -> ComposeResult:
        # Textual keeps whoever watches an attribute until that is set again, which for this one never happens: every
        # move of the focus would leave its keys behind for good, and the search for garbage would take ever longer.
        self.mutate_reactive(Footer.compact)
        yield from super().compose()

    async def recompose(self) -> None:
        """Name the keys anew, where they are others than those that are named."""
        if not self.is_attached:  # its screen was left while it waited for a frame
            return
        named = [(binding, enabled) for _, binding, enabled, _ in self.screen.active_bindings.values() if binding.show]
        if named != self._named or not self._bindings_ready:
            self._named = named
            await super().recompose()
            self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """Show the keys that there is room for, each whole."""
        keys = {key: _cells(key) for key in self.query("FooterKey")}
        room = self.size.width
        by_importance = sorted(keys, key=lambda key: _importance(key, list(keys).index(key)))
        is_full = False
        for key in by_importance:
            is_full = is_full or keys[key] > room
            key.display = not is_full
            room -= keys[key]


def _importance(key: Widget, place: int) -> tuple[int, int]:
    """The lower, the later it is left out; of the others those in front, which belong to the pane with the focus."""
    action = getattr(key, "action", "")
    if key.has_class("-command-palette"):
        return 0, place
    if action in ("back", "leave", "help"):
        return 1, -place
    return 3 if GIVES_WAY in action else 2, place


def _cells(key: Widget) -> int:
    told = cell_len(getattr(key, "key_display", "")) + cell_len(getattr(key, "description", "")) + BLANKS
    return told + 2 * key.has_class("-command-palette")
