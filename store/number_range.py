"""Ranges of numbers, `>100`, `<=2.5`, `10..20`, `10..` and `..20`: read and written without loss."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from .errors import FilterMistake
from .value import Value

_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_WHOLE = re.compile(_NUMBER)
_BEYOND = re.compile(rf"(?P<sign>[<>]=?)(?P<bound>{_NUMBER})")
_FROM_TO = re.compile(rf"(?P<low>{_NUMBER})?\.\.(?P<high>{_NUMBER})?")
_ADVICE = "Write >100, >=2.5, <0 or 10..20, and a text in double quotes."


class NumberRange(Value):
    """Numbers from `low` to `high`, both included; None leaves that end open. An only end may not be one of them."""

    low: Decimal | None = None
    high: Decimal | None = None
    excludes_end: bool = False

    def __post_init__(self) -> None:
        low, high = self.low, self.high
        if low is None and high is None:
            raise ValueError("a range has an end")
        if low is not None and high is not None and (low > high or self.excludes_end):
            raise ValueError("a range with two ends includes them, the smaller one first")

    def holds(self, number: Decimal) -> bool:
        if self.excludes_end and number in (self.low, self.high):
            return False
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)


def number_of(text: str) -> Decimal | None:
    """The number that a text is, exactly; None for any other text, and for a number beyond all measure."""
    if _WHOLE.fullmatch(text) is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def is_like_a_range(text: str) -> bool:
    """Whether a value may only be a text when it stands in quotes."""
    return text.startswith((">", "<")) or (".." in text and _FROM_TO.fullmatch(text) is not None and text != "..")


def read_range(text: str) -> NumberRange | None:
    """The range that a value writes, None for a value that is no range. Raises FilterMistake for one that is broken."""
    if not is_like_a_range(text):
        return None
    if text.startswith((">", "<")):
        found = _BEYOND.fullmatch(text)
        bound = number_of(found["bound"]) if found else None
        if found is None or bound is None:
            raise FilterMistake(f"There is no number behind {text[0]}.", 1, len(text), _ADVICE)
        excludes_end = found["sign"] in "<>"
        if text[0] == ">":
            return NumberRange(low=bound, excludes_end=excludes_end)
        return NumberRange(high=bound, excludes_end=excludes_end)
    low, high = (None if end == "" else number_of(end) for end in text.split(".."))
    if (low is None) != text.startswith("..") or (high is None) != text.endswith(".."):
        raise FilterMistake("One of these numbers is beyond all measure.", 1, len(text), _ADVICE)
    if low is not None and high is not None and low > high:
        raise FilterMistake("The range ends before it begins.", 1, len(text), "Write the smaller number first: 10..20")
    return NumberRange(low=low, high=high)


def write_range(numbers: NumberRange) -> str:
    """The value that `read_range` reads as the same range."""
    low, high, equal = numbers.low, numbers.high, "" if numbers.excludes_end else "="
    if low is not None and high is not None:
        return f"{low}..{high}"
    return f"<{equal}{high}" if low is None else f">{equal}{low}"


def all_numbers_between(ranges: Sequence[NumberRange]) -> NumberRange | None:
    """The numbers that two of the ranges both hold when each number is in one of them, which seldom is what was meant.

    None where some numbers are in neither.
    """
    lows = [each.low for each in ranges if each.low is not None and each.high is None]
    highs = [each.high for each in ranges if each.high is not None and each.low is None]
    if lows and highs and min(lows) <= max(highs):
        return NumberRange(low=min(lows), high=max(highs))
    return None
