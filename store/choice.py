"""What a condition of a filter wants of one field, as a value: texts, patterns and numbers to have or not to have."""

from .event import Text
from .number_range import NumberRange, all_numbers_between
from .pattern import pieces
from .value import Value


class Choice(Value):
    """Values of one field: an event must have one of those included (any, when there are none) and none excluded.

    `patterns` include values as well and `excluded_patterns` exclude them, each all that fit (`pattern`), and so do
    `ranges` and `excluded_ranges` with numbers. That included ranges hold every number is no choice.
    """

    included: tuple[Text, ...] = ()
    excluded: tuple[Text, ...] = ()
    patterns: tuple[Text, ...] = ()
    excluded_patterns: tuple[Text, ...] = ()
    ranges: tuple[NumberRange, ...] = ()
    excluded_ranges: tuple[NumberRange, ...] = ()

    def __post_init__(self) -> None:
        for each in (*self.patterns, *self.excluded_patterns):
            pieces(each)
        if all_numbers_between(self.ranges) is not None:
            raise ValueError("the ranges hold every number")

    def __bool__(self) -> bool:
        return self.wants_some or self.refuses_some

    @property
    def wants_some(self) -> bool:
        """Whether an event must have something of the choice."""
        return bool(self.included or self.patterns or self.ranges)

    @property
    def refuses_some(self) -> bool:
        """Whether an event must not have something of the choice."""
        return bool(self.excluded or self.excluded_patterns or self.excluded_ranges)

    @property
    def has_patterns(self) -> bool:
        return bool(self.patterns or self.excluded_patterns)

    @property
    def has_ranges(self) -> bool:
        return bool(self.ranges or self.excluded_ranges)

    def with_value(self, value: str, *, excluded: bool = False) -> "Choice":
        """This choice with `value` on one side and no longer on the other."""
        rest = self.without_value(value)
        side = "excluded" if excluded else "included"
        return rest.replaced(**{side: (*getattr(rest, side), value)})

    def without_value(self, value: str) -> "Choice":
        return self._without("included", "excluded", value)

    def with_pattern(self, pattern: str, *, excluded: bool = False) -> "Choice":
        """This choice with `pattern` on one side and no longer on the other."""
        rest = self.without_pattern(pattern)
        side = "excluded_patterns" if excluded else "patterns"
        return rest.replaced(**{side: (*getattr(rest, side), pattern)})

    def without_pattern(self, pattern: str) -> "Choice":
        return self._without("patterns", "excluded_patterns", pattern)

    def _without(self, one_side: str, other_side: str, text: str) -> "Choice":
        sides = {side: tuple(kept for kept in getattr(self, side) if kept != text) for side in (one_side, other_side)}
        return self.replaced(**sides)


ANY = Choice()


class PayloadChoice(Value):
    """Values to have or not to have at one path of the payload (`json_path`)."""

    path: tuple[Text, ...]
    choice: Choice
