"""The story as it is shipped: one compressed file of JSON Lines, read relative to any day."""

import gzip
import re
from datetime import date, timedelta
from pathlib import Path

from store import Event
from store.formats.jsonl import parse_line

from .agenda import ANCHOR

FILE = Path(__file__).with_name("events.jsonl.gz")
KEPT_UNTIL = "2025"
"""Days of earlier years are history: they stay as they are when the story is moved."""

_day = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T[0-9]{2}:)")


def fixed_lines() -> list[str]:
    """The lines of the file, oldest event first."""
    return gzip.decompress(FILE.read_bytes()).decode().splitlines()


def fixed_events(last_day: date | None = None, *, only_last: bool = False) -> list[Event]:
    """The events of the file, oldest first, with every time moved by whole days so that the story ends on `last_day`.

    Times of the day stay what they are: what was published at 09:00 UTC is published at 09:00 UTC. `last_day` (UTC)
    is the story's own anchor day when it is not given. `only_last` leaves out all days but that one.
    """
    lines = fixed_lines()
    if only_last:
        begin = f'"occurred_at":"{ANCHOR.date().isoformat()}T'
        lines = [line for line in lines if begin in line]
    shift = (last_day - ANCHOR.date()) if last_day else timedelta()
    if not shift:
        return [parse_line(line) for line in lines]
    moved: dict[str, str] = {}

    def move(found: re.Match[str]) -> str:
        day = found[0]
        if day not in moved:
            moved[day] = day if day < KEPT_UNTIL else (date.fromisoformat(day) + shift).isoformat()
        return moved[day]

    return [parse_line(_day.sub(move, line)) for line in lines]
