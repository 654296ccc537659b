"""Marked events -> a timeline in Markdown: what a post-mortem or an answer to a customer begins with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .display import events_text, time_text, zone_label
from .export.file import AtomicFile
from .export.markdown import cell_writer, code
from .marks import shown_marks

if TYPE_CHECKING:
    from store import Event, EventRepository

    from .marks import Mark, Marks


class Report(NamedTuple):
    """A log by its name, when it was read (UTC), the zone of times beside UTC, and the template of links."""

    database_name: str
    written_at: datetime
    zone: tzinfo
    link_template: str | None

    def text(self, marked: Sequence[tuple[Mark, Event | None]]) -> str:
        """The timeline of `marked`: marks with their events, oldest first. None is an event the log no longer holds."""
        head = f"{events_text(len(marked))} of {code(self.database_name)}, marked by hand"
        head += f", as read on {self._time(self.written_at)}."
        return "\n\n".join(("# Timeline", head, *(self._entry(mark, event) for mark, event in marked))) + "\n"

    def _entry(self, mark: Mark, event: Event | None) -> str:
        lines = [f"## {self._time(mark.occurred_at)}"]
        if mark.note:
            lines.append("\n".join(f"> {code(line)}" for line in mark.note.splitlines()))
        if event is None:
            lines.append(f"The log no longer holds this event: {code(mark.event_id)}")
        else:
            lines.append(told(event, self.link_template))
        return "\n\n".join(lines)

    def _time(self, moment: datetime) -> str:
        return time_in_zones(moment, self.zone)


def told(event: Event, link_template: str | None) -> str:
    """What a reader wants to know of an event, as a list in Markdown."""
    columns = {"What": "event", "To what": "entity", "Part of": "parent_entity_id", "Who": "actor"}
    columns |= {"From": "actor_ip_address", "Environment": "environment", "Trace": "trace_id", "Link": "link"}
    parts = {name: cell_writer(column, link_template)(event) for name, column in columns.items()}
    return "\n".join(f"- {name}: {text}" for name, text in parts.items() if text)


def time_in_zones(moment: datetime, zone: tzinfo) -> str:
    """A moment in UTC, and in `zone` where that differs."""
    utc, local = time_text(moment, UTC), time_text(moment, zone)
    return f"{utc} UTC" if utc == local else f"{utc} UTC ({local} {zone_label(moment, zone)})"


async def marked_events(repository: EventRepository, marks: Marks) -> list[tuple[Mark, Event | None]]:
    """Every mark as it may be shown with its event, oldest first; None where the log no longer holds that."""
    return [(mark, await repository.event(mark.event_id)) for mark in shown_marks(repository, marks)]


def write_report(path: Path, text: str, *, replaces: bool = False) -> None:
    """Write a report to a file, whole or not at all; `replaces` one that is there. Raises TargetProblem."""
    with AtomicFile(path, replaces=replaces) as file:
        file.write(text.encode("utf-8", "backslashreplace"))
        file.finish()
        file.commit()
