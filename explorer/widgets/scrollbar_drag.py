"""A long view that a drag of its scrollbar leads through to both ends."""

from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollTo


class DraggedView(ScrollView):
    """Lets a drag of the scrollbar reach both ends exactly, and at once, without Textual's animation."""

    def _on_scroll_to(self, message: ScrollTo) -> None:
        message.stop()
        message.prevent_default()
        if message.y is not None:
            self.scroll_to(y=dragged_to(self.vertical_scrollbar, message.y), animate=False)


def dragged_to(bar: ScrollBar, target: float) -> float:
    """The row that a drag means which Textual takes for `target`, so that the thumb reaches both ends of the list.

    Textual moves the list by (rows / cells of the bar) for each cell of the drag, as if the thumb had no length: the
    last cells of a long list could then not be reached.
    """
    if bar.grabbed is None or not bar.window_size:
        return target
    length, window, whole = bar.size.height, bar.window_size, bar.window_virtual_size
    moved = (target - bar.grabbed_position) / (whole / window)
    thumb = max(1.0, window * length / whole)
    return bar.grabbed_position + moved * (whole - window) / max(1.0, length - thumb)
