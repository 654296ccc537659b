"""Values of a filter's textual form: bare where that is safe to read and to show, otherwise in double quotes."""

import re

from .pattern import escaped, pieces

QUOTED = r'"(?:[^"\\]|\\.)*+"'
"""A quoted value, as a pattern for flags that let `.` match everything."""

_ESCAPED = re.compile(r'\\([\\"])')
_SIGN = re.compile(r'\\(?P<sign>[\\"*])|(?P<plain>[^\\]+|\\)', re.DOTALL)


def written(text: str, also: str = "") -> str:
    """`text` as it is, or in quotes when it is empty, holds a sign of `also`, or could not be read back bare."""
    if text and text.isprintable() and not any(sign in text for sign in f' "\\{also}'):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquoted(text: str) -> str:
    """What a quoted value, its quotes included, stands for."""
    return _ESCAPED.sub(r"\1", text[1:-1])


def pattern_in(bare: str | None, quoted: str | None) -> str | None:
    r"""The pattern (`pattern`) that a value writes, by a bare star or by `\*` in quotes; None for one without."""
    if quoted is None:
        return bare.replace("\\", "\\\\") if bare is not None and "*" in bare else None
    signs = list(_SIGN.finditer(quoted[1:-1]))
    if not any(sign["sign"] == "*" for sign in signs):
        return None
    return "".join("*" if sign["sign"] == "*" else escaped(sign["sign"] or sign["plain"]) for sign in signs)


def written_pattern(pattern: str) -> str:
    """A pattern as a value of the textual form, in quotes also where it would be read as a range of numbers."""
    parts = pieces(pattern)
    bare = "*".join(parts)
    if (
        bare.isprintable()
        and bare[0] not in "<>"
        and bare.count("*") == len(parts) - 1
        and not any(sign in bare for sign in ' "\\')
    ):
        return bare
    inner = "\\*".join(part.replace("\\", "\\\\").replace('"', '\\"') for part in parts)
    return f'"{inner}"'
