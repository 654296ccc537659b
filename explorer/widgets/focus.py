"""Where the focus goes when a line that had it is closed."""

from collections.abc import Callable

from textual.widget import Widget


def focus_again(came_from: Widget | None, otherwise: Callable[[], object]) -> None:
    """Back to the widget that had the focus before, unless it is gone, hidden or takes none by now."""
    if came_from is not None and came_from.focusable and came_from.is_on_screen:
        came_from.focus()
    else:
        otherwise()
