"""Containers that are not drawn: nothing on the screen tells them from those that are."""

import re

from textual.app import App, ComposeResult
from textual.containers import Container
from textual.widgets import Static

from explorer.widgets.undrawn import Undrawn


class Nested(App[None]):
    """A short text in containers as large as the screen."""

    CSS = "Screen { background: #123456; } Static { width: 8; height: 2; background: #654321; }"

    def __init__(self, kind: type[Container]) -> None:
        super().__init__()
        self._kind = kind

    def compose(self) -> ComposeResult:
        with self._kind(), self._kind():
            yield Static("seen")


async def picture_of(kind: type[Container]) -> str:
    app = Nested(kind)
    async with app.run_test(size=(20, 6)):
        return re.sub(r"terminal-\d+", "", app.export_screenshot())


async def test_it_looks_as_if_it_were_drawn() -> None:
    assert await picture_of(Undrawn) == await picture_of(Container)


async def test_it_is_there_for_the_mouse_and_knows_its_size() -> None:
    app = Nested(Undrawn)
    async with app.run_test(size=(20, 6)):
        found, region = app.screen.get_widget_at(15, 5)
        assert isinstance(found, Undrawn)
        assert region.size == found.size == (20, 6)
