"""What a format is: a name, a way to recognise its records, and a way to make events of them."""

from collections.abc import Callable
from typing import NamedTuple

from ..records.record import Members
from .mapping import ReadRecord, Table, record_reader


class Format(NamedTuple):
    """`name` is what a user writes behind --format, `title` what a report calls it.

    `recognises` must cope with any object, also with the beginning of one. `within` is where in a document its records
    stand, when that is not to be found out. `table` is None where events are not made by a table.
    """

    name: str
    title: str
    recognises: Callable[[Members], bool]
    read: ReadRecord
    table: Table | None = None
    within: tuple[str, ...] | None = None


def table_format(
    name: str,
    title: str,
    table: Table,
    recognises: Callable[[Members], bool],
    within: tuple[str, ...] | None = None,
) -> Format:
    """A format whose events a table describes."""
    return Format(name, title, recognises, record_reader(table), table, within)
