"""Items of a source that may pause for long: those that are there do not wait for the next one."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")

HAND_OVER_SECONDS = 0.5
"""How long an item waits at the most for others that come after it."""

AT_ONCE = 1_000
CHARACTERS_AT_ONCE = 8 << 20
"""So many items, or items so large, wait at the most, before one item more."""


def in_time(items: Iterator[Item], size: Callable[[Item], int]) -> Iterator[Item | None]:
    """The same items, made in a thread, and None each time when those before it have waited long enough.

    `size` tells how many characters an item holds.

    What `items` raises is raised here. When nobody asks for more, a thread that waits for its source stays behind: this
    is for a process that ends with its reading.
    """
    source = _Source(items, size)
    threading.Thread(target=source.fill, daemon=True).start()
    handed_over = time.monotonic()
    while True:
        made, is_last = source.take()
        yield from made
        if is_last:
            if source.error is not None:
                raise source.error
            return
        if time.monotonic() - handed_over >= HAND_OVER_SECONDS:
            yield None
            handed_over = time.monotonic()


class _Source(Generic[Item]):
    """What is made but not taken yet: little, however slow the one side or the other is."""

    def __init__(self, items: Iterator[Item], size: Callable[[Item], int]) -> None:
        self._items = items
        self._size = size
        self._made: list[Item] = []
        self._characters = 0
        self._is_ended = False
        self._changed = threading.Condition()
        self.error: BaseException | None = None
        """What the items ended with, if that was no ordinary end."""

    def fill(self) -> None:
        try:
            for item in self._items:
                with self._changed:
                    self._changed.wait_for(lambda: not self._is_full())
                    self._made.append(item)
                    self._characters += self._size(item)
                    if self._is_full():
                        self._changed.notify_all()
        finally:
            self.error = sys.exc_info()[1]  # raised where the items are taken, too
            with self._changed:
                self._is_ended = True
                self._changed.notify_all()

    def take(self) -> tuple[list[Item], bool]:
        """What was made until there is much of it, or a while has passed; and whether nothing more will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_ended or self._is_full(), HAND_OVER_SECONDS)
            made, self._made, self._characters = self._made, [], 0
            self._changed.notify_all()
            return made, self._is_ended

    def _is_full(self) -> bool:
        return len(self._made) >= AT_ONCE or self._characters >= CHARACTERS_AT_ONCE
