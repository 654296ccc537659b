"""Every message of the app: what happened in a widget, told to the screen that owns the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.message import Message

from .time_spans import last_before

if TYPE_CHECKING:
    from datetime import datetime

    from textual.content import Content

    from store import Direction, Event, EventFilter, Position, StoreError

    from .landing import Landing
    from .launch import Launch
    from .link import EventLink
    from .table_choice import Columns


AskedSection = Literal["changes", "state"]
"""Sections of the detail that are asked for when somebody unfolds them."""


@dataclass
class FilterChanged(Message):
    """The user chose another filter; `event_filter` is the whole new one.

    With `stays` the highlighted event is looked for in it even when it was the newest, where one looks for what is new.
    A `banner` is said over its rows.
    """

    event_filter: EventFilter
    stays: bool = False
    banner: Content | None = None


@dataclass
class NarrowRequested(Message):
    """The user picked a value to see only (or, `excluded`, no longer to see): `field` is one of `CHOICE_FIELDS`.

    With `alone` it is the one condition: everything that the log holds of it, whatever the filter was.
    """

    field: str
    value: str
    excluded: bool = False
    alone: bool = False

    @property
    def stays(self) -> bool:
        """As in `FilterChanged`."""
        return self.alone

    def narrowed(self, shown: EventFilter) -> EventFilter:
        """What the filter that is shown becomes."""
        from store import EventFilter, TimeRange

        narrower = EventFilter(time=TimeRange(since=None)) if self.alone else shown
        return narrower.with_value(self.field, self.value, excluded=self.excluded)


@dataclass
class EventHighlighted(Message):
    """The cursor of the table came to rest on another event (None: there is none to rest on)."""

    event: Event | None
    ordinal: int


@dataclass
class EventOpened(Message):
    """The user asked to read the highlighted event (Enter, or a click on its row), or `section` of it by a key."""

    section: AskedSection | None = None


@dataclass
class TraceOpened(Message):
    """The user asked to see the trace that the highlighted row stands for: Enter, or a click on the highlighted row."""


@dataclass
class ExtentsNeeded(Message):
    """Rows in sight stand for traces of which the table does not know how far they reach."""

    generation: int


@dataclass
class OldestWanted(Message):
    """The user is on the way to the oldest event of a list whose length the table does not know."""


@dataclass
class RowsNeeded(Message):
    """The table wants a page that it does not hold, from `ordinal` on.

    With `beside` its rows are the ones next to that event in `direction`. `generation` numbers the list that was shown
    when the wish arose: rows of another list must not answer it.
    """

    generation: int
    ordinal: int
    beside: Event | None
    direction: Direction


@dataclass
class SearchResumed(Message):
    """The user wants a search to go on that was stopped before its first match."""


@dataclass
class ListShown(Message):
    """The first rows of another list are there, or it is known to have none."""


@dataclass
class LogOpened(Message):
    """The log is open and what it was opened for is known; rows may not be there yet."""

    launch: Launch


@dataclass
class WindowMoved(Message):
    """Other rows of the list came into sight."""


@dataclass
class BarChosen(Message):
    """The user went to a bar of the histogram, which reaches from `since` to just before `until` (UTC)."""

    since: datetime
    until: datetime


@dataclass
class TimeSpanChosen(Message):
    """The user wants only what happened from `since` to just before `until` (UTC)."""

    since: datetime
    until: datetime
    stays: ClassVar[bool] = True
    """As in `FilterChanged`."""

    def narrowed(self, shown: EventFilter) -> EventFilter:
        """What the filter that is shown becomes."""
        from store import TimeRange

        return shown.with_time(TimeRange(since=self.since, until=last_before(self.until)))


@dataclass
class HistogramNeeded(Message):
    """The histogram has room for another number of bars than it was given."""


@dataclass
class NeighbourRequested(Message):
    """The user asked for the next newer or older event of the list."""

    direction: Direction


@dataclass
class LinkCopyRequested(Message):
    """The user asked for a link to the highlighted event, or to one in another list: that of a trace."""

    event: Event | None = None
    event_filter: EventFilter | None = None


@dataclass
class SectionNeeded(Message):
    """The detail pane wants to say something of this event that the event itself does not hold."""

    section: AskedSection
    event: Event


@dataclass
class EventChosen(Message):
    """The user wants to go to an event that was told of, wherever in the log it is."""

    event: Event


@dataclass
class ListChosen(Message):
    """The user wants to see another list and to come back by Escape. Without a `position` it begins with the newest.

    A `banner` is said over its rows.
    """

    event_filter: EventFilter
    position: Position | None = None
    banner: Content | None = None


@dataclass
class RevealRequested(Message):
    """The user wants to read a masked `text` of an event as it is; `field` says where it stands."""

    event: Event
    field: str
    text: str


@dataclass
class PaneLeft(Message):
    """The user asked to go one level back from a pane (Escape)."""


@dataclass
class ListLeft(Message):
    """The user asked to go back to the list from which this one was opened, wherever the focus is."""


@dataclass
class LinkFollowed(Message):
    """It is known where a link leads in the log that is open."""

    link: EventLink
    landing: Landing


@dataclass
class ViewOpened(Message):
    """The user opened a saved view with these columns; with None they are the ones chosen for the log."""

    columns: Columns | None


@dataclass
class BannerNeeded(Message):
    """There is something to say over the rows, which stay."""

    content: Content


@dataclass
class QuestionFailed(Message):
    """The log, or what the user wrote, left a question without an answer."""

    problem: StoreError
