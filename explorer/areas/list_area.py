"""An area that does something with the list of events, at the time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..event_list import EventList
from ..shown import Shown
from .key_area import KeyArea


class ListArea(KeyArea):
    """Knows `event_list`, which shows the events. `clock` tells the time (UTC)."""

    def __init__(
        self, *, shown: Callable[[], Shown | None], clock: Callable[[], datetime], event_list: EventList
    ) -> None:
        super().__init__(shown=shown)
        self._clock = clock
        self._list = event_list
