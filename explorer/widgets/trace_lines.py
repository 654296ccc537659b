"""A trace -> lines: every event in the order of time, or under the entities it happened to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from store import EVENT_NAMES

from ..display import NAME_CELLS, actor_text, entity_text, event_label, events_text, kind_sign, visible
from ..trace import Branch, branches, is_failure, offset_text
from .text_line import Path, Piece, TextLine

if TYPE_CHECKING:
    from datetime import datetime

    from store import Event

OFFSET_WIDTH, NAME_WIDTH, ENTITY_WIDTH = 12, 30, 44
INDENT, DEEPEST_INDENT = 2, 12
ROOMY = 110
"""From so many cells on, a line has room for all of an entity and of an actor."""

Within = tuple[int, int]
"""How many events, and how many of them tell of a failure."""


class Columns(NamedTuple):
    """How wide what happened and what it happened to are, in cells; who did it has the rest.

    `says_types` is whether there is room to say of what type an entity and an actor are.
    """

    name: int
    entity: int
    says_types: bool

    def what(self, event: Event) -> str:
        sign = kind_sign(EVENT_NAMES.kind(event.event_name))
        return f"{sign} {event_label(event.event_name, self.name - 2)}".ljust(self.name + 1)

    def to_what(self, event: Event) -> Piece:
        text = entity_text(event.entity, self.entity, says_type=self.says_types)
        return Piece(text.ljust(self.entity + 1), "plain")

    def who(self, event: Event) -> str:
        return actor_text(event.actor, says_type=self.says_types)


def columns_for(width: int) -> Columns:
    """The columns in a line of so many cells: in a narrow one none takes all of the room of another."""
    if width >= ROOMY:
        return Columns(NAME_WIDTH, ENTITY_WIDTH, says_types=True)
    room = max(0, width - OFFSET_WIDTH - 2)
    return Columns(max(12, room * 35 // 100), max(12, room * 38 // 100), says_types=False)


def time_lines(events: Sequence[Event], columns: Columns) -> Iterator[TextLine]:
    """The events, oldest first, with their distance from the first, what they happened to, and who did it."""
    environments = {event.environment for event in events}
    for event in events:
        where = f" in {visible(event.environment or 'no environment', NAME_CELLS)}" if len(environments) > 1 else ""
        who = Piece(f"{columns.who(event)}{where}", "muted")
        yield _event_line(event, events[0].occurred_at, 0, columns, columns.to_what(event), who)


def tree_lines(events: Sequence[Event], folds: Mapping[Path, bool], columns: Columns) -> Iterator[TextLine]:
    """The entities of a trace, each with its events and with what belongs to it below; one of one event is one line."""
    folded_at: int | None = None
    all_branches = list(branches(events))
    for branch, within in zip(all_branches, _events_within(all_branches), strict=True):
        if folded_at is not None and branch.depth > folded_at:
            continue
        if len(branch.events) == 1 and not branch.has_branches:
            (event,) = branch.events
            told = (columns.to_what(event), Piece(columns.who(event), "muted"))
            yield _event_line(event, events[0].occurred_at, branch.depth, columns, *told)
            continue
        path: Path = ("entity", branch.key.type or "", branch.key.id or "")
        unfolded = folds.get(path, True)
        folded_at = None if unfolded else branch.depth
        yield _branch_line(branch, within, path, unfolded=unfolded)
        if unfolded:
            for event in branch.events:
                who = Piece(columns.who(event), "muted")
                yield _event_line(event, events[0].occurred_at, branch.depth + 1, columns, who)


def _events_within(all_branches: Sequence[Branch]) -> Sequence[Within]:
    """The events of each branch and of all that lies below it, which is what it folds away."""
    found: list[Within] = []
    below: dict[int, Within] = {}  # by level, what was found there since the last branch above it
    for branch in reversed(all_branches):
        number, failed = below.pop(branch.depth + 1, (0, 0))
        within = (number + len(branch.events), failed + sum(map(is_failure, branch.events)))
        beside = below.get(branch.depth, (0, 0))
        below[branch.depth] = (beside[0] + within[0], beside[1] + within[1])
        found.append(within)
    return found[::-1]


def _branch_line(branch: Branch, within: Within, path: Path, *, unfolded: bool) -> TextLine:
    name = entity_text(branch.entity) if branch.entity else visible(branch.key.id or "No entity", NAME_CELLS)
    number, failed = within
    pieces = [Piece("▾ " if unfolded else "▸ ", "muted"), Piece(f"{name}  ", "heading")]
    told = events_text(number)
    if not branch.events:
        told = f"{told} of what belongs to it"
    elif number > len(branch.events):
        told = f"{told} with what belongs to it"
    pieces.append(Piece(told, "muted"))
    if failed:
        pieces.append(Piece(f", {failed:,} failed", "removed"))
    indent = INDENT * min(branch.depth, DEEPEST_INDENT)
    return TextLine(path, tuple(pieces), indent, indent, clipped=True, unfolded=unfolded)


def _event_line(event: Event, first: datetime, depth: int, columns: Columns, *more: Piece) -> TextLine:
    offset = Piece(offset_text(event.occurred_at, first).rjust(OFFSET_WIDTH) + "  ", "label")
    indent = INDENT * min(depth, DEEPEST_INDENT)
    pieces = (offset, Piece(columns.what(event), "removed" if is_failure(event) else "plain"), *more)
    return TextLine(("event", event.id), pieces, indent, indent, clipped=True, leads_to=event)
