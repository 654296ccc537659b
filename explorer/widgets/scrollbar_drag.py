"""Where a drag of the scrollbar leads in a long list."""

from textual.scrollbar import ScrollBar


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
