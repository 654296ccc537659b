"""The styles of the parts of a row, each worked out once for a theme."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget

ROW_CSS = """
    EventTable > .event-table--header { color: $text-muted; text-style: bold; background: $panel; }
    EventTable > .event-table--cursor { background: $panel; text-style: bold; }
    EventTable:focus > .event-table--cursor { background: $primary-muted; text-style: bold; }
    EventTable:focus:ansi > .event-table--cursor {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
    }
    EventTable > .event-table--muted { color: $text-muted; }
    EventTable > .event-table--created { color: $text-success; }
    EventTable > .event-table--changed { color: $text-primary; }
    EventTable > .event-table--ended { color: $text-secondary; }
    EventTable > .event-table--warning { color: $text-warning; text-style: bold; }
    EventTable > .event-table--failure { color: $text-error; text-style: bold; }
    EventTable > .event-table--job { color: $text-muted; }
"""
ROW_CLASSES = tuple(
    f"event-table--{name}"
    for name in ("header", "cursor", "muted", "created", "changed", "ended", "warning", "failure", "job")
)


class TableStyles:
    """Takes them from the component classes of `table`."""

    def __init__(self, table: Widget) -> None:
        self._table = table
        self._known: dict[tuple[str, bool], Style] = {}

    def of(self, role: str, highlighted: bool) -> Style:
        """The style of a part of a row: of the component class `role`, or of the table itself for `plain`."""
        style = self._known.get((role, highlighted))
        if style is None:
            style = self._table.rich_style
            if role != "plain":
                # Not the partial style: a colour such as $text-muted is known only upon its background.
                style += self._table.get_component_rich_style(f"event-table--{role}")
            if highlighted:
                style += self._table.get_component_rich_style("event-table--cursor", partial=True)
            self._known[role, highlighted] = style
        return style

    def clear(self) -> None:
        """Another theme: nothing that was worked out holds."""
        self._known.clear()
