"""Every key with what it does, by where it acts: what the help and the README show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .key_names import shown_keys
from .keys import (
    APP_KEYS,
    CLEAR_KEYS,
    COLUMN_KEYS,
    COLUMN_LIST_KEYS,
    COMPARISON_KEYS,
    CONTEXT_KEYS,
    COPY_KEYS,
    DETAIL_KEYS,
    EXPORT_KEYS,
    FACET_KEYS,
    FIELD_KEYS,
    FIND_KEYS,
    FIND_LINE_KEYS,
    FOLLOW_KEYS,
    LINK_KEYS,
    MARK_KEYS,
    PASSING_KEYS,
    QUERY_BOX_KEYS,
    QUERY_KEYS,
    ROOM_KEYS,
    SCREEN_KEYS,
    SIDEBAR_KEYS,
    SNAPSHOT_KEYS,
    STOPPED_KEYS,
    STORY_KEYS,
    STRIP_KEYS,
    SUMMARY_KEYS,
    TABLE_KEYS,
    TIME_KEYS,
    TIME_TRAVEL_KEYS,
    TRACE_KEYS,
    VIEW_KEYS,
    WAY_KEYS,
    ZONE_KEYS,
)

if TYPE_CHECKING:
    from textual.binding import Binding

SECTIONS = (
    ("Everywhere", (*APP_KEYS, *SCREEN_KEYS, *ROOM_KEYS)),
    ("Copies and links", (*COPY_KEYS, *PASSING_KEYS, *EXPORT_KEYS, *LINK_KEYS)),
    ("New events", tuple(FOLLOW_KEYS)),
    ("The whole story", (*STORY_KEYS, *CONTEXT_KEYS, *SNAPSHOT_KEYS)),
    ("Trace", tuple(TRACE_KEYS)),
    ("About an entity or actor", tuple(SUMMARY_KEYS)),
    ("Marks", tuple(MARK_KEYS)),
    ("Two events", tuple(COMPARISON_KEYS)),
    ("Time", (*TIME_TRAVEL_KEYS, *ZONE_KEYS)),
    ("Query", (*QUERY_KEYS, *QUERY_BOX_KEYS)),
    ("Views", tuple(VIEW_KEYS)),
    ("Columns", (*COLUMN_KEYS, *COLUMN_LIST_KEYS)),
    ("Find", (*FIND_KEYS, *FIND_LINE_KEYS)),
    ("Events", tuple(TABLE_KEYS)),
    ("Detail", tuple(DETAIL_KEYS)),
    ("When nothing matches", tuple(WAY_KEYS)),
    ("When a search was stopped", tuple(STOPPED_KEYS)),
    ("Histogram", tuple(STRIP_KEYS)),
    ("Filters", (*SIDEBAR_KEYS, *CLEAR_KEYS, *TIME_KEYS, *FACET_KEYS, *FIELD_KEYS)),
)


def told(binding: Binding) -> str:
    """What a key does, in full; the footer has no room for more than a word of it."""
    return binding.tooltip or binding.description


def key_sections() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every key with what it does, by where it acts: what the help shows."""
    return [(title, [(shown_keys(each), told(each)) for each in keys]) for title, keys in SECTIONS]
