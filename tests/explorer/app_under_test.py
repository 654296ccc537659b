"""The real app on a real database, for tests that drive it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from explorer.app import ActivityApp
from explorer.last_place import LastPlace
from explorer.launch import Launch
from explorer.link import EventLink
from explorer.opening_screen import OpeningScreen
from explorer.settings import Settings
from explorer.time_zone import utc_now
from explorer.widgets.event_table import EventTable
from store import DatabaseAddress, EventFilter, EventRepository, MaskedRepository, Masking, open_repository

HAPPENS_WITHIN_SECONDS = 30
"""On a machine that does other things, too: what never happens is told late, and what happens is not missed."""

ROUND_SECONDS = 1.0
"""So long are questions waited for before a condition is looked at again: one may wait for what the test does next."""


class AppUnderTest(ActivityApp):
    """The real app. A test begins behind its first frame, when the screen of the log is there."""

    NOTIFICATION_TIMEOUT = 3_600  # seconds: however slow the machine, what was said can be looked at

    @asynccontextmanager
    async def run_test(self, **options: Any) -> AsyncGenerator[Pilot[None], None]:
        async with super().run_test(**options) as pilot:
            async with asyncio.timeout(HAPPENS_WITHIN_SECONDS):
                while isinstance(self.screen, OpeningScreen):
                    await pilot.pause()
            await pilot.pause()
            yield pilot


def app_on(
    address: DatabaseAddress,
    *,
    event_filter: EventFilter | None = None,
    link: EventLink | None = None,
    settings: Settings | None = None,
    clock: Callable[[], datetime] = utc_now,
    masking: Masking | None = None,
    last_place: LastPlace | None = None,
) -> AppUnderTest:
    """The app as the command line would start it on `address`."""

    async def open_store() -> EventRepository:
        repository = await open_repository(address)
        return repository if masking is None else MaskedRepository(repository, masking)

    name = masking.name if masking else ""
    usual = settings or Settings(time_zone="UTC")
    launch = Launch(usual, "log.db", open_store, event_filter, link, masking_name=name)
    if last_place is not None:
        launch = launch._replace(last_place=last_place)
    return AppUnderTest(lambda: launch, theme_name=launch.settings.theme, clock=clock)


class HeldQuestion:
    """Stands before a question: it is `asked`, and not put before `goes_on`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> None:
        self.asked, self.goes_on = asyncio.Event(), asyncio.Event()
        question = getattr(owner, name)

        async def held(*arguments: object, **named: object) -> object:
            self.asked.set()
            await self.goes_on.wait()
            return await question(*arguments, **named)

        monkeypatch.setattr(owner, name, held)


def screen_text(pilot: Pilot[None]) -> str:
    """What stands on the screen."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(pilot: Pilot[None], condition: Callable[[], bool], what: str) -> None:
    """Let the app go on until `condition` holds. Raises AssertionError, naming `what`, when it never does."""
    end = time.monotonic() + HAPPENS_WITHIN_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"never happened: {what}; the screen:\n{screen_text(pilot)}")
        await pilot.pause()
        round_ended, _ = await asyncio.wait([asyncio.ensure_future(answered(pilot))], timeout=ROUND_SECONDS)
        for each in round_ended:
            each.result()


async def answered(pilot: Pilot[None]) -> None:
    """Let the questions of this moment be answered, or given up for newer ones."""
    with suppress(WorkerCancelled):
        await pilot.app.workers.wait_for_complete()


async def rows_are_shown(pilot: Pilot[None]) -> EventTable:
    """The table, once its first rows are there and every question is answered."""
    table = pilot.app.screen.query_one(EventTable)
    await until(pilot, lambda: table.highlighted is not None, "a highlighted event")
    await until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers), "every question answered")
    await pilot.pause()
    return table
