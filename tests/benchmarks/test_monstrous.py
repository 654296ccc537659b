"""One event of 20 MB with 100,000 keys and a line of 5 MB: how long its list and its parts keep the keys waiting."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from explorer.widgets.event_detail import EventDetail
from explorer.widgets.line_list import LineList
from explorer.widgets.payload_tree import Unread
from store import parse_filter
from tests.benchmarks.figures import report
from tests.builders import monstrous_payload
from tests.explorer.app_under_test import app_on, rows_are_shown
from tests.logs import NOW, numbered_event, numbered_events, write_log

BAR_OPENED_SECONDS, BAR_WAIT_SECONDS = 0.3, 0.05
TICK_SECONDS = 0.002


@asynccontextmanager
async def watched(title: str) -> AsyncIterator[dict[str, float]]:
    """How long a step takes, and the longest time in which nothing else could happen; both in seconds.

    `longest_busy` is what this program itself computed in such a time, which other programs do not lengthen.
    """
    figures = {"longest_wait": 0.0, "longest_busy": 0.0}

    async def watch() -> None:
        before, used_before = time.perf_counter(), time.process_time()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now, used = time.perf_counter(), time.process_time()
            wait = now - before - TICK_SECONDS
            figures["longest_wait"] = max(figures["longest_wait"], wait)
            figures["longest_busy"] = max(figures["longest_busy"], min(wait, used - used_before))
            before, used_before = now, used

    watching, started = asyncio.create_task(watch()), time.perf_counter()
    yield figures
    figures["took"] = time.perf_counter() - started
    watching.cancel()
    report(title, **figures)


async def once(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    while not holds():
        await pilot.pause(TICK_SECONDS)


async def test_a_monstrous_event_keeps_no_key_waiting(tmp_path: Path) -> None:
    ordinary, monster = numbered_events(60), numbered_event(60).replaced(payload=monstrous_payload())
    address = await write_log(tmp_path / "log.db", [*ordinary, monster, *map(numbered_event, range(61, 70))])
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        body = app.screen.query_one(EventDetail).query_one(LineList)
        await pilot.press("enter", "escape", *["down"] * 7)  # everything was drawn once
        async with watched("an ordinary event shown") as ordinary_event:
            await pilot.press("down")
        async with watched("the monstrous event shown, folded") as opened:
            await pilot.press("down")
        assert table.highlighted == monster
        await pilot.press("enter")
        body.go_to(("payload",))
        async with watched("unfolded") as unfolded:
            await pilot.press("enter")
            await once(pilot, lambda: not isinstance(app.screen.query_one(EventDetail)._sections["payload"], Unread))
            await pilot.pause()
        async with watched("a part of it unfolded"):
            body.move(1)
            await pilot.press("enter")
        await pilot.press("escape")
        async with watched("found in"):
            await pilot.press("greater_than_sign")
            await once(pilot, lambda: isinstance(app.focused, Input))
            await pilot.press(*"nowhere", "enter")
            await once(pilot, lambda: all(worker.is_finished for worker in app.workers))
        for key, what in (("p", "payload"), ("j", "event as JSON"), ("m", "Markdown")):
            async with watched(f"{what} copied"):
                await pilot.press("Y", key)
                await once(pilot, lambda: all(worker.is_finished for worker in app.workers))
            await pilot.press("escape")
        async with watched("left") as left:
            await pilot.press("down")
            await once(pilot, lambda: all(worker.is_finished for worker in app.workers))
    # A busy machine keeps an ordinary event waiting as well, and now and then a step for longer than that.
    assert opened["took"] < BAR_OPENED_SECONDS + ordinary_event["took"]
    for step in (opened, unfolded, left):
        assert step["longest_busy"] < BAR_WAIT_SECONDS + ordinary_event["longest_busy"]
