"""What stands at chosen places of the payloads of a list, worked out once for an event and never while a key waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from store import texts_at

from ..display import NAME_CELLS, visible

if TYPE_CHECKING:
    from store import Event

    from ..table_choice import TableColumn

SHORT, LONGEST_AT_ONCE = 20_000, 100_000
"""Characters up to which a payload is read while its row is drawn: always, and where the frame has time for it.

All others are read beside the event loop, and show in a frame of their own.
"""
SECONDS_AT_ONCE = 0.015
"""So long, and for one payload more, a frame waits for those that are not short."""
FRAME_SECONDS = 0.1
"""What is drawn within this time, but for the reading, counts as one frame."""
LONGEST = 1_000_000
"""Characters from which on a payload is not read for the table: even beside the loop it would hold up the keys."""
MOST_EVENTS = 8_000
UNREAD = "…"

_Key = tuple[str, int]
"""The id of an event and the hash of its payload: tables of other programs hold events that are changed."""


class PayloadCells:
    """`tell_unread` hears that payloads wait to be read by `read`, which is asked for until there are none."""

    def __init__(self, tell_unread: Callable[[], object]) -> None:
        self._tell_unread = tell_unread
        self._names: tuple[str, ...] = ()
        self._paths: Sequence[tuple[str, ...]] = ()
        self._known: dict[_Key, Sequence[str]] = {}
        self._unread: dict[_Key, str] = {}
        self._frame_began, self._spent = monotonic(), 0.0

    def begin(self, columns: Sequence[TableColumn]) -> None:
        """Other columns: nothing that was worked out is used again."""
        paths = [(column.name, path) for column in columns if (path := column.path) is not None]
        self._names, self._paths = tuple(name for name, _ in paths), [path for _, path in paths]
        self._known.clear()
        self._unread.clear()

    def text(self, event: Event, name: str) -> str:
        """What the payload of `event` has in the column `name`, one of those it began with: safe to draw."""
        payload = event.payload
        key = event.id, hash(payload)
        texts = self._known.get(key)
        if texts is None:
            if payload is None or self._has_time_for(len(payload)):
                texts = self._keep(key, self._read_at_once(payload))
                self._unread.pop(key, None)
            elif len(payload) > LONGEST:
                texts = self._keep(key, [f"not read: {len(payload):,} characters"] * len(self._paths))
            else:
                if not self._unread:
                    self._tell_unread()
                self._unread[key] = payload
                return UNREAD
        return texts[self._names.index(name)]

    def _has_time_for(self, length: int) -> bool:
        """Whether this frame waits for so many characters."""
        if monotonic() - self._frame_began - self._spent >= FRAME_SECONDS:
            self._frame_began, self._spent = monotonic(), 0.0
        return length <= SHORT or (length <= LONGEST_AT_ONCE and self._spent < SECONDS_AT_ONCE)

    def _read_at_once(self, payload: str | None) -> Sequence[str]:
        began = monotonic()
        texts = self._texts(payload)
        self._spent += monotonic() - began
        return texts

    async def read(self, tell_read: Callable[[], object]) -> None:
        """Read what waits, what was last drawn first. `tell_read` hears of each."""
        while self._unread:
            key, payload = next(reversed(self._unread.items()))
            paths = self._paths
            texts = await asyncio.to_thread(self._texts, payload)
            if self._paths is paths and self._unread.pop(key, None) is not None:
                self._keep(key, texts)
                tell_read()

    def _keep(self, key: _Key, texts: Sequence[str]) -> Sequence[str]:
        if len(self._known) >= MOST_EVENTS:
            self._known.clear()
        self._known[key] = texts
        return texts

    def _texts(self, payload: str | None) -> Sequence[str]:
        return [visible(", ".join(texts), NAME_CELLS) for texts in texts_at(payload, self._paths)]
