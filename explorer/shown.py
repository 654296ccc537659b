"""What the screen shows at this moment, as a value for those who do something with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .masking import remembered_as

if TYPE_CHECKING:
    from store import Event, EventFilter, EventRepository

    from .launch import Launch
    from .settings import Settings
    from .table_choice import Columns


class Shown(NamedTuple):
    """A list of the log of a `launch`: its filter as chosen and `settled`, what is highlighted, columns."""

    launch: Launch
    repository: EventRepository
    event_filter: EventFilter
    settled: EventFilter
    highlighted: Event | None
    columns: Columns

    @property
    def database_name(self) -> str:
        return self.launch.database_name

    @property
    def named_again(self) -> str:
        """What names the log in another command."""
        return self.launch.named_again or self.database_name

    @property
    def settings(self) -> Settings:
        return self.launch.settings

    @property
    def masking_name(self) -> str:
        """What the log is masked under, nothing when it is not."""
        return self.launch.masking_name

    @property
    def remembered_as(self) -> str:
        """The name under which is kept what the user does in this log."""
        return remembered_as(self.database_name, self.masking_name)

    @property
    def is_searched(self) -> bool:
        """Whether the events of the list have to be read for."""
        return self.repository.needs_reading(self.settled)
