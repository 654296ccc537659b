"""The dialog that lists what the table can have as columns: shown or not, in which order, and how wide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList

from ..keys import COLUMN_LIST_KEYS
from ..table_choice import MOST_COLUMNS, NARROWEST, TITLES, WIDEST, Columns, TableColumn
from ..visible import visible
from ..widgets.table_columns import PATH_WIDTH, fit, layout
from .ask_path import AskPath
from .choice_list import ChoiceList
from .dialog import Dialog
from .frame import DialogFrame

TITLE_CELLS, NAME_CELLS = 20, 26


class ColumnLines(ChoiceList):
    """A line for each column, those of the table first and in their order. `usual` are what `r` leads back to.

    `width` is what a row of the table has, in cells.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*COLUMN_LIST_KEYS]

    class Chosen(Message):
        """The user chose other columns."""

    class Left(Message):
        """The user has the columns that were wanted."""

    def __init__(self, columns: Columns, usual: Columns, width: int) -> None:
        self._usual = usual
        self._width = width
        self._begin_with(columns)
        super().__init__(*self._drawn(), markup=False)
        self.highlighted = 0

    @property
    def columns(self) -> Columns:
        return tuple(column for column in self._offered if column.name in self._shown)

    def _begin_with(self, columns: Columns) -> None:
        self._shown = {column.name for column in columns}
        self._offered = [*columns, *(TableColumn(name) for name in TITLES if name not in self._shown)]

    @property
    def _at(self) -> int:
        return self.highlighted or 0

    def _drawn(self) -> Iterator[Content]:
        placed = {each.column.name for each in layout(self.columns, self._width)}
        for column in self._offered:
            is_shown = column.name in self._shown
            state = "" if column.width is None else f"{column.width} wide"
            if is_shown and column.name not in placed:
                state = "no room"
            title = fit(column.title, TITLE_CELLS)
            name = fit(visible(column.name, NAME_CELLS), NAME_CELLS)
            yield Content.assemble(
                ("✓ ", "$text-success") if is_shown else "  ",
                title if is_shown else (title, "$text-muted"),
                (f" {name} ", "$text-muted"),
                state,
            )

    def _choose(self, at: int) -> None:
        """Other columns are chosen; the cursor goes to one of the lines."""
        self.clear_options()
        self.add_options(list(self._drawn()))
        self.highlighted = at
        self.post_message(self.Chosen())

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        name = self._offered[message.option_index].name
        if self._shown == {name}:
            self.notify("The table has one column at least.", markup=False)
            return
        if name not in self._shown and not self._has_room():
            return
        self._shown ^= {name}
        self._choose(message.option_index)

    def action_shift(self, step: int) -> None:
        at, to = self._at, self._at + step
        if 0 <= to < len(self._offered):
            self._offered.insert(to, self._offered.pop(at))
            self._choose(to)

    def action_widen(self, step: int) -> None:
        column = self._offered[self._at]
        width = column.width or self._width_of(column)
        self._replace(column._replace(width=max(NARROWEST, min(width + step, WIDEST))))

    def action_fit(self) -> None:
        self._replace(self._offered[self._at]._replace(width=None))

    def _replace(self, column: TableColumn) -> None:
        self._offered[self._at] = column
        self._choose(self._at)

    def _width_of(self, column: TableColumn) -> int:
        placed = layout(self.columns, self._width)
        return next((each.width for each in placed if each.column == column), PATH_WIDTH)

    def action_add_path(self) -> None:
        self.app.push_screen(AskPath(), self._add)

    def _add(self, added: TableColumn | None) -> None:
        """Behind those that the table has; one that is offered already is shown."""
        if added is None or (added.name not in self._shown and not self._has_room()):
            return
        names = [column.name for column in self._offered]
        if added.name in names:
            self._shown.add(added.name)
            self._choose(names.index(added.name))
        else:
            at = max(names.index(name) for name in self._shown) + 1
            self._offered.insert(at, added)
            self._shown.add(added.name)
            self._choose(at)

    def _has_room(self) -> bool:
        """Whether one more column can be shown: more would be kept and then not read. Says so where it cannot."""
        has_room = len(self._shown) < MOST_COLUMNS
        if not has_room:
            self.notify(f"The table has {MOST_COLUMNS} columns at most.", markup=False)
        return has_room

    def action_reset(self) -> None:
        self._begin_with(self._usual)
        self._choose(0)

    def action_close(self) -> None:
        self.post_message(self.Left())


class ChooseColumns(Dialog[Columns]):
    """Returns the columns with which the user leaves. `show` is told of each change, so that it can be seen at once."""

    DEFAULT_CSS = """
    ChooseColumns { align: center bottom; background: $background 20%; }
    ChooseColumns DialogFrame { width: 76; max-height: 60%; padding: 0 1; }
    """

    def __init__(self, columns: Columns, usual: Columns, width: int, show: Callable[[Columns], object]) -> None:
        super().__init__()
        self._lines = ColumnLines(columns, usual, width)
        self._show = show

    def compose(self) -> ComposeResult:
        keys = "enter show · J K move · ← → width · a add a path · r reset · esc done"
        with DialogFrame("Columns of the table", keys):
            yield self._lines

    def on_column_lines_chosen(self) -> None:
        self._show(self._lines.columns)

    def on_column_lines_left(self) -> None:
        self.dismiss(self._lines.columns)
