"""What differs between two JSON values: what was added, removed, changed or moved, everything letter for letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple, TypeAlias, TypeGuard, TypeVar

from .json_value import JsonValue, Members

DEEPEST = 40
"""Containers nested deeper than this are compared as a whole."""

_KEYS = (("id",), ("refId",), ("entityId",), ("feature", "id"), ("plan", "id"), ("key",), ("name",))
"""Where items of a list may say which one they are: the first that all of them have, each another, is believed."""


class Absent(Enum):
    """What stands for the side that does not have the value."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


class ItemKey(NamedTuple):
    """Which item of a list: the one whose value at `by` is `value`, or with nothing in `by` that is it itself."""

    by: tuple[str, ...]
    value: str | bool | None


Step: TypeAlias = "str | int | ItemKey"
Path: TypeAlias = "tuple[Step, ...]"
Name = TypeVar("Name", str, int, ItemKey)


class Change(NamedTuple):
    """At `path`, `old` became `new`; a member or item that one side does not have is ABSENT there."""

    path: Path
    old: JsonValue | Absent
    new: JsonValue | Absent


class Reordering(NamedTuple):
    """The items of the list at `path`, those removed and added reckoned in, came to stand in the order of `keys`.

    New items count as added at the end of the list, in their order.
    """

    path: Path
    keys: tuple[ItemKey, ...]


Difference: TypeAlias = "Change | Reordering"


def differences(old: JsonValue, new: JsonValue) -> list[Difference]:
    """Everything that has to be done to `old` to make it `new`, in the order of `new`.

    The order of an object's members means nothing. Numbers differ when they are written differently.
    """
    return list(_differences((), old, new))


def same(old: JsonValue, new: JsonValue) -> bool:
    """Whether two values are alike, however deeply they are nested."""
    if not isinstance(old, list):  # most values are
        return type(old) is type(new) and old == new
    waiting: list[tuple[JsonValue, JsonValue]] = [(old, new)]
    while waiting:
        one, other = waiting.pop()
        if type(one) is not type(other):
            return False
        if isinstance(one, Members) and isinstance(other, Members):
            names, other_names = by_name(one), by_name(other)
            if names is None or other_names is None:  # a name stands twice: each at its place
                if [name for name, _ in one] != [name for name, _ in other]:
                    return False
                waiting += [(value, other[place][1]) for place, (_, value) in enumerate(one)]
            elif names.keys() == other_names.keys():
                waiting += [(value, other_names[name]) for name, value in names.items()]
            else:
                return False
        elif is_list(one) and is_list(other):
            if len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
        elif one != other:
            return False
    return True


def written_alike(old: JsonValue, new: JsonValue) -> bool:
    """Whether two values are the same with their members in the same order, which takes less time to know than `same`.

    Not so for values that are nested too deeply for that.
    """
    try:
        return old == new
    except RecursionError:
        return False


def is_list(value: JsonValue) -> TypeGuard[list[JsonValue]]:
    """Whether a value is a list, which an object is as well as far as Python is concerned."""
    return isinstance(value, list) and not isinstance(value, Members)


def _differences(path: Path, old: JsonValue, new: JsonValue) -> Iterator[Difference]:
    if len(path) < DEEPEST and type(old) is type(new):
        if isinstance(old, Members) and isinstance(new, Members):
            names, new_names = by_name(old), by_name(new)
            if names is not None and new_names is not None:
                yield from _of_parts(path, names, new_names)
                return
        elif is_list(old) and is_list(new):
            yield from _of_lists(path, old, new)
            return
    if not same(old, new):
        yield Change(path, old, new)


def _of_lists(path: Path, old: Sequence[JsonValue], new: Sequence[JsonValue]) -> Iterator[Difference]:
    by = _told_apart_by(old, new)
    if by is None:
        from_the_end = dict(reversed([*enumerate(old)]))  # so that no item to be removed changes its place before
        yield from _of_parts(path, from_the_end, dict(enumerate(new)))
        return
    items, new_items = _keyed(old, by), _keyed(new, by)
    yield from _of_parts(path, items, new_items)
    made = [*(key for key in items if key in new_items), *(key for key in new_items if key not in items)]
    if made != list(new_items):
        yield Reordering(path, tuple(new_items))


def _of_parts(path: Path, old: Mapping[Name, JsonValue], new: Mapping[Name, JsonValue]) -> Iterator[Difference]:
    """Differences between parts with the same name, then those that only the old value has."""
    for step, value in new.items():
        if step in old:
            yield from _differences((*path, step), old[step], value)
        else:
            yield Change((*path, step), ABSENT, value)
    for step, value in old.items():
        if step not in new:
            yield Change((*path, step), value, ABSENT)


def parts(value: JsonValue, like: Step | None = None) -> dict[Step, JsonValue]:
    """The parts of an object by name, of a list by key or by place, told apart as in `like` where that is given.

    Nothing for any other value, an object with a name that stands twice, and what is told apart in another way.
    """
    found: dict[Step, JsonValue] = {}
    if isinstance(value, Members):
        if like is None or isinstance(like, str):
            found.update(by_name(value) or {})
    elif is_list(value) and not isinstance(like, str):
        by = like.by if isinstance(like, ItemKey) else None if isinstance(like, int) else _told_apart_by(value, value)
        found.update(enumerate(value) if by is None else _keyed(value, by).items())
    return found


def by_name(members: Members) -> dict[str, JsonValue] | None:
    """The members of an object; None when a name stands twice, for then it is not known which one counts."""
    names = dict(members)
    return names if len(names) == len(members) else None


def _told_apart_by(old: Sequence[JsonValue], new: Sequence[JsonValue]) -> tuple[str, ...] | None:
    """What tells the items of both lists apart; None where nothing does."""
    if not old and not new:
        return None
    for by in ((), *_KEYS):
        if all(_tells_apart(items, by) for items in (old, new)):
            return by
    return None


def _keyed(items: Sequence[JsonValue], by: tuple[str, ...]) -> dict[ItemKey, JsonValue]:
    return {key: item for item in items if (key := _key(item, by)) is not None}


def _tells_apart(items: Sequence[JsonValue], by: tuple[str, ...]) -> bool:
    keys = [_key(item, by) for item in items]
    return None not in keys and max(Counter(keys).values(), default=1) == 1


def _key(item: JsonValue, by: tuple[str, ...]) -> ItemKey | None:
    """The key of an item; None when it has none, or is itself a container and compared `by` nothing."""
    for name in by:
        members = by_name(item) if isinstance(item, Members) else None
        if members is None or name not in members:
            return None
        item = members[name]
    if isinstance(item, list) or (by and not isinstance(item, str)):
        return None
    return ItemKey(by, item)
