"""What a row that stands for a folded trace says of it: how many of its events the list holds, over how long a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import TraceExtent

MOST_AT_ONCE = 200
UNREAD = "…"
_UNITS = (
    ("d", timedelta(days=1)),
    ("h", timedelta(hours=1)),
    ("min", timedelta(minutes=1)),
    ("s", timedelta(seconds=1)),
)


class TraceCells:
    """`tell_unknown` hears that there are traces in sight that nothing is known of; `take_unknown` says which."""

    def __init__(self, tell_unknown: Callable[[], object]) -> None:
        self.is_folded = False
        """Whether each row stands for a whole trace."""
        self._tell_unknown = tell_unknown
        self._known: dict[str, TraceExtent] = {}
        self._unknown: dict[str, None] = {}
        self._is_told = False

    def begin(self) -> None:
        """Another list, of which nothing is known."""
        self._known.clear()
        self._unknown.clear()
        self._is_told = False

    def text(self, trace_id: str | None, width: int) -> str:
        """What is known of the trace, as much as `width` cells hold: "12 events · 3.4 s"; nothing without a trace."""
        if trace_id is None:
            return ""
        if trace_id in self._known:
            text = extent_text(self._known[trace_id])
            return text if len(text) <= width else text.replace(" events", "")
        if trace_id not in self._unknown:
            self._unknown[trace_id] = None
            if not self._is_told:
                self._is_told = True
                self._tell_unknown()
        return UNREAD

    def take_unknown(self) -> tuple[str, ...]:
        """The traces drawn last of which nothing is known. The others are told of again when they are drawn again."""
        self._is_told = False
        self._unknown = dict.fromkeys(list(self._unknown)[-MOST_AT_ONCE:])
        return tuple(self._unknown)

    def put(self, extents: Mapping[str, TraceExtent]) -> None:
        """How far traces reach, by their ids."""
        self._known.update(extents)
        for trace_id in extents:
            self._unknown.pop(trace_id, None)


def extent_text(extent: TraceExtent) -> str:
    """How many events, and the time from the first to the last: "12 events · 3.4 s", "≥1,000 events · ≥2.1 h"."""
    least = "" if extent.exact else "≥"
    events = f"{least}{extent.number:,} event{'' if extent.number == 1 else 's'}"
    return events if extent.number == 1 else f"{events} · {least}{_length(extent.last - extent.first)}"


def _length(span: timedelta) -> str:
    for unit, length in _UNITS:
        if span >= length:
            return f"{span / length:,.1f} {unit}"
    return f"{span // timedelta(milliseconds=1)} ms"
