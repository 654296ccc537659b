"""What every dialog is: a screen over the one it asks for, which shows through dimmed. It opens at once."""

from __future__ import annotations

from contextlib import ExitStack
from functools import lru_cache
from typing import Any, TypeVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.color import Color
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from ..asking_screen import AskingScreen

Answer = TypeVar("Answer")

FEW_STYLES = 4_096


class Dialog(ModalScreen[Answer], AskingScreen[Answer]):
    """Asks for one thing, and is dismissed with the answer."""

    @property
    def unkept(self) -> str:
        """What would be lost if the app ended now, and took some writing; nothing where nothing would."""
        return ""

    def __init__(self) -> None:
        super().__init__()
        self._opening = ExitStack()
        """Nothing is drawn until it is closed."""

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Draw a dialog that opens once, when it has its final size, and find no styles that were just found."""
        if not self.stack_updates:
            event.refresh_styles = False
            self._opening.callback(self._let_draw)
            self._opening.enter_context(self.app.batch_update())
            self.call_after_refresh(self._opening.close)

    def _let_draw(self) -> None:
        self.app.screen.check_idle()

    def on_unmount(self) -> None:
        """Let others draw also when the dialog is closed before it was drawn."""
        self._opening.close()

    def _compositor_refresh(self) -> None:
        if not self.app._batch_count:  # else all that is computed would be thrown away
            super()._compositor_refresh()

    def render(self) -> Any:
        rendered = super().render()
        return Dimmed(rendered) if isinstance(rendered, BackgroundScreen) else rendered


class Dimmed(Visual):
    """The screen below. Textual mixes the colours of each run of characters anew, whenever a dialog is drawn."""

    def __init__(self, below: BackgroundScreen) -> None:
        self._screen: Screen[object] = below.screen
        self._color = below.color

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        strips = self._screen._compositor.render_strips()
        return [self._dimmed(strip, style.rich_style).adjust_cell_length(width) for strip in strips[:height]]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._screen.size.height

    def _dimmed(self, strip: Strip, under: RichStyle) -> Strip:
        color = self._color
        return Strip([Segment(text, _dimmed(style, color, under)) for text, style, _ in strip], strip.cell_length)


@lru_cache(FEW_STYLES)
def _dimmed(style: RichStyle | None, color: Color, under: RichStyle) -> RichStyle:
    (segment,) = BackgroundScreen.process_segments([Segment("", style)], color)
    return under + segment.style
