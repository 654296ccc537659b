"""Times of a foreign table that are texts in ISO 8601."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, func, literal, not_, or_, true, type_coerce

from ..errors import EventMistake
from ..formats.moments import moment_reader
from ..time_keys import HOUR, microseconds
from .dialect import ForeignDialect
from .tested import Test
from .times import Limits, Times

_SECOND, _MINUTE, _DAY = 1_000_000, 60_000_000, 24 * HOUR
_LENGTH_OF_DAY = 10
_PREFIXES = ((_DAY, _LENGTH_OF_DAY), (HOUR, 13), (_MINUTE, 16), (_SECOND, 19))
"""How many characters of a text all texts have in common that are of one day, hour, minute or second."""


class DateTexts(Times):
    """Texts in ISO 8601 with a whole date in front. Those of UTC are looked for by the database, others are read."""

    def __init__(self, column: ColumnElement[Any], dialect: ForeignDialect, zone: tzinfo) -> None:
        self._column = type_coerce(column, Text)
        self._read = moment_reader("iso", zone)
        is_date = and_(self._column >= literal(FIRST, Text), self._column < literal(BEHIND_ALL, Text))
        self.readable = Test(is_date, dialect.is_utc_text(self._column, bare=zone is UTC))
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
        unknown = func.coalesce(not_(self.readable.sure), true())
        later = self._column >= literal(_day(moment, 1), Text)
        maybe = and_(
            self._column >= literal(_day(moment, -1), Text),
            or_(later, self._even >= _beginning(second, 0), unknown),
        )
        return Test(maybe, or_(later, self._even >= _beginning(second, 0 if moment == second else 1)))

    def until(self, moment: datetime) -> Test:
        second = moment.replace(microsecond=0)
        unknown = func.coalesce(not_(self.readable.sure), true())
        earlier = self._column < literal(_day(moment, 0), Text)
        within = self._even < _beginning(second, 1)
        maybe = and_(self._column < literal(_day(moment, 2), Text), or_(earlier, within, unknown))
        is_whole = moment.microsecond == 999_999
        return Test(maybe, or_(earlier, within if is_whole else self._even < _beginning(second, 0)))

    def limits(self, since: datetime | None, until: datetime | None) -> Limits:
        # A day more on either side, because of offsets.
        return Limits(FIRST if since is None else _day(since, -1), BEHIND_ALL if until is None else _day(until, 2))

    def bucket(self, width: int) -> ColumnElement[Any] | None:
        length = next((length for unit, length in _PREFIXES if width % unit == 0), None)
        if length is None:
            return None
        return func.substr(self._column if length <= _LENGTH_OF_DAY else self._even, 1, length)

    def bar(self, bucket: object, width: int) -> int:
        return microseconds(datetime.fromisoformat(str(bucket)).replace(tzinfo=UTC)) // width


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
