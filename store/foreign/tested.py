"""A condition as a database can test it: what it may let through, and of what it is sure."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, true


class Test(NamedTuple):
    """Two conditions on a row: `maybe` holds for every row that fulfils what is meant, `sure` for no other.

    What lies between is decided by reading the row. Either may be NULL where it does not hold.
    """

    maybe: ColumnElement[bool]
    sure: ColumnElement[bool]

    @property
    def is_exact(self) -> bool:
        """Whether no row has to be read."""
        return self.maybe is self.sure


def exactly(condition: ColumnElement[bool]) -> Test:
    """A condition that a database knows as well as we do."""
    return Test(condition, condition)


ALWAYS, NEVER = exactly(true()), exactly(false())
UNKNOWN = Test(true(), false())
"""Nothing is known without reading the row."""


def perhaps(condition: ColumnElement[bool]) -> Test:
    """A condition without which it cannot be, and no more."""
    return Test(condition, false())


def all_of(tests: Sequence[Test]) -> Test:
    """Whether all of them hold."""
    maybe = and_(true(), *(test.maybe for test in tests))
    return exactly(maybe) if _are_exact(tests) else Test(maybe, and_(true(), *(test.sure for test in tests)))


def any_of(tests: Sequence[Test]) -> Test:
    """Whether one of them holds."""
    maybe = or_(false(), *(test.maybe for test in tests))
    return exactly(maybe) if _are_exact(tests) else Test(maybe, or_(false(), *(test.sure for test in tests)))


def negated(test: Test) -> Test:
    """Whether it does not hold."""
    maybe = _fails(test.sure)
    return exactly(maybe) if test.is_exact else Test(maybe, _fails(test.maybe))


def _fails(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return not_(func.coalesce(condition, false()))


def _are_exact(tests: Sequence[Test]) -> bool:
    return all(test.is_exact for test in tests)
