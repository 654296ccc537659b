"""Work that a cancelled task must not leave half done."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

Result = TypeVar("Result")

AGAIN_SECONDS = 0.5
"""How long somebody may take to hear that he is to stop, before he is told again."""


async def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of work that goes on to its end even when the awaiting task is cancelled, which then ends as well."""
    working = asyncio.create_task(work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await _ended(working)
        raise


async def stopped(
    work: Coroutine[Any, Any, Result], stop_again: Callable[[], Awaitable[object]] | None = None
) -> Result:
    """The result of work that is cancelled with the awaiting task, but once only, and has ended before this returns.

    Where that is not soon, `stop_again` is called, again and again.
    """
    working = asyncio.create_task(work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        working.cancel()
        await _ended(working, stop_again)
        raise


async def _ended(working: asyncio.Task[Any], stop_again: Callable[[], Awaitable[object]] | None = None) -> None:
    """Wait until a task has ended, however often we are cancelled."""
    while not working.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({working}, timeout=AGAIN_SECONDS if stop_again else None)
            if stop_again and not working.done():
                await stop_again()
    if not working.cancelled():
        working.exception()  # seen: that we are cancelled is all that is told
