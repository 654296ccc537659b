"""Where to land in a list whose traces are folded: rows have no numbers there, so they are read from the newest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .landing import FirstRows, is_listed
from .searching import Listed, Search

if TYPE_CHECKING:
    from store import Event, Position

FARTHEST = 20_000
"""So many events may be newer than a row that is read down to."""


async def folded_around(listed: Listed, keep: Position, page_size: int) -> tuple[Listed, FirstRows | None]:
    """The list and its rows down to the event at `keep`, in whole pages. None for the rows: they begin with the newest.

    Where that event is folded away, or stands too far down, the list comes back unfolded.
    """
    from store import NEWEST, EventPage, Position

    repository, settled, unfolded = listed.repository, listed.settled, listed._replace(folds=False)
    event = None if keep.id is None else await repository.event(keep.id)
    if event is None or not await is_listed(repository, settled, event):
        return listed, None
    if await repository.ordinal(settled, keep) > FARTHEST:
        return unfolded, None
    rows: tuple[Event, ...] = ()
    has_older, start = True, NEWEST
    while has_older and start.occurred_at >= keep.occurred_at:
        page = await Search(listed).whole_page(start, page_size)
        rows, has_older = (*rows, *page.events), page.has_older
        if event in rows:
            return listed, FirstRows(0, EventPage(events=rows, has_older=has_older), rows.index(event))
        start = Position.of(rows[-1]) if rows else start
    return unfolded, None


async def newest_of_trace(listed: Listed, event: Event) -> Position | None:
    """The place of the row that stands for an event once its trace is folded, None where that is too far down."""
    from store import NEWEST, Choice, Position

    if event.trace_id is not None:
        of_trace = listed.settled.with_choice("trace_ids", Choice(included=(event.trace_id,)))
        page = await listed.repository.page(of_trace, NEWEST, "older", 1)
        event = page.events[0] if page.events else event
    place = Position.of(event)
    return place if await listed.repository.ordinal(listed.settled, place) <= FARTHEST else None
