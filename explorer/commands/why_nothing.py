"""What to say of a filter that shows nothing: a value that no event of the log has, or events at other times only."""

from contextlib import suppress

from store import EventFilter, EventRepository, StoreError

from ..display import events_text
from ..not_held import values_not_held
from ..values_holding import EVER
from .words import complain


async def complain_of_nothing(repository: EventRepository, event_filter: EventFilter) -> None:
    """Say on standard error why a settled filter shows nothing, where that can be told without reading events.

    Which of its values are not in the log, and which were meant; else that there are events at other times.
    """
    is_explained = False
    async for missing in values_not_held(repository, event_filter):
        complain(missing.sentence)
        is_explained = True
    ever = event_filter.replaced(time=EVER)
    if is_explained or event_filter == ever or repository.needs_reading(ever):
        return
    with suppress(StoreError):  # the answer itself is there
        count = await repository.count(ever)
        if count.number:
            match = f"{events_text(count)} match{'es' if count.number == 1 else ''}"
            complain(f"Nothing in that time, which is the last 30 days where none is given; at other times {match}.")
