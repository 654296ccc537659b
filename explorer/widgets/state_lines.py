"""The state of an entity -> lines: its fields with their values, under the events that last set them, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from store import EVENT_NAMES

from ..display import entity_text, time_text
from .change_lines import INDENT, SHOWN_LENGTH, event_text, path_pieces
from .text_line import Path, Piece, TextLine, safe_pieces
from .value_pieces import value_pieces

if TYPE_CHECKING:
    from ..entity_state import EntityState, Origin

SECTION: Path = ("state",)
MOST_SHOWN = 1_000
"""So many fields are shown; a line says how many more there are."""


def state_lines(state: EntityState | None, folds: Mapping[Path, bool]) -> Iterator[TextLine]:
    """The section *State*, folded unless `folds` says otherwise. No state: it is being asked for."""
    unfolded = folds.get(SECTION, False)
    yield _heading(state, unfolded)
    if state is None or not unfolded:
        return
    if state.snapshot is None:
        reason = tuple(safe_pieces(state.reason, "plain", SHOWN_LENGTH))
        yield TextLine((*SECTION, "reason"), reason, INDENT, INDENT + 2)
        return
    in_order = sorted(state.origins, key=lambda origin: (origin.is_oldest, -origin.event.occurred_at.timestamp()))
    by_event: dict[str, list[Origin]] = {}  # events of one moment do not part each other's fields
    for origin in in_order[:MOST_SHOWN]:
        by_event.setdefault(origin.event.id, []).append(origin)
    for number, (event_id, origins) in enumerate(by_event.items()):
        yield _event_line(event_id, origins, gap=number > 0)
        yield from map(_field_line, origins)
    if len(state.origins) > MOST_SHOWN:
        more = Piece(f"… and {len(state.origins) - MOST_SHOWN:,} more fields", "muted")
        yield TextLine((*SECTION, "more"), (more,), INDENT, INDENT + 2)


def _heading(state: EntityState | None, unfolded: bool) -> TextLine:
    title = "State"
    if not unfolded:
        summary = "press b for each field's last change, B for the entity at another time"
    elif state is None:
        summary = "reading the events of this entity …"
    else:
        # First of when it is: a narrow terminal cuts the end of the line, and the entity stands above it as well.
        title = "State with this event" if state.moment is None else f"State at {time_text(state.moment, UTC)} UTC"
        summary = entity_text(state.event.entity)
    pieces = (Piece("▾ " if unfolded else "▸ ", "muted"), Piece(f"{title}  ", "heading"), Piece(summary, "muted"))
    return TextLine(SECTION, pieces, hang=4, clipped=True, unfolded=unfolded)


def _event_line(event_id: str, origins: Sequence[Origin], *, gap: bool) -> TextLine:
    """The event that last set or removed the fields below it; the oldest that is known may only have kept them."""
    event = origins[0].event
    is_kept = origins[0].is_oldest and EVENT_NAMES.kind(event.event_name) != "created"
    removed = sum(origin.is_removed for origin in origins)
    did = "set" if not removed else "removed" if removed == len(origins) else "set and removed"
    pieces = (Piece("since at least  " if is_kept else f"{did}  ", "label"), Piece(event_text(event), "link"))
    return TextLine((*SECTION, "event", event_id), pieces, INDENT, INDENT + 2, gap=gap, leads_to=event)


def _field_line(origin: Origin) -> TextLine:
    sign = (Piece("- ", "removed"),) if origin.is_removed else ()
    pieces = (*sign, *path_pieces(origin.path), Piece(": ", "muted"), *value_pieces(origin.value, SHOWN_LENGTH))
    # Its place in the payload names the line, so that the cursor stays on the same field from event to event.
    path = (*SECTION, *map(str, origin.path))
    return TextLine(path, pieces, 2 * INDENT, 2 * INDENT + 2, leads_to=origin.event)
