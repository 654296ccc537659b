"""How the names of keys are written for people: `↑` instead of `up`."""

from textual.binding import Binding

_CHARACTERS = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "colon": ":",
    "ampersand": "&",
    "apostrophe": "'",
    "quotation_mark": '"',
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
    "slash": "/",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "at": "@",
    "greater_than_sign": ">",
    "equals_sign": "=",
}
_SHOWN = {**_CHARACTERS, "up": "↑", "down": "↓", "left": "←", "right": "→", "escape": "esc"}


def character_of(key: str) -> str | None:
    """The character that a key of such a name types, None for another key. Textual does not know that of all."""
    return _CHARACTERS.get(key)


def shown_keys(binding: Binding) -> str:
    """The keys of a binding as people write them: `↑ k`, `ctrl+r f5`."""
    return " ".join(_SHOWN.get(key, key) for key in binding.key.split(","))
