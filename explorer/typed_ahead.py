"""Keys that come all at once: each is given on once the app has dealt with the one before, as if it had come alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent import futures
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual.events import Key, Paste
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump

AHEAD_SECONDS = 0.5
"""So soon behind another key, one may come before the app has dealt with that."""

MOST_SECONDS = 2.0
"""How long a key waits at the most: an app that is busy for longer takes it when it can."""

LOOK_SECONDS = 0.05

ROUNDS = 4
"""A key is a message to what has the focus and to all around it, and so is what that leads to: Enter, then a filter."""


class TypedAhead:
    """Keeps the keys of an `app` apart, beside its event loop, until the input `is_over`.

    Behind a line that stood still they come in one piece, and all of them would go to what has the focus: a text behind
    the key that opens a field would be taken for commands, and what follows its Enter for more of the text.
    """

    def __init__(self, app: App[Any], loop: asyncio.AbstractEventLoop, is_over: Callable[[], bool]) -> None:
        self._app = app
        self._loop = loop
        self._is_over = is_over
        self._before: str | None = None
        self._was_letter = False
        self._given_at = float("-inf")

    def wait_before(self, given: Key | Paste) -> None:
        """Wait until it may be given on.

        Nobody waits for what leads nowhere else: a letter in a field, and a key that is held down, which has done so
        already if it does.
        """
        key, is_text = (given.key, given.is_printable) if isinstance(given, Key) else (None, True)
        is_held = key is not None and key == self._before
        if not (is_held or self._was_letter) and time.monotonic() - self._given_at < AHEAD_SECONDS:
            self._wait()
        self._before, self._was_letter = key, is_text and self._is_in_field
        self._given_at = time.monotonic()

    def _wait(self) -> None:
        dealt_with = asyncio.run_coroutine_threadsafe(_dealt_with(self._app), self._loop)
        end = time.monotonic() + MOST_SECONDS
        while not (dealt_with.done() or self._is_over() or time.monotonic() > end):
            futures.wait([dealt_with], LOOK_SECONDS)
        dealt_with.cancel()

    @property
    def _is_in_field(self) -> bool:
        return any(isinstance(screen.focused, Input) for screen in self._app.screen_stack[-1:])


async def _dealt_with(app: App[Any]) -> None:
    """Return once the keys before have gone their way, and then what they led to, and what that led to."""
    await _is_through(app)
    for _ in range(ROUNDS):
        focused = app.focused if app.screen_stack else None
        for node in (focused or app).ancestors_with_self:
            await _is_through(node)


async def _is_through(node: MessagePump) -> None:
    """Return once it has dealt with all messages that it has by now, or is gone."""
    is_through = asyncio.Event()
    if not node.call_later(is_through.set):
        return
    while node.is_running and not is_through.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await is_through.wait()
