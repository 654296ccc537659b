"""The words in which a format says where a field stands: each finds a text in a record, and can be told in words."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..json_path import Path, is_index, parse_path, write_path
from ..records.record import Members


class Pick(NamedTuple):
    """`find` gives the text of a record, or None when it has none; `told` says in words where that stands."""

    find: Callable[[Members], str | None]
    told: str


Source = str | Pick
"""A path as filters write it, or a word of this module."""

NOWHERE = Pick(lambda members: None, "")

_ip_with_port = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]+)?|([0-9]+(?:\.[0-9]+){3}):[0-9]+").fullmatch


def at(text: str) -> Pick:
    """What stands at a path: a text, a number or a truth value. Anything else, and the empty text, count as absent.

    At a list, a number takes that element, and any other key the first element that has it. Raises FilterMistake.
    """
    path = parse_path(text)

    def find(members: Members) -> str | None:
        value: object = members
        for depth, key in enumerate(path):
            if not isinstance(value, dict):
                value = _follow(value, path, depth)
                break
            value = value.get(key)
        if isinstance(value, str):
            return str(value) or None
        return str(value).lower() if isinstance(value, bool) else None

    return Pick(find, f"`{write_path(path)}`")


def picked(source: Source | None) -> Pick:
    """A path as a word, and nothing as the word for it."""
    if source is None:
        return NOWHERE
    return at(source) if isinstance(source, str) else source


def first(*sources: Source) -> Pick:
    """The first of these that the record has."""
    picks = tuple(map(picked, sources))
    finds = tuple(each.find for each in picks)

    def find(members: Members) -> str | None:
        for find_one in finds:
            if (text := find_one(members)) is not None:
                return text
        return None

    return Pick(find, ", else ".join(each.told for each in picks))


def joined(separator: str, *sources: Source, least: int = 1) -> Pick:
    """Those of these that the record has, in one text; absent when it has fewer than `least`."""
    picks = tuple(map(picked, sources))

    def find(members: Members) -> str | None:
        texts = [text for each in picks if (text := each.find(members)) is not None]
        return separator.join(texts) if len(texts) >= least else None

    sign = f" `{separator}` " if separator.strip() else " "
    return Pick(find, sign.join(each.told for each in picks))


def constant(text: str) -> Pick:
    """The same for every record."""
    return Pick(lambda members: text, f'"{text}"')


def translated(source: Source, words: Mapping[str, str]) -> Pick:
    """The word for a code; a code that has none stays as it is."""
    pick = picked(source)

    def find(members: Members) -> str | None:
        text = pick.find(members)
        return None if text is None else words.get(text, text)

    return Pick(find, f"{pick.told} as a word")


def by_prefix(source: Source, words: Mapping[str, str]) -> Pick:
    """The word of the first prefix that the text has; the empty prefix fits every text."""
    pick = picked(source)

    def find(members: Members) -> str | None:
        text = pick.find(members)
        return None if text is None else next((word for start, word in words.items() if text.startswith(start)), None)

    return Pick(find, f"what {pick.told} begins with")


def part(source: Source, separator: str, index: int) -> Pick:
    """One of the parts of a text that a separator makes, absent when it has not so many."""
    pick = picked(source)

    def find(members: Members) -> str | None:
        parts = (pick.find(members) or "").split(separator)
        return (parts[index] or None) if index < len(parts) else None

    return Pick(find, f"part {index + 1} of {pick.told}")


def without_port(pick: Pick) -> Pick:
    """An IP address without its port or brackets; a host name, or whatever else stands there, as it is."""

    def find(members: Members) -> str | None:
        text = pick.find(members)
        if text is None or (found := _ip_with_port(text)) is None:
            return text
        return found[1] or found[2]

    return Pick(find, pick.told)


def _follow(value: object, path: Path, depth: int) -> object:
    """What stands at the end of a path, None where it leads nowhere."""
    for place in range(depth, len(path)):
        key = path[place]
        if isinstance(value, dict):
            value = value.get(key)
        elif not isinstance(value, list):
            return None
        elif is_index(key):
            value = value[int(key)] if int(key) < len(value) else None
        else:
            found = (_follow(element, path, place) for element in value)
            return next((each for each in found if each is not None), None)
    return value
