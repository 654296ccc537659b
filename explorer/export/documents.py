"""The formats of an export by name and by the ending of a file, and the document that each of them makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from store import ExportMistake

from ..visible import visible
from .columns import PARTS, columns_of, named_columns
from .compression import compression_of, without_compression
from .csv import Csv
from .jsonl import JsonLines
from .markdown import COLUMNS as MARKDOWN_COLUMNS
from .markdown import Markdown

if TYPE_CHECKING:
    from store import Event

    from .about import About

FormatName = Literal["jsonl", "csv", "markdown", "parquet"]
ENDINGS: dict[str, FormatName] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".md": "markdown",
    ".markdown": "markdown",
    ".parquet": "parquet",
}
DEFAULT_COLUMNS: dict[FormatName, tuple[str, ...]] = {
    "jsonl": (),
    "csv": PARTS,
    "markdown": MARKDOWN_COLUMNS,
    "parquet": PARTS,
}


class Document(Protocol):
    """One document on its way: its beginning, then events in pages, then its end. All of it is bytes."""

    says_what_it_is: bool
    """Whether the document itself tells its filter, zone, count and time."""

    def begin(self) -> bytes: ...

    def write(self, events: Sequence[Event]) -> bytes: ...

    def end(self, count: int) -> bytes:
        """What follows the last event; `count` is how many there were."""
        ...


def format_of(name: str) -> FormatName:
    """The format that the ending of a file's name says, compressed or not. Raises ExportMistake when it says none."""
    bare = without_compression(name).lower()
    found = next((ENDINGS[ending] for ending in ENDINGS if bare.endswith(ending)), None)
    if found is None:
        raise ExportMistake(
            f"The name {visible(name, 80)} does not say its format.",
            "End it with .jsonl, .csv, .md or .parquet, or name the format.",
        )
    return found


def named_format(name: str) -> FormatName:
    """The format of that name. Raises ExportMistake for one that no file can have."""
    found = next((known for known in DEFAULT_COLUMNS if known == name), None)
    if found is None:
        raise ExportMistake("A table is for reading, not for files.", f"Choose one of {', '.join(DEFAULT_COLUMNS)}.")
    return found


def chosen_columns(format_name: FormatName, text: str | None) -> tuple[str, ...]:
    """The columns of a document: those that a text names, or else all that its format is for. Raises ExportMistake."""
    if text is None:
        return DEFAULT_COLUMNS[format_name]
    if format_name == "jsonl":
        raise ExportMistake("JSON Lines have no columns: they hold all of an event.", "Choose csv to have columns.")
    return tuple(column.name for column in named_columns(text))


def document(about: About, link_template: str | None, file_name: str = "") -> Document:
    """An empty document. Raises ExportMistake where pyarrow is missing."""
    if about.format_name == "jsonl":
        return JsonLines()
    if about.format_name == "markdown":
        return Markdown(about, link_template)
    columns = columns_of(about.columns, link_template)
    if about.format_name == "csv":
        return Csv(columns)
    if compression := compression_of(file_name):
        raise ExportMistake("Parquet is compressed within itself.", f"Leave out {compression} at the end of the name.")
    from .parquet import Parquet

    return Parquet(about, columns)
