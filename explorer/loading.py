"""The order of a start: the first frame, the first rows, and behind them what has nothing to show without events."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Protocol

from textual.screen import Screen

from .widgets.key_footer import KeyFooter

FIRST_ROWS_SECONDS = 0.5
"""How long the first rows have the machine for themselves."""

UNDRAWN_SECONDS = 0.5
"""How long a screen waits for them before it is drawn without them."""


class Incomplete(Protocol):
    """A pane that at first only takes its place."""

    async def complete(self) -> None:
        """Mount what is in it."""


async def drawable(is_answered: asyncio.Event) -> None:
    """Wait until a screen can be drawn with its first rows, or they have kept it waiting for too long."""
    await _wait(is_answered, UNDRAWN_SECONDS)


async def complete(screen: Screen[Any], is_answered: asyncio.Event, panes: Iterable[Incomplete]) -> None:
    """Mount what a screen lacks, behind its first rows."""
    await _wait(is_answered, FIRST_ROWS_SECONDS)
    await screen.wait_for_refresh()
    for pane in panes:
        if not screen.is_attached:  # the user is leaving already
            return
        await pane.complete()
    if not screen.is_attached:
        return
    await screen.mount(KeyFooter())
    screen.refresh_bindings()  # a footer draws the keys when they next change
    _search_for_garbage()


async def _wait(is_answered: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await is_answered.wait()


def _search_for_garbage() -> None:
    """Search for cyclic garbage if that was put off, but not in what is there now: that stays."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
