"""The same list as it is by now: which rows to show when it grew, so that nobody who reads in it is moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from .searching import Search
from .widgets.loaded_rows import PAGE_SIZE, PAGES_KEPT, LoadedRows

if TYPE_CHECKING:
    from store import Event, EventFilter, EventPage, EventRepository

    from .searching import Listed
    from .widgets.event_table import EventTable

ATTEMPTS = 3
"""How often a row is looked for that moves on while it is looked for."""


class View(NamedTuple):
    """What of a list is in sight: the rows from `top` on, so many as `height`, with the cursor there or elsewhere.

    It is held unless it is at the newest end, where the newest rows are what one wants to see.
    """

    is_held: bool
    generation: int
    top: int
    height: int
    cursor: int
    on_top: Event | None
    highlighted: Event | None

    @classmethod
    def of(cls, table: EventTable, *, is_held: bool) -> View:
        rows = table.rows_in_sight
        on_top = table.rows.row(rows.start)
        return cls(is_held, table.generation, rows.start, len(rows), table.cursor, on_top, table.highlighted)


class Renewal(NamedTuple):
    """Rows from `first` on, the row of the cursor, and the row that comes to stand on top."""

    first: int
    page: EventPage
    cursor: int
    top: int


async def renewal(listed: Listed, view: View, loaded: LoadedRows, arrivals: Sequence[Event]) -> Renewal | None:
    """The rows of a list to show by now. None when those in sight cannot be found again: they are not loaded.

    A list that is searched for is not searched again: `loaded` rows get the `arrivals`. One with folded traces can only
    be shown from its newest end on.
    """
    from store import NEWEST

    repository, settled = listed.repository, listed.settled
    if listed.folds:  # a new event takes its trace to the newest end, wherever in the list that was
        return None if view.is_held else Renewal(0, await Search(listed).whole_page(NEWEST, PAGE_SIZE), 0, 0)
    if listed.is_searched:
        return _with_arrivals(view, loaded, arrivals)
    if not view.is_held:
        return Renewal(0, await repository.page(settled, NEWEST, "older", PAGE_SIZE), 0, 0)
    is_in_sight = view.top <= view.cursor < view.top + view.height
    anchor, row = (view.highlighted, view.cursor) if is_in_sight else (view.on_top, view.top)
    if anchor is None or view.highlighted is None:
        return None
    above = row - view.top
    found = await _rows_about(repository, settled, anchor, above, view.height - above)
    if found is None or is_in_sight:
        return found and found._replace(top=max(0, found.cursor - above))
    highlighted = await _rows_about(repository, settled, view.highlighted, 0, 0)
    return highlighted and found._replace(cursor=highlighted.cursor, top=found.cursor)


async def _rows_about(
    repository: EventRepository, settled: EventFilter, event: Event, above: int, below: int
) -> Renewal | None:
    """Whole pages with so many rows on either side of an event, and its row."""
    from store import Position

    for _ in range(ATTEMPTS):
        row = await repository.ordinal(settled, Position.of(event))
        first = max(0, row - above) // PAGE_SIZE * PAGE_SIZE
        beyond = ((row + below) // PAGE_SIZE + 1) * PAGE_SIZE
        page = await repository.page_at(settled, first, beyond - first)
        for place, each in enumerate(page.events):  # others may have come in since the row was asked for
            if each.id == event.id:
                return Renewal(first, page, first + place, 0)
    return None


def _with_arrivals(view: View, loaded: LoadedRows, arrivals: Sequence[Event]) -> Renewal | None:
    """The loaded rows from the newest on, together with events that came in (in the order of commits).

    Those that are older than all rows are left out unless the rows are the whole list. None when nobody could tell
    where they belong: not all rows from the newest to the cursor are loaded.
    """
    from store import EventPage

    rows, is_whole = loaded.from_newest(), loaded.end_is_known
    known = {event.id for event in rows}
    new = [event for event in reversed(arrivals) if event.id not in known]
    if not is_whole and rows:
        new = [event for event in new if event.occurred_at >= rows[-1].occurred_at]
    merged = sorted((*new, *rows), key=lambda event: event.occurred_at, reverse=True)
    if view.is_held and (view.highlighted is None or view.highlighted.id not in known):
        return None
    cursor = merged.index(view.highlighted) if view.is_held and view.highlighted else 0
    kept = merged[: PAGES_KEPT * PAGE_SIZE]
    if cursor >= len(kept):
        return None
    page = EventPage(events=tuple(kept), has_older=not is_whole or len(kept) < len(merged))
    return Renewal(0, page, cursor, max(0, cursor - view.cursor + view.top))
