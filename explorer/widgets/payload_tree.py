"""A JSON value -> lines that fold, each with a path that names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from store import write_path

from ..json_value import JsonValue, Members, NotJson
from .text_line import Path, Piece, Step, TextLine, paragraph_pieces, safe_pieces
from .value_pieces import SHORT_TEXT, fits_inline, leaf_pieces, name_pieces, preview


class Run(NamedTuple):
    """Some consecutive members or items, where a container has too many to show at once."""

    container: Members | list[JsonValue]
    places: range


class Unread(NamedTuple):
    """A text that is too long to be read before somebody asks for it."""

    text: str
    asked_for: bool = False


Shown: TypeAlias = "JsonValue | Run | NotJson | Unread"

RUN_LENGTH = 100
"""Children shown under one line; more of them are put into runs, and runs into longer runs."""

UNFOLDED_DEPTH = 2
LONGEST_NARROWING = 1_000
"""Characters of a value that a filter is made of."""

LONGEST_TEXT = 20_000
"""How much of a string, name or unreadable text is ever shown."""
UNFOLDED_AT_ONCE = 1_000
"""Lines that one key unfolds. Twice as many take so long to be laid out that the next key waits."""

DEEPEST_INDENT = 12
"""Levels that are indented. Beyond them a line says its level."""


class _Node(NamedTuple):
    path: Path
    label: Piece
    value: Shown


def tree_lines(section: str, title: str, value: Shown, folds: Mapping[Path, bool], *, gap: bool) -> Iterator[TextLine]:
    """The lines of `value` under a heading, those that are folded away left out.

    `folds` says which paths the user unfolded (True) or folded (False); the others are as they are at first.
    """
    waiting = [_Node((section,), Piece(f"{title}  ", "heading"), value)]
    while waiting:
        node = waiting.pop()
        unfolded = _unfolded(node, folds)
        yield _line(node, unfolded, gap=gap and len(node.path) == 1)
        if unfolded:
            waiting.extend(reversed(_children(node)))


def unfoldable_paths(section: str, value: Shown, under: Path) -> list[Path]:
    """Every path at or under `under` that can be unfolded, nearest to it first, for about `UNFOLDED_AT_ONCE` lines."""
    waiting = [_Node((section,), Piece("", "key"), value)]
    found: list[Path] = []
    lines = 0
    for node in waiting:
        depth = min(len(node.path), len(under))
        if node.path[:depth] != under[:depth] or not _folds(node.value):
            continue
        children = _children(node)
        if depth == len(under):
            found.append(node.path)
            lines += len(children)
        if lines >= UNFOLDED_AT_ONCE:
            break
        waiting.extend(children)
    return found


def _folds(value: Shown) -> bool:
    if isinstance(value, Run | Unread):
        return True
    if isinstance(value, list):
        return bool(value)
    if isinstance(value, NotJson):
        return bool(value.reason and value.text)
    return isinstance(value, str) and len(value) > SHORT_TEXT


def _unfolded(node: _Node, folds: Mapping[Path, bool]) -> bool | None:
    """Whether the node is unfolded; None where there is nothing to fold."""
    if not _folds(node.value):
        return None
    chosen = folds.get(node.path)
    if chosen is not None:
        return chosen
    if isinstance(node.value, list):
        return len(node.path) == 1 or (len(node.path) <= UNFOLDED_DEPTH and not fits_inline(node.value))
    return isinstance(node.value, NotJson)


def _children(node: _Node) -> list[_Node]:
    value = node.value
    if isinstance(value, NotJson):
        return [_Node((*node.path, "text"), Piece("", "plain"), NotJson(value.text, ""))]
    if not isinstance(value, list | Run):
        return []
    container, places = (value.container, value.places) if isinstance(value, Run) else (value, range(len(value)))
    if len(places) > RUN_LENGTH:
        step = RUN_LENGTH
        while len(places) > step * RUN_LENGTH:
            step *= RUN_LENGTH
        starts = range(places.start, places.stop, step)
        runs = [Run(container, range(start, min(start + step, places.stop))) for start in starts]
        return [
            _Node((*node.path, run.places), Piece(f"{run.places.start:,} … {run.places.stop - 1:,}  ", "muted"), run)
            for run in runs
        ]
    if not isinstance(container, Members):
        return [_Node((*node.path, place), Piece(f"{place}: ", "muted"), container[place]) for place in places]
    members = container[places.start : places.stop]
    repeated: Counter[str] = Counter()
    children = []
    for name, member in members:
        step_to: Step = (name, repeated[name]) if name in repeated else name
        repeated[name] += 1
        children.append(_Node((*node.path, step_to), Piece(name, "key"), member))
    return children


def _line(node: _Node, unfolded: bool | None, *, gap: bool) -> TextLine:
    level = len(node.path) - 1
    indent = 2 * min(level, DEEPEST_INDENT)
    sign = {None: "  ", True: "▾ ", False: "▸ "}[unfolded]
    pieces = [Piece(sign, "muted")]
    if level > DEEPEST_INDENT:
        pieces.append(Piece(f"({level}) ", "muted"))
    pieces += name_pieces(node.label.text) if node.label.role == "key" else [node.label]
    pieces += _value_pieces(node.value, unfolded)
    clipped = unfolded is not None and not isinstance(node.value, str | NotJson)
    return TextLine(
        node.path,
        tuple(pieces),
        indent,
        indent + 4,
        gap=gap,
        clipped=clipped,
        unfolded=unfolded,
        narrows=_narrowing(node),
    )


def _narrowing(node: _Node) -> tuple[str, str] | None:
    """The field of a filter that finds events with this value at this place in their payload, and the value.

    Of a list it is any element: which one it is in tells little. A name that comes twice has no place of its own.
    """
    section, *steps = node.path
    keys = [step for step in steps if not isinstance(step, int | range)]
    names = tuple(key for key in keys if isinstance(key, str))
    text = _text_in_filter(node.value)
    if section != "payload" or text is None or not names or len(names) < len(keys):
        return None
    return f"payload.{write_path(names)}", text


def _text_in_filter(value: Shown) -> str | None:
    """A value as a filter writes it; None for what has other values in it, is unread, or is too long."""
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    return str(value) if isinstance(value, str) and len(value) <= LONGEST_NARROWING else None


def _value_pieces(value: Shown, unfolded: bool | None) -> Iterator[Piece]:
    if isinstance(value, Unread):
        yield Piece(f"{len(value.text):,} characters, {'being read …' if value.asked_for else 'not read yet'}", "muted")
    elif isinstance(value, Run):
        yield Piece(f"{len(value.places):,} of {len(value.container):,}", "muted")
    elif isinstance(value, NotJson):
        if value.reason:
            yield from safe_pieces(value.reason, "muted", SHORT_TEXT)
        else:
            yield from paragraph_pieces(value.text, "plain", LONGEST_TEXT)
    elif isinstance(value, list) and unfolded:
        word = "member" if isinstance(value, Members) else "item"
        yield Piece(f"{len(value):,} {word}{'' if len(value) == 1 else 's'}", "muted")
    elif isinstance(value, list):
        yield from preview(value)
    else:
        yield from leaf_pieces(value, LONGEST_TEXT if unfolded else SHORT_TEXT)
