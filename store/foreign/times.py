"""The column of times of a foreign table: what it holds as moments, and how moments are looked for in it.

The rows of a table come in the order of this column as the database has it. Where its times are texts, those of one
second may come in another order than that in which they happened.
"""

from abc import abstractmethod
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, and_

from ..page import LAST_MOMENT
from .dialect import ForeignDialect
from .tested import Test, exactly
from .written import written_date

FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)


class Limits(NamedTuple):
    """A range of what a column holds, both ends included."""

    low: Any
    high: Any


class Times(Protocol):
    """How one kind of column tells the time."""

    readable: Test
    """Whether a row has a time that can be read."""

    @abstractmethod
    def read(self, raw: object) -> datetime | None:
        """The moment (UTC) of what the column holds; None for what cannot be read."""

    @abstractmethod
    def since(self, moment: datetime) -> Test:
        """Whether a row is of this moment or a later one."""

    @abstractmethod
    def until(self, moment: datetime) -> Test:
        """Whether a row is of this moment or an earlier one."""

    @abstractmethod
    def limits(self, since: datetime | None, until: datetime | None) -> Limits:
        """Between which values of the column all rows of a time lie."""

    @abstractmethod
    def bucket(self, width: int) -> ColumnElement[Any] | None:
        """What rows to be counted together have in common, for bars `width` microseconds wide; None if nothing."""

    @abstractmethod
    def bar(self, bucket: object, width: int) -> int:
        """The number of the bar, from 1970 on, that such a bucket falls into."""


class Dates(Times):
    """Dates of the database that are, or stand for, moments of UTC."""

    def __init__(self, column: ColumnElement[Any], dialect: ForeignDialect, *, aware: bool) -> None:
        self._column = column
        self._dialect = dialect
        self._aware = aware
        # Else than these a database also has times of the years before 1 and beyond 9999, and infinity.
        self.readable = exactly(and_(column >= self._literal(FIRST_MOMENT), column <= self._literal(LAST_MOMENT)))

    def _literal(self, moment: datetime) -> ColumnElement[datetime]:
        return written_date(self._stored(moment), aware=self._aware)

    def _stored(self, moment: datetime) -> datetime:
        return moment if self._aware else moment.replace(tzinfo=None)

    def read(self, raw: object) -> datetime | None:
        if not isinstance(raw, datetime):
            return None
        return raw.astimezone(UTC) if raw.tzinfo else raw.replace(tzinfo=UTC)

    def since(self, moment: datetime) -> Test:
        return exactly(self._column >= self._literal(moment))

    def until(self, moment: datetime) -> Test:
        return exactly(self._column <= self._literal(moment))

    def limits(self, since: datetime | None, until: datetime | None) -> Limits:
        return Limits(self._stored(since or FIRST_MOMENT), self._stored(until or LAST_MOMENT))

    def bucket(self, width: int) -> ColumnElement[Any] | None:
        return self._dialect.whole_part(self._dialect.microseconds(self._column), width)

    def bar(self, bucket: object, width: int) -> int:
        return int(str(bucket))
