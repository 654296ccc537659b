"""`activity report`: the marked events of a log as a Markdown timeline."""

import os
from datetime import UTC, datetime
from pathlib import Path

from ..display import events_text
from ..marks import Marks, load_marks
from ..masking import remembered_as
from ..report import Report, marked_events, write_report
from ..settings import load_settings
from ..visible import visible
from .database import database_name, masking_name
from .interruptible import run
from .query import opened_repository, utf8_output
from .words import complain


def report(database: str | None, output: str | None, *, replaces: bool) -> int:
    """Print the timeline, or write it to a file. Gives the exit code.

    Raises StoreError when the log, its marks or the file make trouble, and OSError when the output cannot be written.
    """
    settings = load_settings(os.environ)
    name = database_name(database, settings)
    marks = load_marks(remembered_as(name, masking_name(database, settings)))
    if not marks.marks:
        complain(f"No event of {name} is marked: open it, and press m on an event.")
        return 1
    text = run(_text, marks, database, Report(name, datetime.now(UTC), settings.zone, settings.link_template))
    if output is None:
        utf8_output().write(text)
    else:
        write_report(Path(output), text, replaces=replaces)
        complain(f"{events_text(len(marks.marks))} written to {visible(output)}.")
    return 0


async def _text(marks: Marks, database: str | None, about: Report) -> str:
    async with opened_repository(database) as repository:
        return about.text(await marked_events(repository, marks))
