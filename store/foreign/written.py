"""Values as they are given to a database that holds columns against them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Text, cast, literal

from .catalogue import ForeignColumn


def written_date(moment: datetime, *, aware: bool) -> ColumnElement[datetime]:
    """A date as a text: as a date, asyncpg takes the first and the last of the calendar for infinity."""
    return cast(literal(moment.isoformat(" ", "microseconds"), Text), DateTime(timezone=aware))


def written_value(column: ForeignColumn, value: Any) -> ColumnElement[Any]:
    """Whatever a column holds."""
    if isinstance(value, datetime):
        return written_date(value, aware=column.kind == "moment")
    return literal(value, column.type)
