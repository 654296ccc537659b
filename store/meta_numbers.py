"""The numbers of batches in the table `meta`, where they are texts that can be damaged."""

from sqlalchemy import select

from .errors import DatabaseDamaged
from .schema import meta

SELECT_WRITTEN = select(meta.c.value).where(meta.c.name == "written")
"""How many batches there are."""


def batch_number(value: object) -> int:
    """The number of a batch that stands in a value of `meta`. Raises DatabaseDamaged where none does."""
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    raise DatabaseDamaged(
        "The log does not say which batches it has.", "To count them anew: activity check --repair DATABASE"
    )
