"""Work that a cancelled task must not leave half done."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

Result = TypeVar("Result")


async def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of work that goes on to its end even when the awaiting task is cancelled, which then ends as well."""
    working = asyncio.create_task(work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await _ended(working)
        raise


async def stopped(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of work that is cancelled with the awaiting task, but once only, and has ended before this returns."""
    working = asyncio.create_task(work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        working.cancel()
        await _ended(working)
        raise


async def _ended(working: asyncio.Task[Any]) -> None:
    """Wait until a task has ended, however often we are cancelled."""
    while not working.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({working})
    if not working.cancelled():
        working.exception()  # seen: that we are cancelled is all that is told
