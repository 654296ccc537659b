"""Events that the user marked, each with a note: kept for a database from one search and one day to the next."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import AwareDatetime, BaseModel, ConfigDict, SkipValidation

from store import Event, TargetProblem

from .state_folder import read_state, state_path, write_state
from .visible import visible

if TYPE_CHECKING:
    from store import Direction, EventRepository


class Mark(BaseModel):
    """A marked event, by its id and its time (UTC), and what the user wrote about it."""

    model_config = ConfigDict(frozen=True)

    event_id: SkipValidation[str]  # which may hold lone surrogates
    occurred_at: AwareDatetime
    note: SkipValidation[str] = ""

    @classmethod
    def of(cls, event: Event, note: str = "") -> Mark:
        return cls(event_id=event.id, occurred_at=event.occurred_at, note=note)


class Marks(BaseModel):
    """Marks in the order of their times, oldest first."""

    model_config = ConfigDict(frozen=True)

    marks: tuple[Mark, ...] = ()

    def of(self, event_id: str) -> Mark | None:
        """The mark of an event, if it has one."""
        return next((mark for mark in self.marks if mark.event_id == event_id), None)

    def with_mark(self, mark: Mark) -> Marks:
        """With this mark in the place of another one of the same event."""
        others = self.without(mark.event_id).marks
        return Marks(marks=tuple(sorted((*others, mark), key=lambda each: (each.occurred_at, each.event_id))))

    def without(self, event_id: str) -> Marks:
        """With no mark of this event."""
        return Marks(marks=tuple(mark for mark in self.marks if mark.event_id != event_id))

    def beside(self, moment: datetime, direction: Direction) -> tuple[Mark, ...]:
        """The marks newer or older than `moment` (UTC), the nearest first."""
        if direction == "older":
            return tuple(mark for mark in reversed(self.marks) if mark.occurred_at < moment)
        return tuple(mark for mark in self.marks if mark.occurred_at > moment)


def shown_marks(repository: EventRepository, marks: Marks) -> tuple[Mark, ...]:
    """The marks with their notes as they may be shown beside a log: one that is masked masks them as well."""
    if not marks.marks:
        return ()
    from store import MaskedRepository

    if not isinstance(repository, MaskedRepository):
        return marks.marks
    return tuple(mark.model_copy(update={"note": repository.masked(mark.note)}) for mark in marks.marks)


def marks_path(database_name: str) -> Path:
    """Where the marks of a database are kept."""
    return state_path("marks", database_name)


def load_marks(database_name: str) -> Marks:
    """The marks of a database. Raises TargetProblem for a file that cannot be read, which is left as it is."""
    path = marks_path(database_name)
    try:
        content = read_state(path)
        return Marks() if content is None else Marks.model_validate(json.loads(content))
    except (OSError, ValueError, RecursionError) as problem:  # a ValidationError is a ValueError
        reason = problem.strerror if isinstance(problem, OSError) else "it is damaged"
        raise TargetProblem(f"The marks in {visible(str(path))} cannot be read: {reason}.") from None


def save_marks(database_name: str, marks: Marks) -> None:
    """Keep the marks of a database. Raises TargetProblem."""
    path = marks_path(database_name)
    try:
        write_state(path, json.dumps(marks.model_dump(), indent=1, default=datetime.isoformat).encode())
    except OSError as problem:
        raise TargetProblem(f"The marks cannot be kept in {visible(str(path))}: {problem.strerror}.") from None
