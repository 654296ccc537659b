"""Commits that their writer announces: who waits for one hears of it at once, on a connection of its own."""

import asyncio
import time
from contextlib import suppress
from typing import Any

from .address import DatabaseAddress
from .connections import Connections
from .errors import StoreError
from .finished import finished
from .session_orders import CHANNEL

IDLE_SECONDS = 5.0
"""How long the connection is kept while nobody waits."""

FIRST_AGAIN_SECONDS, MOST_AGAIN_SECONDS = 1.0, 60.0
"""How long after a connection was lost or refused another one is tried: at first, and at the most, doubling."""


class Announcements:
    """Listens while somebody waits. Where nothing is announced, or nobody may listen, waiting just takes its time.

    So it is in SQLite, on a standby server, behind some poolers and with a writer of another program: whoever waits
    must look for himself as well.
    """

    def __init__(self, address: DatabaseAddress) -> None:
        self._address = address
        self._next = asyncio.Event()
        self.are_heard = False
        """Whether the last commit that was found had been announced, so that one may look less often."""
        self._listening: asyncio.Task[None] | None = None
        self._wanted_until = self._again_at = float("-inf")
        self._again_seconds = FIRST_AGAIN_SECONDS

    @property
    def next(self) -> asyncio.Event:
        """What is set once another commit is announced. Take it before looking for commits."""
        return self._next

    def missed(self) -> None:
        """A commit was found that had not been announced."""
        self.are_heard = False

    async def wait(self, announced: asyncio.Event, seconds: float) -> None:
        """Wait until `announced` is set, but no longer than so many seconds."""
        now = time.monotonic()
        self._wanted_until = now + seconds + IDLE_SECONDS
        is_listening = self._listening is not None and not self._listening.done()
        if not is_listening and not self._address.is_sqlite and now >= self._again_at:
            self._listening = asyncio.create_task(self._listen())
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await announced.wait()

    async def close(self) -> None:
        """Give back the connection. Nobody may wait afterwards."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})

    async def _listen(self) -> None:
        connections, is_over = Connections(self._address, most=1), False
        try:
            with suppress(StoreError):
                async with connections.one(f"LISTEN {CHANNEL}") as connection:
                    self._again_seconds = FIRST_AGAIN_SECONDS
                    await self._hear_with((await connection.get_raw_connection()).driver_connection)
                is_over = True
        finally:
            if not is_over:  # whatever the error was: another one may follow at once
                self._again_at = time.monotonic() + self._again_seconds
                self._again_seconds = min(MOST_AGAIN_SECONDS, 2 * self._again_seconds)
            self.are_heard = False
            await finished(connections.close())

    async def _hear_with(self, driver: Any) -> None:
        """Tell of each announcement, until nobody waits or the connection is lost. `driver` is the driver's own."""
        if not hasattr(driver, "add_listener"):  # psycopg
            while self._is_wanted:
                async for _ in driver.notifies(timeout=IDLE_SECONDS):
                    self._tell()
            return
        ended = asyncio.Event()
        driver.add_termination_listener(lambda _connection: ended.set())
        await driver.add_listener(CHANNEL, lambda *_announcement: self._tell())
        while self._is_wanted and not ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await ended.wait()

    @property
    def _is_wanted(self) -> bool:
        return time.monotonic() < self._wanted_until

    def _tell(self) -> None:
        self.are_heard = True
        self._next.set()
        self._next = asyncio.Event()
