"""Memory that is needed no more goes back to the system."""

import asyncio
import os
from ctypes import CDLL
from pathlib import Path

import pytest

from explorer.free_memory import give_back

PARTS, BYTES_OF_A_PART = 80_000, 600


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def parts() -> list[bytes]:
    return [bytes(BYTES_OF_A_PART) for _ in range(PARTS)]


@pytest.mark.skipif(not hasattr(CDLL(None), "malloc_trim"), reason="needs glibc")
async def test_what_a_thread_had_needed_goes_back_although_something_beside_it_is_still_held() -> None:
    needed = await asyncio.to_thread(parts)
    held, still_held = resident_bytes(), needed[::1_000]
    needed.clear()
    await give_back()
    assert resident_bytes() < held - PARTS * BYTES_OF_A_PART / 2
    assert len(still_held) == PARTS / 1_000


async def test_where_the_c_library_cannot_be_asked_memory_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_for_the_process(name: str | None) -> None:
        raise TypeError(name)

    monkeypatch.setattr("ctypes.CDLL", none_for_the_process)
    await give_back()
