"""What the screen shows at this moment, as a value for those who do something with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store import Event, EventFilter, EventRepository

    from .settings import Settings
    from .table_choice import Columns


class Shown(NamedTuple):
    """A list of the log called `database_name`: its filter as chosen and `settled`, what is highlighted, columns."""

    repository: EventRepository
    database_name: str
    settings: Settings
    event_filter: EventFilter
    settled: EventFilter
    highlighted: Event | None
    columns: Columns
