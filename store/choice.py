"""What a condition of a filter wants of one field, as a value: texts and patterns to have or not to have."""

from pydantic import BaseModel, field_validator

from .event import FROZEN, Text
from .pattern import pieces


class Choice(BaseModel):
    """Values of one field: an event must have one of those included (any, when there are none) and none excluded.

    `patterns` include values as well and `excluded_patterns` exclude them, each all that fit (`pattern`).
    """

    model_config = FROZEN

    included: tuple[Text, ...] = ()
    excluded: tuple[Text, ...] = ()
    patterns: tuple[Text, ...] = ()
    excluded_patterns: tuple[Text, ...] = ()

    @field_validator("patterns", "excluded_patterns")
    @classmethod
    def _are_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for each in patterns:
            pieces(each)
        return patterns

    def __bool__(self) -> bool:
        return bool(self.included or self.excluded or self.patterns or self.excluded_patterns)

    @property
    def has_patterns(self) -> bool:
        return bool(self.patterns or self.excluded_patterns)

    def with_value(self, value: str, *, excluded: bool = False) -> "Choice":
        """This choice with `value` on one side and no longer on the other."""
        rest = self.without_value(value)
        side = "excluded" if excluded else "included"
        return rest.model_copy(update={side: (*getattr(rest, side), value)})

    def without_value(self, value: str) -> "Choice":
        return self._without("included", "excluded", value)

    def with_pattern(self, pattern: str, *, excluded: bool = False) -> "Choice":
        """This choice with `pattern` on one side and no longer on the other."""
        rest = self.without_pattern(pattern)
        side = "excluded_patterns" if excluded else "patterns"
        return rest.model_copy(update={side: (*getattr(rest, side), pattern)})

    def without_pattern(self, pattern: str) -> "Choice":
        return self._without("patterns", "excluded_patterns", pattern)

    def _without(self, one_side: str, other_side: str, text: str) -> "Choice":
        sides = {side: tuple(kept for kept in getattr(self, side) if kept != text) for side in (one_side, other_side)}
        return self.model_copy(update=sides)


ANY = Choice()


class PayloadChoice(BaseModel):
    """Values to have or not to have at one path of the payload (`json_path`)."""

    model_config = FROZEN

    path: tuple[Text, ...]
    choice: Choice
