"""Events -> Parquet, by pyarrow where it is installed: times as times, everything else as text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from store import ExportMistake

if TYPE_CHECKING:
    from store import Event

    from .about import About
    from .columns import Column

MOST_ROWS = 50_000
MOST_CHARACTERS = 32_000_000
"""A group of rows, which is held in memory until it is written, ends after so many."""

ABOUT = "activity"
"""The key of the file's own metadata under which stands what it is, as JSON."""


class Parquet:
    """One file of groups of rows; what it is stands in its metadata. Raises ExportMistake where pyarrow is missing."""

    says_what_it_is = True

    def __init__(self, about: About, columns: Sequence[Column]) -> None:
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            raise ExportMistake(
                "To write Parquet, the package pyarrow is needed.", "Install it: pip install pyarrow"
            ) from None
        self._arrow: Any = pyarrow
        self._about = about
        self._columns = columns
        self._schema = pyarrow.schema([(column.name, self._type(column)) for column in columns])
        self._written = _Written()
        self._writer = parquet.ParquetWriter(self._written, self._schema, compression="zstd")
        self._waiting: list[Event] = []
        self._characters = 0

    def begin(self) -> bytes:
        return self._written.take()

    def write(self, events: Sequence[Event]) -> bytes:
        self._waiting.extend(events)
        self._characters += sum(len(event.payload or "") + len(event.request or "") for event in events)
        if len(self._waiting) >= MOST_ROWS or self._characters >= MOST_CHARACTERS:
            self._write_group()
        return self._written.take()

    def end(self, count: int) -> bytes:
        if self._waiting:
            self._write_group()
        self._writer.add_key_value_metadata({ABOUT: self._about.written(count)})
        self._writer.close()
        return self._written.take()

    def _write_group(self) -> None:
        arrays = [self._array(column) for column in self._columns]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._waiting, self._characters = [], 0

    def _type(self, column: Column) -> Any:
        return self._arrow.timestamp("us", tz="UTC") if column.name == "occurred_at" else self._arrow.string()

    def _array(self, column: Column) -> Any:
        kind = self._type(column)
        if column.name == "occurred_at":
            return self._arrow.array([event.occurred_at for event in self._waiting], type=kind)
        texts = [column.cell(event) for event in self._waiting]
        try:
            return self._arrow.array(texts, type=kind)
        except UnicodeEncodeError:  # a lone surrogate, which Parquet does not have
            safe = [text and text.encode("utf-8", "backslashreplace").decode() for text in texts]
            return self._arrow.array(safe, type=kind)


class _Written(io.RawIOBase):
    """What was written and not taken yet."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken
