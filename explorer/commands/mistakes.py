"""An error of ours -> the lines that tell a user on standard error."""

import os
from argparse import Namespace
from textwrap import wrap

from rich.cells import cell_len

from store import DatabaseNotFound, FilterMistake, StoreError

from ..export.file import TargetExists
from ..settings import DEMO, load_settings
from ..visible import visible

_REPLACE = "Choose another name, or write over it with --replace."

ADVICE_WIDTH = 80
"""In characters: a longer line of advice, such as that with all fields, a terminal would break within a word."""

CONTEXT_CHARACTERS = 40
"""How much of a long filter is shown to either side of a mistake."""


def described(problem: StoreError) -> str:
    """The sentence, and below it what to do."""
    advice = _REPLACE if isinstance(problem, TargetExists) else problem.advice
    return "\n".join(visible(part) for part in (str(problem), advice) if part)


def taken_for_a_text(problem: StoreError, arguments: Namespace) -> str:
    """What to say where no database is named, but a word of the filter is called like one. Else nothing."""
    words: list[str] = getattr(arguments, "filter_text", "").split()
    if not words or arguments.database is not None or not isinstance(problem, DatabaseNotFound):
        return ""
    settings = load_settings(os.environ)
    if settings.database is not None:
        return ""
    for word in words:
        if word in (DEMO, *settings.databases) or os.path.isfile(word):  # noqa: PTH113  a word may be no path at all
            shown = visible(word)
            return f"{shown} was taken for a text to look for. To name a database, write --database {shown}"
    return ""


def pointed_at(mistake: FilterMistake, text: str) -> str:
    """The sentence, the filter with a caret under the mistake, and what to do."""
    start = mistake.column - 1
    first = max(0, start - CONTEXT_CHARACTERS)
    last = start + CONTEXT_CHARACTERS
    left = ("…" if first else "") + visible(text[first:start])
    marked = visible(text[start : min(start + mistake.length, last)])
    right = visible(text[start + mistake.length : last]) + ("…" if last < len(text) else "")
    carets = " " * cell_len(left) + "^" * max(1, cell_len(marked))
    advice = wrap(visible(mistake.advice), ADVICE_WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join([visible(str(mistake)), f"  {left}{marked}{right}", f"  {carets}", *advice])
