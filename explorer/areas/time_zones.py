"""In which zone the times of the list are: UTC, or the one of the settings."""

from __future__ import annotations

from datetime import UTC
from typing import ClassVar

from textual.binding import BindingType

from ..keys import ZONE_KEYS
from ..time_zone import has_times_of_utc
from .list_area import ListArea

NO_OTHER_ZONE = (
    "The zone of the settings has the times of UTC. Another one is set as time_zone in the settings file, or as "
    "ACTIVITY_TIME_ZONE, such as Europe/Berlin."
)


class TimeZones(ListArea):
    """Swaps the zone of `event_list`, all of which shows the same. `clock` tells the time (UTC)."""

    BINDINGS: ClassVar[list[BindingType]] = [*ZONE_KEYS]

    def action_swap_zone(self) -> None:
        shown = self.shown()
        if shown is None:
            return
        zone = shown.settings.zone if self._list.table.zone is UTC else UTC
        if zone is not UTC and has_times_of_utc(zone, self._clock().year):
            zone = UTC
        if zone is self._list.table.zone:
            self.notify(NO_OTHER_ZONE, markup=False)
            return
        self._list.table.zone = self._list.histogram.strip.zone = zone
        self._list.show_place()
