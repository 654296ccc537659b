"""Times of a foreign table that are numbers since 1970, as such or as texts."""

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, Text, and_, case, cast, literal, not_, or_, type_coerce

from ..formats.moments import MICROSECONDS
from ..guesses.columns import Kind
from ..time_keys import FIRST, LAST, microseconds, moment_of
from .dialect import ForeignDialect
from .mapping import TimeUnit
from .tested import NEVER, Test, exactly
from .times import Limits, Times

_DIGITS: dict[TimeUnit, int] = {"s": 10, "ms": 13, "us": 16, "ns": 19}


class Counts(Times):
    """Numbers of seconds, or of parts of them, since 1970."""

    def __init__(self, column: ColumnElement[Any], dialect: ForeignDialect, kind: Kind, unit: TimeUnit) -> None:
        self._column = type_coerce(column, BigInteger)
        self._dialect = dialect
        self._unit = unit
        self._whole = dialect.is_whole(column, kind)
        self._is_whole_number = kind != "number"
        first, last = math.ceil(self._number(FIRST)), math.ceil(self._number(LAST + 1)) - 1
        limits = self._column.between(_big(first), _big(last))
        self.readable = Test(limits, and_(limits, self._whole))

    def _number(self, microsecond: int) -> Decimal:
        return Decimal(microsecond) / MICROSECONDS[self._unit]

    def read(self, raw: object) -> datetime | None:
        if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
            return None
        try:
            exact = Decimal(raw) * MICROSECONDS[self._unit]
            # What a float means is the nearest microsecond: 0.1 is none of its values.
            number = exact.to_integral_value("ROUND_HALF_EVEN" if isinstance(raw, float) else "ROUND_FLOOR")
            return moment_of(int(number))
        except (OverflowError, ValueError, ArithmeticError):
            return None

    def since(self, moment: datetime) -> Test:
        number = microseconds(moment)
        whole = self._column >= _big(math.ceil(self._number(number)))
        broken = self._column >= literal(float(self._number(number - 2)), Float)
        return Test(or_(whole, and_(not_(self._whole), broken)), and_(whole, self._whole))

    def until(self, moment: datetime) -> Test:
        number = microseconds(moment)
        # All of the microsecond counts, of which a nanosecond is a part.
        last = math.ceil(self._number(number + 1)) - 1
        whole = self._column <= _big(last)
        broken = self._column <= literal(float(self._number(number + 2)), Float)
        return Test(or_(whole, and_(not_(self._whole), broken)), and_(whole, self._whole))

    def limits(self, since: datetime | None, until: datetime | None) -> Limits:
        # Some more than the moments, because of parts of numbers.
        low = FIRST if since is None else microseconds(since) - 2
        high = LAST if until is None else microseconds(until) + 2
        return Limits(_limited(math.floor(self._number(low))), _limited(math.ceil(self._number(high + 1))))

    def bucket(self, width: int) -> ColumnElement[Any] | None:
        return self._dialect.whole_part(self._column, self._step(width)) if self._is_whole_number else None

    def bar(self, bucket: object, width: int) -> int:
        start = Decimal(int(str(bucket)) * self._step(width)) * MICROSECONDS[self._unit]
        return int(start.to_integral_value("ROUND_FLOOR")) // width

    def _step(self, width: int) -> int:
        """So many units are counted together: a bar, or where a unit is longer, the unit."""
        return max(1, int(self._number(width)))


class CountTexts(Times):
    """The same numbers as texts, of the length that they have from 2001 to 2286: others are not read."""

    def __init__(self, column: ColumnElement[Any], dialect: ForeignDialect, unit: TimeUnit) -> None:
        self._column = type_coerce(column, Text)
        self._dialect = dialect
        self._unit = unit
        self._digits = _DIGITS[unit]
        self.readable = exactly(dialect.is_count_text(self._column, self._digits))

    def read(self, raw: object) -> datetime | None:
        if isinstance(raw, str) and len(raw) == self._digits and raw.isascii() and raw.isdecimal():
            return moment_of(int((int(raw) * MICROSECONDS[self._unit]).to_integral_value("ROUND_FLOOR")))
        return None

    def since(self, moment: datetime) -> Test:
        first = self._first(moment)
        return NEVER if first >= 10**self._digits else exactly(self._column >= literal(self._text(first), Text))

    def until(self, moment: datetime) -> Test:
        last = self._last(moment)
        return NEVER if last < 0 else exactly(self._column <= literal(self._text(last), Text))

    def limits(self, since: datetime | None, until: datetime | None) -> Limits:
        low = 0 if since is None else self._first(since)
        high = 10**self._digits if until is None else self._last(until)
        return Limits(self._text(low), self._text(high))

    def _first(self, moment: datetime) -> int:
        return math.ceil(Decimal(microseconds(moment)) / MICROSECONDS[self._unit])

    def _last(self, moment: datetime) -> int:
        return math.ceil(Decimal(microseconds(moment) + 1) / MICROSECONDS[self._unit]) - 1

    def _text(self, number: int) -> str:
        return str(max(0, min(number, 10**self._digits - 1))).zfill(self._digits)

    def bucket(self, width: int) -> ColumnElement[Any] | None:
        number = case((self.readable.sure, cast(self._column, BigInteger)), else_=literal(0, BigInteger))
        return self._dialect.whole_part(number, self._step(width))

    def bar(self, bucket: object, width: int) -> int:
        start = Decimal(int(str(bucket)) * self._step(width)) * MICROSECONDS[self._unit]
        return int(start.to_integral_value("ROUND_FLOOR")) // width

    def _step(self, width: int) -> int:
        return max(1, int(Decimal(width) / MICROSECONDS[self._unit]))


def _big(number: int) -> ColumnElement[int]:
    return literal(_limited(number), BigInteger)


def _limited(number: int) -> int:
    """The number, or the nearest one that a database holds."""
    return max(-(2**63), min(number, 2**63 - 1))
