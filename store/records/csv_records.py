"""CSV with a header -> records: each row a JSON object of texts. RFC 4180, with any of the usual delimiters."""

import csv
import io
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Self, TextIO

from ..errors import EventMistake
from .record import Place, Record, Rejected
from .window import MOST_CHARACTERS

DELIMITERS = (",", ";", "\t", "|")

TYPE = "#TYPE "
"""So begins the line that PowerShell writes before the header."""

_sep = re.compile(r"sep=([,;\t|])\s*").fullmatch
"""The line by which Excel is told the delimiter."""

_COST_OF_A_LINE = 64
"""Characters for which a line is counted besides its own, since very many short ones take memory as well."""

_encode = json.JSONEncoder(ensure_ascii=False).encode


def delimiter_of(head: str) -> str | None:
    """The sign that parts the cells of the first line, None when it has only one cell."""
    lines = (line for line in head.splitlines() if line.strip())
    line = next(lines, "")
    if told := _sep(line):
        return told[1]
    if line.startswith(TYPE):
        line = next(lines, "")
    cells = {sign: len(next(csv.reader([line], delimiter=sign), [])) for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: cells[sign])
    return best if cells[best] > 1 else None


def csv_records(file: TextIO, delimiter: str) -> Iterator[Record | Rejected]:
    """The rows below the header, before which a line for PowerShell or for Excel may stand.

    A row with more or fewer cells than the header is rejected: it is cut or broken.

    Of what is not valid CSV the first line is rejected, and reading goes on with the next one.
    """
    csv.field_size_limit(MOST_CHARACTERS)
    lines = _Lines(file)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        line = lines.begin_row()
        try:
            cells = next(rows, None)
        except csv.Error as error:
            mistake = EventMistake(f"The row is not valid CSV: {error}.")
            yield Rejected(Place(line), mistake, lines.keep_first())
            continue
        if cells is None:
            return
        if not any(cells):
            continue
        if header is None:
            if not _is_preface(cells):
                header = cells
        elif len(cells) != len(header):
            mistake = EventMistake("The row has not as many cells as the header.")
            yield Rejected(Place(line), mistake, _line(cells, delimiter))
        else:
            pairs = list(zip(header, cells, strict=True))
            text = ",".join(f"{_encode(name)}:{_encode(cell)}" for name, cell in pairs)
            yield Record(Place(line), f"{{{text}}}", dict(pairs))


def _is_preface(cells: list[str]) -> bool:
    """Whether a row is a line that stands before the header."""
    return cells[0].startswith(TYPE) or (cells[0] == "sep=" and not any(cells[1:]))


class _Lines:
    """The lines of a file, of which those of the row that is being read can be had again.

    A stray quote takes what follows for the rest of its cell, up to the next quote or the end of the file.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._room = MOST_CHARACTERS
        self._line = 1

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._file)
        self._row.append(line)
        self._room -= len(line) + _COST_OF_A_LINE
        if self._room < 0 and len(self._row) > 1:
            raise csv.Error("a quote is not closed for very long")
        return line

    def begin_row(self) -> int:
        """The number of the line that comes next, counted from 1."""
        self._line += len(self._row)
        self._row.clear()
        self._room = MOST_CHARACTERS
        return self._line

    def keep_first(self) -> str:
        """The first line of a row, empty when it is too long; all others will come again, as rows of their own."""
        first, *others = self._row
        self._again.extendleft(reversed(others))
        self._row = [first]
        return first.rstrip("\r\n") if len(first) <= MOST_CHARACTERS else ""


def _line(cells: list[str], delimiter: str) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator="").writerow(cells)
    return written.getvalue()
