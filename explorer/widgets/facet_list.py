"""The values of one field as a list to pick from: any number of them in a few lines, with marks, counts, a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ..display import visible
from ..keys import FACET_KEYS
from .facet_line import REMOVE_SIGN, LineStyles, facet_line
from .facet_rows import FacetRow, Side, facet_rows, row_fits, said_of_none, toggled, without_row
from .sidebar_messages import ChoiceMade, EdgeReached

if TYPE_CHECKING:
    from store import Choice, Facet, Vocabulary


TITLE_HEIGHT = 1
NO_LIMIT = 10**9


class FacetList(ScrollView, can_focus=True, inherit_bindings=False):
    """One field of the filter. Posts `ChoiceMade` when the user changes it, never when it is shown something.

    With `counted` it lists what the log holds. Otherwise it lists only what the filter names, and takes no focus while
    that is nothing; `signed` ones show the kind of each event name. Chosen values stand first, but nothing changes its
    place while the list has the focus. While it `is_late`, the known counts are of another list, and none is drawn.
    """

    DEFAULT_CSS = """
    FacetList { height: auto; overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-background: $surface; }
    FacetList > .facet-list--title { text-style: bold; }
    FacetList > .facet-list--muted { color: $text-muted; }
    FacetList > .facet-list--included { color: $text-accent; text-style: bold; }
    FacetList > .facet-list--excluded { color: $text-error; text-style: strike; }
    FacetList > .facet-list--cursor { text-style: reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"facet-list--{name}" for name in ("title", "muted", "included", "excluded", "cursor")
    }
    BINDINGS: ClassVar[list[BindingType]] = [*FACET_KEYS]
    ALLOW_SELECT = False
    is_late = reactive(False)

    def __init__(
        self,
        field: str,
        title: str,
        *,
        vocabulary: Vocabulary | None = None,
        counted: bool = True,
        signed: bool = False,
        most_rows: int = 8,
    ) -> None:
        super().__init__()
        self.field = field
        self._title = title
        self._vocabulary = vocabulary
        self._counted = counted
        self._signed = signed
        self._most_rows = most_rows
        self._facets: Sequence[Facet] | None = None
        self._at_least = self._left_out = self._is_counted_anew = False
        self._choice: Choice | None = None
        self._rows: list[FacetRow] = []
        self._shown: list[FacetRow] = []
        self._cursor = 0
        self._query: str | None = None
        self._typing = False
        self._fit_height()

    # What the list is told

    def show(self, choice: Choice) -> None:
        """Mark what the filter says of this field."""
        if choice != self._choice:
            self._choice, self._is_counted_anew = choice, False
            self._arrange()

    def show_facets(self, facets: Sequence[Facet], *, at_least: bool = False, left_out: bool = False) -> None:
        """List these values of the log; with `at_least` there are at least so many of each, `left_out`: not counted."""
        self.is_late, before = False, (self._facets, self._at_least, self._left_out, self._is_counted_anew)
        if (facets, at_least, left_out, True) != before:
            self._facets, self._at_least, self._left_out, self._is_counted_anew = facets, at_least, left_out, True
            self._arrange()

    def enter(self, step: int) -> None:
        """Put the cursor where a user arrives who comes from the control above (1) or below (-1)."""
        self._move_to(0 if step > 0 else len(self._shown) - 1)

    @property
    def is_counted(self) -> bool:
        return self._counted

    @property
    def highlighted(self) -> FacetRow | None:
        return self._shown[self._cursor] if self._cursor < len(self._shown) else None

    @property
    def rows(self) -> Sequence[FacetRow]:
        """What is listed, in order."""
        return self._shown

    def _arrange(self) -> None:
        if self._choice is None:
            return
        rows = facet_rows(self._facets or (), self._choice, self._vocabulary, are_counted=self._is_counted_anew)
        if self.has_focus:
            places = {row.label: place for place, row in enumerate(self._rows)}
            rows.sort(key=lambda row: places.get(row.label, len(places)))
        else:
            rows.sort(key=lambda row: row.side is None)
        self._rows = rows
        self._narrow()

    def _narrow(self) -> None:
        """List the rows that fit the search; the highlighted one stays highlighted."""
        label = self.highlighted.label if self.highlighted else None
        query = self._query
        self._shown = [row for row in self._rows if row_fits(row, query, self._vocabulary)] if query else self._rows
        places = (place for place, row in enumerate(self._shown) if row.label == label)
        self._cursor = next(places, max(0, min(self._cursor, len(self._shown) - 1)))
        self._fit_height()
        self.virtual_size = Size(self.size.width, len(self._shown) + TITLE_HEIGHT)
        self.refresh()

    def _fit_height(self) -> None:
        """As high as all rows need up to the limit, whatever the search leaves of them."""
        self.can_focus = self._counted or bool(self._rows)
        least = 1 if self._counted else 0
        height = TITLE_HEIGHT + max(least, min(len(self._rows), self._most_rows))
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height

    # What the user does

    def action_move(self, step: int) -> None:
        self._stop_typing()
        target = self._cursor + step
        if 0 <= target < len(self._shown):
            self._move_to(target)
        else:
            self.post_message(EdgeReached(1 if step > 0 else -1))

    def action_page(self, pages: int) -> None:
        self._move_to(self._cursor + pages * max(1, self._height - 1))

    def action_first(self) -> None:
        self._move_to(0)

    def action_last(self) -> None:
        self._move_to(NO_LIMIT)

    def action_choose(self, side: Side) -> None:
        """Put the highlighted row on that side of the filter; from there, take it out."""
        if self.highlighted is not None and self._choice is not None:
            self._make(toggled(self.highlighted, side, self._choice, self._vocabulary))

    def action_remove(self) -> None:
        """Take the highlighted row out of the filter."""
        if self.highlighted is not None and self.highlighted.words and self._choice is not None:
            self._make(without_row(self.highlighted, self._choice))

    def action_search(self) -> None:
        self._query = self._query or ""
        self._typing = True
        self.refresh()
        self.refresh_bindings()

    def _make(self, choice: Choice) -> None:
        self.show(choice)
        self.post_message(ChoiceMade(self.field, choice))

    def _move_to(self, place: int) -> None:
        self._cursor = max(0, min(place, len(self._shown) - 1))
        top = round(self.scroll_y)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + self._height:
            self.scroll_to(y=self._cursor - self._height + 1, animate=False, force=True)
        self.refresh()

    @property
    def _height(self) -> int:
        """Rows in sight, without the title."""
        return max(1, self.size.height - TITLE_HEIGHT)

    # The search: letters go to it while the user types, arrows end the typing and keep it, Escape ends it

    def check_consume_key(self, key: str, character: str | None) -> bool:
        if key == "escape":
            return self._query is not None
        return self._typing and (key == "backspace" or (character is not None and character.isprintable()))

    def on_key(self, event: events.Key) -> None:
        if self._query is None:
            return
        if event.key == "escape":
            self._search_for(None)
        elif self._typing and event.is_printable and event.character is not None:
            self._search_for(self._query + event.character)
        elif self._typing and event.key == "backspace":
            self._search_for(self._query[:-1] if self._query else None)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        if self._typing:
            self._search_for((self._query or "") + " ".join(event.text.split()))
            event.stop()

    def on_blur(self) -> None:
        self._search_for(None)

    def _search_for(self, query: str | None) -> None:
        if query is None:
            self._stop_typing()
        elif query != self._query:
            self._cursor = 0
        self._query = query
        self._narrow()
        self._move_to(self._cursor)

    def _stop_typing(self) -> None:
        if self._typing:
            self._typing = False
            self.refresh_bindings()
        if not self._query:
            self._query = None

    def on_click(self, event: events.Click) -> None:
        place = round(self.scroll_y) + event.y - TITLE_HEIGHT
        if event.y < TITLE_HEIGHT:
            if self._counted:
                self.action_search()
        elif place < len(self._shown):
            self._move_to(place)
            if not self._counted and event.x >= self.scrollable_content_region.width - cell_len(REMOVE_SIGN) - 1:
                self.action_remove()
            else:
                self.action_choose("excluded" if event.button == 3 else "included")

    def on_resize(self) -> None:
        if self.has_focus:  # else it shows its beginning, the most frequent values
            self._move_to(self._cursor)

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y < TITLE_HEIGHT:
            return self._title_line(width)
        place = round(self.scroll_y) + y - TITLE_HEIGHT
        if place < len(self._shown):
            return self._row_line(self._shown[place], place == self._cursor and self.has_focus, width)
        known = None if self._facets is None else (self._at_least, self._left_out)
        text = said_of_none(self._query, known) if place == 0 else ""
        return Strip([Segment(set_cell_size(f"  {text}", width), self._style("muted"))], width)

    def _title_line(self, width: int) -> Strip:
        if self._query is not None:
            note = f"{len(self._shown)} of {len(self._rows)}"
            left = f"/{visible(self._query)}{'▏' if self._typing else ''}"
        else:
            chosen = sum(row.side is not None for row in self._rows)
            more = f"{len(self._rows)} · / search" if self._counted and self.has_focus else ""
            note = more or (f"{chosen} chosen" if chosen else "")
            left = self._title
        room = max(0, width - cell_len(note))
        title = Segment(set_cell_size(visible(left, max(1, room - 1)), room), self._style("title"))
        return Strip([title, Segment(note, self._style("muted"))], width)

    def _row_line(self, row: FacetRow, highlighted: bool, width: int) -> Strip:
        label = self._style(row.side) if row.side else self.rich_style
        note = self._style("muted")
        if highlighted:
            cursor = self.get_component_rich_style("facet-list--cursor", partial=True)
            label, note = label + cursor, note + cursor
        styles = LineStyles(label, note)
        row = row._replace(is_counted=row.is_counted and not self.is_late)
        return facet_line(row, styles, width, highlighted=highlighted, count_sign=self._count_sign, signed=self._signed)

    @property
    def _count_sign(self) -> str | None:
        return None if not self._counted else "≥" if self._at_least else ""

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"facet-list--{name}")
