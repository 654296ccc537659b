"""A container that is not drawn: what it holds is, and where that leaves gaps, what it stands in."""

from __future__ import annotations

from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip


class Undrawn(Container):
    """Only arranges others, and has no colour, border or scrollbar of its own.

    Many stand in one another, each as large as the screen. Textual would keep all lines of each, cut at the edges of
    whatever covers them, and lay them under it in every frame.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        return []
