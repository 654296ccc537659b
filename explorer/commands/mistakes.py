"""An error of ours -> the lines that tell a user on standard error."""

from textwrap import wrap

from rich.cells import cell_len

from store import FilterMistake, StoreError

from ..export.file import TargetExists
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
