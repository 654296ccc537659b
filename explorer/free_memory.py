"""Memory that is needed no more goes back to the system: glibc keeps what its threads had ever needed, each its own."""

from __future__ import annotations

import asyncio


async def give_back() -> None:
    """Give back what is free. Where the C library knows no such order, it stays as it is."""
    from ctypes import CDLL

    try:
        library = CDLL(None)
    except TypeError:  # on Windows
        return
    if (trim := getattr(library, "malloc_trim", None)) is not None:
        await asyncio.to_thread(trim, 0)
