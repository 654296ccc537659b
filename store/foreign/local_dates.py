"""Times of a foreign table that are dates of the database without an offset, written in a zone other than UTC."""

from datetime import UTC, datetime, timedelta, tzinfo
from math import gcd

from sqlalchemy import ColumnElement

from ..time_keys import microseconds, moment_of
from ..zones import FIRST_YEAR, LAST_YEAR, is_steady, unit_of
from .dialect import ForeignDialect
from .tested import Test, exactly
from .times import Limits, Times
from .written import written_date


class LocalDates(Times):
    """Dates that in some hours of a year go back: of an hour that comes twice the first is meant.

    The database knows them as moments but for those around a change of the clocks. What is counted in bars is counted
    by the hours or minutes that the clocks show, of which each is as far from UTC as all of it.
    """

    def __init__(self, column: ColumnElement[datetime], dialect: ForeignDialect, zone: tzinfo) -> None:
        self._column = column
        self._dialect = dialect
        self._zone = zone
        self._unit = unit_of(zone)
        first, beyond = datetime(FIRST_YEAR, 1, 1), datetime(LAST_YEAR, 1, 1)
        is_date = column.between(_written(datetime.min), _written(datetime.max))
        self.readable = Test(is_date, column.between(_written(first), _written(beyond)))

    def read(self, raw: object) -> datetime | None:
        try:
            return raw.replace(tzinfo=self._zone).astimezone(UTC) if isinstance(raw, datetime) else None
        except OverflowError:
            return None

    def since(self, moment: datetime) -> Test:
        first, last = self._around(moment)
        maybe = self._column >= _written(first)
        return exactly(maybe) if first == last else Test(maybe, self._column >= _written(last))

    def until(self, moment: datetime) -> Test:
        first, last = self._around(moment)
        maybe = self._column <= _written(last)
        return exactly(maybe) if first == last else Test(maybe, self._column <= _written(first))

    def limits(self, since: datetime | None, until: datetime | None) -> Limits:
        low = datetime.min if since is None else self._around(since)[0]
        return Limits(low, datetime.max if until is None else self._around(until)[1])

    def bucket(self, width: int) -> ColumnElement[int] | None:
        return self._dialect.whole_part(self._dialect.microseconds(self._column), gcd(width, self._unit))

    def bar(self, bucket: object, width: int) -> int:
        start = moment_of(int(str(bucket)) * gcd(width, self._unit)).replace(tzinfo=self._zone)
        return microseconds(start.astimezone(UTC)) // width

    def _around(self, moment: datetime) -> tuple[datetime, datetime]:
        """Dates between which that of a moment lies, however clocks were put forward or back; mostly that one alone."""
        if is_steady(self._zone, moment):
            date = moment.astimezone(self._zone).replace(tzinfo=None)
            return date, date
        days, bare = timedelta(days=2), moment.replace(tzinfo=None)
        return _shifted(bare, -days), _shifted(bare, days)


def _written(bare: datetime) -> ColumnElement[datetime]:
    return written_date(bare, aware=False)


def _shifted(date: datetime, by: timedelta) -> datetime:
    """A date so much earlier or later, or the end of the calendar."""
    try:
        return date + by
    except OverflowError:
        return datetime.min if by < timedelta(0) else datetime.max
