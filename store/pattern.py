r"""Patterns: texts in which `*` stands for any characters, `\*` for a star and `\\` for a backslash."""

import re
from collections.abc import Sequence
from functools import lru_cache

_SIGN = re.compile(r"\\(?P<escaped>[\\*])|(?P<any>\*)|(?P<plain>[^\\*]+)", re.DOTALL)


@lru_cache(maxsize=4096)
def pieces(pattern: str) -> Sequence[str]:
    """The texts between the stars, the first and the last of them possibly empty. Raises ValueError for no pattern."""
    found, position = [""], 0
    while position < len(pattern):
        sign = _SIGN.match(pattern, position)
        if sign is None:
            raise ValueError("a backslash in a pattern stands before a star or a backslash")
        if sign["any"]:
            found.append("")
        else:
            found[-1] += sign["escaped"] or sign["plain"]
        position = sign.end()
    if len(found) == 1:
        raise ValueError("a pattern has a star")
    return tuple(found)


def escaped(text: str) -> str:
    """A text as a part of a pattern that stands for itself."""
    return text.replace("\\", "\\\\").replace("*", "\\*")


def pattern_holding(text: str) -> str:
    """The pattern of every text that holds this one."""
    return f"*{escaped(text)}*"


def pattern_beginning(text: str) -> str:
    """The pattern of every text that begins with this one."""
    return f"{escaped(text)}*"


def fits(parts: Sequence[str], text: str) -> bool:
    """Whether a text is these pieces with anything between them. The time it takes grows with the text alone."""
    first, *middle, last = parts
    position, end = len(first), len(text) - len(last)
    if position > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in middle:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True
