"""What is hidden of the events of a log, as a value."""

from ..errors import FilterMistake
from ..event import Text
from ..json_path import Path, is_index, parse_path
from ..value import Value

SECTIONS = ("payload", "request")
"""The parts of an event into which paths lead, as their first key."""


class Masking(Value):
    """E-mails and IP addresses are hidden in any case, wherever they stand.

    With `names` those of actors and entities are, too, and whatever else is known of actors. Of `paths`, such as
    `payload.customer.phone` or `request.body.card`, every value at them and below is; numbers of list elements make no
    difference. With `search` texts and patterns may be looked for, although what is found tells of what is hidden. With
    `reveal` a text that is shown may be asked for as it is. The same `key` makes the same pseudonyms.
    """

    SECRET = ("key",)

    name: Text
    key: bytes
    names: bool = False
    paths: tuple[Text, ...] = ()
    search: bool = False
    reveal: bool = False

    def __post_init__(self) -> None:
        for each in self.paths:
            check_path(each)

    def hidden_in(self, section: str) -> tuple[Path, ...]:
        """The hidden paths into one of SECTIONS, without its name and without numbers of list elements."""
        parsed = (parse_path(each) for each in self.paths)
        return tuple(without_indexes(path[1:]) for path in parsed if path[0] == section)


def check_path(text: str) -> None:
    """Raises ValueError for a path that leads nowhere into an event."""
    try:
        path = parse_path(text)
    except FilterMistake as mistake:
        raise ValueError(f"{text}: {mistake}") from None
    if path[0] not in SECTIONS or len(path) == 1:
        raise ValueError(f"{text} must begin with payload. or request.")


def without_indexes(path: Path) -> Path:
    """The keys of a path that name members of objects, as far as can be told."""
    return tuple(key for key in path if not is_index(key))


def is_below(path: Path, hidden: tuple[Path, ...]) -> bool:
    """Whether a path without numbers of list elements leads to one of the hidden ones, or on from there."""
    return any(path[: len(each)] == each for each in hidden)
