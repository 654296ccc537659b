"""CSV with a header -> records: each row a JSON object of texts. RFC 4180, with any of the usual delimiters."""

import csv
import io
import json
from collections.abc import Iterator
from typing import TextIO

from ..errors import EventMistake
from .record import Place, Record, Rejected
from .window import MOST_CHARACTERS

DELIMITERS = (",", ";", "\t", "|")

_encode = json.JSONEncoder(ensure_ascii=False).encode


def delimiter_of(head: str) -> str | None:
    """The sign that parts the cells of the first line, None when it has only one cell."""
    line = next((line for line in head.splitlines() if line.strip()), "")
    cells = {sign: len(next(csv.reader([line], delimiter=sign), [])) for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: cells[sign])
    return best if cells[best] > 1 else None


def csv_records(file: TextIO, delimiter: str) -> Iterator[Record | Rejected]:
    """The rows below the header. A row with more or fewer cells than the header is rejected: it is cut or broken."""
    csv.field_size_limit(MOST_CHARACTERS)
    rows = csv.reader(file, delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            yield Rejected(Place(line), EventMistake(f"The row is not valid CSV: {error}."))
            continue
        if cells is None:
            return
        if not any(cells):
            continue
        if header is None:
            header = cells
        elif len(cells) != len(header):
            mistake = EventMistake("The row has not as many cells as the header.")
            yield Rejected(Place(line), mistake, _line(cells, delimiter))
        else:
            pairs = list(zip(header, cells, strict=True))
            text = ",".join(f"{_encode(name)}:{_encode(cell)}" for name, cell in pairs)
            yield Record(Place(line), f"{{{text}}}", dict(pairs))


def _line(cells: list[str], delimiter: str) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator="").writerow(cells)
    return written.getvalue()
