"""The styles of the parts of a row, each worked out once for a theme."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


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
