"""An id for a record that has none: the same for the same content, so that importing it twice adds nothing."""

import hashlib
import json

from ..errors import EventMistake

_DIGITS = 32


def content_id(text: str) -> str:
    """An id made of all that a JSON document says, whatever its white space, escapes and order of keys.

    Numbers count by their letters: 1, 1.0 and "1" are three. Raises EventMistake when it is nested too deeply.
    """
    try:
        value = json.loads(text, parse_int=_number, parse_float=_number)
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise EventMistake("It is nested too deeply.") from None
    return f"sha256-{hashlib.sha256(canonical.encode()).hexdigest()[:_DIGITS]}"


def _number(letters: str) -> list[str]:
    """What no text can be taken for."""
    return ["number", letters]
