"""What an exported file is: the filter, the zone of its times, how many events, and when it was written."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store import EventFilter

TIME_ZONE = "UTC"
"""The zone of every time in every format."""

ABOUT_ENDING = ".about.json"
"""Ends the name of the file beside a document that cannot say itself what it is."""


class About(NamedTuple):
    """What is known before the first event: a settled filter, the moment (UTC) it is from, format and columns, and the
    name of what the log is masked under, nothing when it is not.
    """

    event_filter: EventFilter
    exported_at: datetime
    format_name: str
    columns: tuple[str, ...] = ()
    masking_name: str = ""

    @property
    def filter_text(self) -> str:
        """The filter as it is written on the command line."""
        from store import write_filter

        return write_filter(self.event_filter)

    def written(self, events: int) -> str:
        """All of it as a JSON object, once it is known how many events there are."""
        known: dict[str, object] = {
            "filter": self.filter_text,
            "time_zone": TIME_ZONE,
            "events": events,
            "exported_at": self.exported_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "format": self.format_name,
        }
        if self.columns:
            known["columns"] = list(self.columns)
        if self.masking_name:
            known["masked"] = self.masking_name
        return json.dumps(known, indent=2)
