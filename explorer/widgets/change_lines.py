"""What changed with an event -> lines: old and new side by side, what was added, what was removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import TYPE_CHECKING

from ..changes import ABSENT, Change, ItemKey
from ..display import NAME_CELLS, actor_text, event_label, time_text, visible
from ..snapshots import ENVELOPE
from .payload_tree import tree_lines
from .text_line import Path, Piece, Role, TextLine, safe_pieces
from .value_pieces import value_pieces

if TYPE_CHECKING:
    from store import Event

    from ..changes import Difference
    from ..changes import Path as ValuePath
    from ..json_value import JsonValue
    from ..snapshots import Comparison

SECTION: Path = ("changes",)
ENVELOPE_SECTION: Path = ("changes", "envelope")
MOST_SHOWN = 1_000
"""So many differences are shown; a line says how many more there are."""
SHOWN_LENGTH = 1_000
"""How much of a value, an id or a name is shown."""
INDENT = 2


def change_lines(comparison: Comparison | None, folds: Mapping[Path, bool]) -> Iterator[TextLine]:
    """The section *What changed*, folded unless `folds` says otherwise. No comparison: it is being asked for."""
    unfolded = folds.get(SECTION, False)
    yield _heading(comparison, unfolded)
    if comparison is None or not unfolded:
        return
    if comparison.earlier is None:
        yield _line("reason", list(safe_pieces(comparison.reason, "plain", SHOWN_LENGTH)))
        return
    against = [Piece("compared with  ", "label"), Piece(event_text(comparison.earlier), "link")]
    yield TextLine((*SECTION, "earlier"), tuple(against), INDENT, INDENT + 2, leads_to=comparison.earlier)
    yield from difference_lines(comparison, folds)


def difference_lines(comparison: Comparison, folds: Mapping[Path, bool]) -> Iterator[TextLine]:
    """What differs, then the members that are alike, folded unless `folds` says otherwise."""
    told = [each for each in comparison.differences if not _is_envelope(each)]
    if not told:
        yield _line("nothing", [Piece("Nothing is different.", "plain")])
    for each in told[:MOST_SHOWN]:
        yield _difference_line(each, INDENT)
    if len(told) > MOST_SHOWN:
        yield _line("more", [Piece(f"… and {len(told) - MOST_SHOWN:,} more differences", "muted")])
    yield from _envelope_lines([each for each in comparison.differences if _is_envelope(each)], folds)
    if comparison.unchanged:
        folded = {("unchanged",): False, **folds}
        yield from tree_lines("unchanged", "Unchanged", comparison.unchanged, folded, gap=False)


def _heading(comparison: Comparison | None, unfolded: bool) -> TextLine:
    if not unfolded:
        summary = "press v to compare with the previous event of this entity"
    elif comparison is None:
        summary = "looking for the previous event …"
    else:
        summary = "" if comparison.earlier is None else in_numbers(comparison)
    pieces = (Piece("▾ " if unfolded else "▸ ", "muted"), Piece("What changed  ", "heading"), Piece(summary, "muted"))
    return TextLine(SECTION, pieces, hang=4, gap=True, clipped=True, unfolded=unfolded)


def in_numbers(comparison: Comparison) -> str:
    """How much differs and how much is alike: `2 changed, 1 added, 14 members unchanged`."""
    words = [_word(each) for each in comparison.differences if not _is_envelope(each)]
    numbers = {word: words.count(word) for word in ("changed", "added", "removed", "moved") if word in words}
    alike = f"{len(comparison.unchanged):,} members unchanged" if comparison.unchanged else ""
    return ", ".join([*(f"{number:,} {word}" for word, number in numbers.items()), *([alike] if alike else [])])


def _envelope_lines(differences: list[Difference], folds: Mapping[Path, bool]) -> Iterator[TextLine]:
    if differences:
        unfolded = folds.get(ENVELOPE_SECTION, False)
        names = ", ".join(str(each.path[0]) for each in differences)
        pieces = [Piece("▾ " if unfolded else "▸ ", "muted"), Piece(f"as with every event: {names}", "muted")]
        yield TextLine(ENVELOPE_SECTION, tuple(pieces), INDENT, INDENT + 2, clipped=True, unfolded=unfolded)
        if unfolded:
            yield from (_difference_line(each, INDENT + 2) for each in differences)


def _is_envelope(difference: Difference) -> bool:
    return bool(difference.path) and difference.path[0] in ENVELOPE


def _word(difference: Difference) -> str:
    if not isinstance(difference, Change):
        return "moved"
    return "added" if difference.old is ABSENT else "removed" if difference.new is ABSENT else "changed"


def _difference_line(difference: Difference, indent: int) -> TextLine:
    word = _word(difference)
    signs: dict[str, tuple[str, Role]] = {"added": ("+ ", "added"), "removed": ("- ", "removed")}
    pieces = [Piece(*signs.get(word, ("~ ", "changed"))), *path_pieces(difference.path), Piece(": ", "muted")]
    if isinstance(difference, Change):
        if difference.old is not ABSENT:
            pieces += value_pieces(difference.old, SHOWN_LENGTH)
        if word == "changed":
            pieces.append(Piece(" → ", "changed"))
        if difference.new is not ABSENT:
            pieces += value_pieces(difference.new, SHOWN_LENGTH)
    else:
        pieces.append(Piece("in another order", "plain"))
    # Its place in the payload names the line, so that the cursor stays on the same member from event to event.
    return TextLine((*SECTION, *map(str, difference.path)), tuple(pieces), indent, indent + 4)


def path_pieces(path: ValuePath) -> Iterator[Piece]:
    """Where in a payload: `entitlements[feature-01-seats].usageLimit`."""
    if not path:
        yield Piece("the payload", "plain")
    for place, step in enumerate(path):
        if isinstance(step, str):
            yield Piece(".", "muted") if place else Piece("", "muted")
            yield from safe_pieces(step, "key", SHOWN_LENGTH)
        else:
            yield Piece("[", "muted")
            yield from _item_pieces(step.value if isinstance(step, ItemKey) else str(step))
            yield Piece("]", "muted")


def _item_pieces(value: JsonValue) -> Iterator[Piece]:
    if isinstance(value, str):
        yield from safe_pieces(value, "key", SHOWN_LENGTH)
    else:
        yield from value_pieces(value, SHOWN_LENGTH)


def event_text(event: Event) -> str:
    """An event in one line: when (UTC), what, and who did it, from where."""
    address = event.actor.ip_address if event.actor else None
    who = actor_text(event.actor)
    where = "" if address is None or address in who else f"from {visible(address, NAME_CELLS)}"
    moment = f"{time_text(event.occurred_at, UTC)} UTC"
    return " · ".join(part for part in (moment, event_label(event.event_name), who, where) if part)


def _line(name: str, pieces: list[Piece]) -> TextLine:
    return TextLine((*SECTION, name), tuple(pieces), INDENT, INDENT + 2)
