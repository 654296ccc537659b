"""The numbers of batches in the table `meta`, where they are texts that can be damaged."""

from sqlalchemy import select

from .errors import DatabaseDamaged
from .held_connection import Rows
from .schema import meta

LAST_BATCH = 2**62
"""No log has more batches. A number beyond it is damage: behind the last one of 64 bits nothing could be written."""

_MOST_DIGITS = len(str(LAST_BATCH))

WRITTEN = "written"
IS_WRITTEN = meta.c.name == WRITTEN
SELECT_WRITTEN = select(meta.c.value).where(IS_WRITTEN)
"""How many batches there are."""


def batches_written(rows: Rows) -> int:
    """How many batches there are, by what SELECT_WRITTEN found. Raises DatabaseDamaged where that is no number."""
    return batch_number(rows[0][0] if rows else None)


def batch_number(value: object) -> int:
    """The number of a batch that stands in a value of `meta`. Raises DatabaseDamaged where none does."""
    if (number := number_or_none(value)) is not None:
        return number
    raise DatabaseDamaged(
        "The log does not say which batches it has.", "To count them anew: activity check --repair DATABASE"
    )


def number_or_none(value: object) -> int | None:
    """The number of a batch that stands in a value of `meta`, if one does."""
    if not isinstance(value, str) or not value.isdecimal() or len(value) > _MOST_DIGITS:
        return None
    number = int(value)
    return number if number <= LAST_BATCH else None
