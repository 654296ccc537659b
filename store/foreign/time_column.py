"""From the type of a column, and what the mapping says that it counts, to how its times are read."""

from datetime import UTC, tzinfo
from typing import Any

from sqlalchemy import ColumnElement

from ..guesses.columns import Kind
from .counts import Counts, CountTexts
from .date_texts import DateTexts
from .dialect import ForeignDialect
from .local_dates import LocalDates
from .mapping import TimeUnit
from .times import Dates, Times


def times_of(column: ColumnElement[Any], kind: Kind, dialect: ForeignDialect, unit: TimeUnit, zone: tzinfo) -> Times:
    """How to read a column. Raises ValueError, in words, when what it holds is no time of that unit."""
    if kind in ("moment", "local_moment"):
        if unit != "iso":
            raise ValueError(f"holds dates, and no count of {unit}")
        if kind == "local_moment" and zone is not UTC:
            return LocalDates(column, dialect, zone)
        return Dates(column, dialect, aware=kind == "moment")
    if kind == "text":
        return DateTexts(column, dialect, zone) if unit == "iso" else CountTexts(column, dialect, unit)
    if unit == "iso":
        if kind != "other" or dialect.is_typed:
            raise ValueError("holds numbers: say with time_unit what they count: s, ms, us or ns")
        return DateTexts(column, dialect, zone)
    return Counts(column, dialect, kind, unit)
