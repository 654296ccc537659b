"""Values of a filter's textual form: bare where that is safe to read and to show, otherwise in double quotes."""

import re

QUOTED = r'"(?:[^"\\]|\\.)*+"'
"""A quoted value, as a pattern for flags that let `.` match everything."""

_ESCAPED = re.compile(r'\\([\\"])')


def written(text: str, also: str = "") -> str:
    """`text` as it is, or in quotes when it is empty, holds a sign of `also`, or could not be read back bare."""
    if text and text.isprintable() and not any(sign in text for sign in f' "\\{also}'):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquoted(text: str) -> str:
    """What a quoted value, its quotes included, stands for."""
    return _ESCAPED.sub(r"\1", text[1:-1])
