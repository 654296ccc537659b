"""`activity query --output FILE`: everything a filter means as a file, with its progress on standard error."""

from datetime import datetime
from pathlib import Path

from store import EventFilter, Position

from ..display import events_text
from ..export.about import About
from ..export.documents import chosen_columns, format_of, named_format
from ..export.export import Exported, Target, export_events
from ..export.pages import pages
from ..settings import Settings
from ..visible import visible
from .collecting import collect, seldom_collected
from .database import complain_of_remarks, masking_name
from .interruptible import run
from .progress import progress
from .query import Wanted, opened_repository
from .stopping import Stop
from .why_nothing import complain_of_nothing
from .words import complain


def export(event_filter: EventFilter, now: datetime, database: str | None, settings: Settings, wanted: Wanted) -> int:
    """Write the events of a settled filter to the file that is wanted, and give the exit code. Raises StoreError."""
    path = Path(wanted.output or "")
    format_name = format_of(path.name) if wanted.format_name is None else named_format(wanted.format_name)
    known = about(event_filter, now, wanted, format_name, masking_name(database, settings))
    target = Target(path, wanted.replace, settings.link_template)
    with Stop() as stop:
        try:
            with seldom_collected():
                done = run(_export, known, target, database, settings, wanted.limit)
        except KeyboardInterrupt:
            complain(f"Interrupted: {visible(path.name)} was not written.")
            return stop.exit_code
    beside = "" if done.about_path is None else f" Filter, count and time stand in {visible(str(done.about_path))}."
    complain(f"{events_text(done.events)} written to {visible(str(path))}.{beside}")
    return 0


def about(event_filter: EventFilter, now: datetime, wanted: Wanted, format_name: str, masked_as: str) -> About:
    """What the document will be. Raises ExportMistake for columns that it cannot have."""
    if format_name == "table":
        return About(event_filter, now, format_name, masking_name=masked_as)
    columns = chosen_columns(named_format(format_name), wanted.columns)
    return About(event_filter, now, format_name, columns, masked_as)


async def _export(
    known: About, target: Target, database: str | None, settings: Settings, limit: int | None
) -> Exported:
    async with opened_repository(database, settings) as repository:
        # How many they will be is quickly told, unless they have to be read for that.
        is_searched = repository.needs_reading(known.event_filter)
        counted = None if is_searched else await repository.count(known.event_filter)
        is_known = counted is not None and counted.exact
        whole = min(counted.number, counted.number if limit is None else limit) if counted and is_known else None
        with progress(target.path.name, whole) as show:

            def tell(events: int, searched_to: Position | None) -> None:
                show(events, events)
                collect()

            found = pages(repository, known.event_filter, "newer", limit)
            done = await export_events(found, known, target, tell)
        if not done.events:
            await complain_of_nothing(repository, known.event_filter)
        await complain_of_remarks(repository, known.event_filter)
        return done
