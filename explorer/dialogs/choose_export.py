"""The dialog that asks what to write of the events that a filter means, and where."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static

from ..display import count_text, visible
from ..export.compression import without_compression
from ..export.documents import DEFAULT_COLUMNS, ENDINGS, FormatName, chosen_columns, format_of
from ..export.file import place_named
from .dialog import Dialog
from .frame import DialogFrame
from .text_field import TextField

if TYPE_CHECKING:
    from pathlib import Path

    from store import Count

FORMATS: dict[FormatName, tuple[str, str]] = {
    "jsonl": ("JSON Lines", "all of each event, for another log or a program"),
    "csv": ("CSV", "columns, for a spreadsheet"),
    "markdown": ("Markdown", "a table with links, for a ticket"),
    "parquet": ("Parquet", "columns, for analysis (needs pyarrow)"),
}
TITLE_CELLS = 12


class ExportChoice(NamedTuple):
    """What to write, and where: a path from the root."""

    format_name: FormatName
    path: Path
    columns: tuple[str, ...]


class ChooseExport(Dialog["ExportChoice | None"]):
    """Returns what was chosen, None when the user cancels. `filter_sentence` is what will be written, at `now` (UTC).

    It begins in the name of the file, which the first letter replaces up to its ending; the arrows choose the format.
    `whole` is how many events these are, None until that is known exactly.
    """

    DEFAULT_CSS = """
    ChooseExport { align: center middle; }
    ChooseExport #what { height: auto; max-height: 4; margin: 0 0 1 0; }
    ChooseExport OptionList, ChooseExport OptionList:focus { height: auto; border: none; padding: 0;
        margin: 0 0 1 0; background: $surface; }
    ChooseExport Horizontal { height: 1; align-horizontal: right; }
    ChooseExport Button { margin: 0 0 0 2; }
    """
    AUTO_FOCUS = "TextField Input"
    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "Cancel", id="export.cancel"),
        Binding("up", "format(-1)", "Format above", id="export.format_above"),
        Binding("down", "format(1)", "Format below", id="export.format_below"),
    ]

    def __init__(self, filter_sentence: str, now: datetime) -> None:
        super().__init__()
        self.whole: int | None = None
        self._sentence = filter_sentence
        self._format_name: FormatName = "jsonl"
        self._what = Static(self._said("Counting …"), id="what", markup=False)
        self._formats = OptionList(
            *(
                Content.styled(f"{title:<{TITLE_CELLS}}", "$text-accent") + Content(use)
                for title, use in FORMATS.values()
            )
        )
        self._stem = f"activity-{now:%Y%m%d-%H%M%S}"
        self._file = TextField("File", f"{self._stem}{_ending('jsonl')}")
        self._columns = TextField("Columns")
        self._columns.display = False

    def compose(self) -> ComposeResult:
        with DialogFrame("Export events", "↑↓ format · enter write · esc cancel"):
            yield self._what
            yield self._formats
            yield self._file
            yield self._columns
            with Horizontal():
                yield Button("Write", variant="primary", compact=True, id="write")
                yield Button("Cancel", compact=True, id="cancel")

    def on_mount(self) -> None:
        self._file.select(len(self._stem))

    def action_format(self, step: int) -> None:
        """Choose the format above (-1) or below (1)."""
        (self._formats.action_cursor_down if step > 0 else self._formats.action_cursor_up)()
        self._choose_format()

    def say_count(self, counted: Count) -> None:
        """Say how many events will be written, as far as that is known."""
        self.whole = counted.number if counted.exact else None
        self._what.update(self._said(f"{count_text(counted)} event{'' if counted.number == 1 else 's'}"))

    @on(OptionList.OptionHighlighted)
    def _choose_format(self) -> None:
        """Another format: the name gets its ending, and the columns are its own, unless the user wrote others.

        Whoever highlights one calls this: an enter that comes with its key is faster than the message of the list.
        """
        before, chosen = self._format_name, tuple(FORMATS)[self._formats.highlighted or 0]
        if chosen == before:
            return
        self._format_name = chosen
        self._columns.display = chosen != "jsonl"
        if self._columns.text == ",".join(DEFAULT_COLUMNS[before]):
            self._columns.write(",".join(DEFAULT_COLUMNS[chosen]))
        name = self._file.text
        bare = without_compression(name)
        if bare.endswith(_ending(before)):
            packed = "" if chosen == "parquet" else name[len(bare) :]
            self._file.write(bare.removesuffix(_ending(before)) + _ending(chosen) + packed)

    @on(Input.Changed)
    def _check(self) -> None:
        """Say what the fields mean. A name that says its format chooses that, before the ending that was there too."""
        from store import ExportMistake

        written = self._file.before_cursor
        if written != self._file.text and without_compression(written).lower().endswith(tuple(ENDINGS)):
            self._file.write(written)
        with contextlib.suppress(ExportMistake):
            self._formats.highlighted = tuple(FORMATS).index(format_of(self._file.text))
            self._choose_format()
        self._read()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    @on(Button.Pressed, "#write")
    def _write(self) -> None:
        if (choice := self._read()) is not None:
            self.dismiss(choice)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)

    def _read(self) -> ExportChoice | None:
        """What is chosen, None while something is wrong with it, which is said under its field."""
        from store import ExportMistake, TargetProblem

        try:
            path = place_named(self._file.text)
            self._file.say(f"= {path}")
        except TargetProblem as problem:
            self._file.say(f"{problem} {problem.advice}", mistaken=True)
            return None
        try:
            columns = chosen_columns(self._format_name, None if self._format_name == "jsonl" else self._columns.text)
            self._columns.say("")
        except ExportMistake as mistake:
            self._columns.say(f"{mistake} {mistake.advice}", mistaken=True)
            return None
        return ExportChoice(self._format_name, path, columns)

    def _said(self, amount: str) -> str:
        return f"{amount}: {visible(self._sentence)}"


def _ending(format_name: FormatName) -> str:
    return next(ending for ending, known in ENDINGS.items() if known == format_name)
