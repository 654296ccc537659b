"""What the app is started with, made ready behind its first frame: the settings, the log, and what to show of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from .last_place import LastPlace

if TYPE_CHECKING:
    from store import EventFilter, EventRepository

    from .link import EventLink
    from .query_history import QueryHistory
    from .settings import Settings
    from .table_choice import Columns


class Launch(NamedTuple):
    """`open_store` opens the log called `database_name`; a `link` wins over an `event_filter`.

    A `draft` is a query that opens in the box, since it has a mistake or waits for its last value.
    Without a `history` queries are remembered as long as the app runs. With `follows` new events show by themselves
    from the beginning; `until_read` waits until a log that is still being read is whole, and says so in a sentence, or
    nothing. Without `columns` they are those of the settings. `masking_name` is what the log is masked under, nothing
    when it is not, and `named_again` what other commands open it as, nothing where that is its name. Without
    a `last_place` every start leads to the newest events.
    """

    settings: Settings
    database_name: str
    open_store: Callable[[], Awaitable[EventRepository]]
    event_filter: EventFilter | None = None
    link: EventLink | None = None
    draft: str | None = None
    history: QueryHistory | None = None
    follows: bool = False
    until_read: Callable[[], Awaitable[str]] | None = None
    columns: Columns | None = None
    masking_name: str = ""
    named_again: str = ""
    last_place: LastPlace = LastPlace()


Prepare = Callable[[], Launch]
"""Makes a launch ready. It may load what takes time, and raises StoreError for what the user got wrong."""
