"""Times of a foreign table that are texts in ISO 8601."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, not_, or_, true, type_coerce

from ..errors import EventMistake
from ..formats.moments import moment_reader
from ..time_keys import HOUR, microseconds
from ..zones import FIRST_YEAR, LAST_YEAR, MINUTE, unit_of
from .dialect import UTC_ENDINGS, ForeignDialect
from .tested import Test
from .times import Limits, Times

_SECOND, _DAY = 1_000_000, 24 * HOUR
_LENGTH_OF_DAY, _LENGTH_OF_HOUR, _LENGTH_OF_MINUTE = 10, 13, 16
_PREFIXES = ((_DAY, _LENGTH_OF_DAY), (HOUR, _LENGTH_OF_HOUR), (MINUTE, _LENGTH_OF_MINUTE), (_SECOND, 19))
"""How many characters of a text all texts have in common that are of one day, hour, minute or second."""


class DateTexts(Times):
    """Texts in ISO 8601 with a whole date in front.

    Those of UTC are looked for by the database, and counted in bars together with those without an offset. Others are
    read, as are those without an offset within two days of a moment, where they are of another zone.
    """

    def __init__(self, column: ColumnElement[Any], dialect: ForeignDialect, zone: tzinfo) -> None:
        self._column = type_coerce(column, Text)
        self._read = moment_reader("iso", zone)
        self._bare_is_utc = zone is UTC
        self._unit = unit_of(zone)
        self._is_utc = dialect.is_utc_text(self._column, bare=self._bare_is_utc)
        is_date = and_(self._column >= literal(FIRST, Text), self._column < literal(BEHIND_ALL, Text))
        is_told = self._is_utc
        if not self._bare_is_utc:
            is_told = and_(
                dialect.is_utc_text(self._column, bare=True),
                self._column.between(literal(str(FIRST_YEAR), Text), literal(str(LAST_YEAR), Text)),
            )
        self.readable = Test(is_date, is_told)
        # In one table a blank may stand where others have a T, which comes behind it.
        self._even = func.substr(self._column, 1, 10).concat("T").concat(func.substr(self._column, 12))

    def read(self, raw: object) -> datetime | None:
        if not isinstance(raw, str) or raw[4:5] != "-" or not raw[:1].isdecimal():
            return None
        try:
            return self._read(raw)
        except EventMistake:
            return None

    def since(self, moment: datetime) -> Test:
        second = moment.replace(microsecond=0)
        unknown = func.coalesce(not_(self._is_utc), true())
        later = self._column >= literal(_day(moment, 1), Text)
        maybe = and_(
            self._column >= literal(_day(moment, -1), Text),
            or_(later, self._even >= _beginning(second, 0), unknown),
        )
        sure = or_(later, self._even >= _beginning(second, 0 if moment == second else 1))
        return Test(maybe, self._sure(sure, self._column >= literal(_day(moment, 2), Text)))

    def until(self, moment: datetime) -> Test:
        second = moment.replace(microsecond=0)
        unknown = func.coalesce(not_(self._is_utc), true())
        earlier = self._column < literal(_day(moment, 0), Text)
        within = self._even < _beginning(second, 1)
        maybe = and_(self._column < literal(_day(moment, 2), Text), or_(earlier, within, unknown))
        is_whole = moment.microsecond == 999_999
        sure = or_(earlier, within if is_whole else self._even < _beginning(second, 0))
        return Test(maybe, self._sure(sure, self._column < literal(_day(moment, -1), Text)))

    def _sure(self, of_utc: ColumnElement[bool], of_any_zone: ColumnElement[bool]) -> ColumnElement[bool]:
        """What is sure of a text whose time can be read: more of one of UTC than of one of any zone."""
        return of_utc if self._bare_is_utc else or_(of_any_zone, and_(of_utc, self._is_utc))

    def limits(self, since: datetime | None, until: datetime | None) -> Limits:
        # A day more on either side, because of offsets.
        return Limits(FIRST if since is None else _day(since, -1), BEHIND_ALL if until is None else _day(until, 2))

    def bucket(self, width: int) -> ColumnElement[Any] | None:
        length = next((length for unit, length in _PREFIXES if width % unit == 0), None)
        if length is None:
            return None
        if self._bare_is_utc:
            return func.substr(self._column, 1, length)
        if width % MINUTE:
            return None
        # Only of those whose time is told: with no offset, or that of UTC.
        is_utc = or_(*(self._column.like(literal(f"%{ending}", Text)) for ending in UTC_ENDINGS))
        if self._unit == HOUR and width % HOUR == 0:  # there are fewer of them to be read and added up
            return func.substr(self._column, 1, _LENGTH_OF_HOUR).concat(case((is_utc, ":00:00Z"), else_=":00:00"))
        return func.substr(self._column, 1, _LENGTH_OF_MINUTE).concat(case((is_utc, ":00Z"), else_=":00"))

    def bar(self, bucket: object, width: int) -> int:
        if self._bare_is_utc:
            return microseconds(datetime.fromisoformat(str(bucket)).replace(tzinfo=UTC)) // width
        return microseconds(self._read(str(bucket))) // width


FIRST = "0001-"
BEHIND_ALL = ":"
"""Behind every text that begins with a digit."""


def _day(moment: datetime, days: int) -> str:
    """The beginning of every text of the day that is so many days later."""
    try:
        return (moment + timedelta(days=days)).date().isoformat()
    except OverflowError:
        return BEHIND_ALL if days > 0 else FIRST


def _beginning(second: datetime, later: int) -> ColumnElement[str]:
    """The beginning of every text of the second that is so many seconds later."""
    try:
        text = (second + timedelta(seconds=later)).replace(tzinfo=None).isoformat()
    except OverflowError:
        text = BEHIND_ALL
    return literal(text, Text)
