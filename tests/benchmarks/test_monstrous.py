"""One event of 20 MB with 100,000 keys and a line of 5 MB: how long its list and its parts keep the keys waiting."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input

from explorer.widgets.event_detail import EventDetail
from explorer.widgets.line_list import LineList
from explorer.widgets.payload_tree import Unread
from store import parse_filter
from tests.benchmarks.figures import report
from tests.builders import monstrous_payload
from tests.explorer.app_under_test import app_on, rows_are_shown
from tests.logs import NOW, numbered_events, write_log

BAR_OPENED_SECONDS, BAR_WAIT_SECONDS = 0.3, 0.05
TICK_SECONDS = 0.002
MONSTROUS_ROW = 9
OPENINGS = 7
DRAWN_SECONDS = 0.2
"""A dialog is drawn once it is there, and again when it has its size."""


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


@pytest.fixture
def garbage_as_in_the_app() -> Iterator[None]:
    """As `activity` does: what the start loads is never searched for garbage. `loading` goes on from there."""
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


Acts = dict[str, dict[str, float]]
"""What each thing took that was done with an event."""

SMALL = 3
"""Keys of a payload of the same shape, with which the same keys do the same."""


@pytest.mark.usefixtures("garbage_as_in_the_app")
async def test_a_monstrous_event_keeps_no_key_waiting(tmp_path: Path) -> None:
    ordinary = [event.replaced(payload=monstrous_payload(SMALL)) for event in numbered_events(70)]
    monster = ordinary[60].replaced(payload=monstrous_payload())
    address = await write_log(tmp_path / "log.db", [*ordinary[:60], monster, *ordinary[61:]])
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("enter", "escape")
        await acts(pilot, "warming up")  # everything was drawn once
        before = await acts(pilot, "ordinary")
        while table.cursor < MONSTROUS_ROW - 1:
            await pilot.press("down")
        with_monster = await acts(pilot, "monstrous")
    # A busy machine keeps an ordinary event waiting as well, and now and then a step for longer than that.
    assert with_monster["shown"]["took"] < BAR_OPENED_SECONDS + before["shown"]["took"]
    for name, figures in with_monster.items():
        assert figures["longest_busy"] < BAR_WAIT_SECONDS + before[name]["longest_busy"], name


@pytest.mark.usefixtures("garbage_as_in_the_app")
@pytest.mark.parametrize("key", ["Y", "e", "C", "w", "question_mark"])
async def test_a_dialog_that_opens_over_a_monstrous_event_keeps_no_key_waiting(tmp_path: Path, key: str) -> None:
    monster = numbered_events(1)[0].replaced(payload=monstrous_payload())
    address = await write_log(tmp_path / "log.db", [monster])
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    busy = []
    async with app.run_test(size=(140, 40)) as pilot:
        await rows_are_shown(pilot)
        await once(pilot, lambda: all(worker.is_finished for worker in app.workers))
        for _ in range(OPENINGS):
            async with watched(f"opened: {key}") as figures:
                await pilot.press(key)
                await once(pilot, lambda: isinstance(app.screen, ModalScreen))
                await pilot.pause(DRAWN_SECONDS)
            busy.append(figures["longest_busy"])
            await pilot.press("escape")
            await once(pilot, lambda: not isinstance(app.screen, ModalScreen))
    assert median(busy) < BAR_WAIT_SECONDS


async def acts(pilot: Pilot[None], title: str) -> Acts:
    """Show the event below, and do with it whatever can be done with an event."""
    app, done = pilot.app, Acts()
    detail = app.screen.query_one(EventDetail)
    body = detail.query_one(LineList)

    @asynccontextmanager
    async def act(name: str) -> AsyncIterator[None]:
        async with watched(f"{title}: {name}") as figures:
            yield
            await once(pilot, lambda: all(worker.is_finished for worker in app.workers))
        done[name] = figures

    async with act("shown"):
        await pilot.press("down")
    await pilot.press("enter")
    body.go_to(("payload",))
    async with act("unfolded"):
        if isinstance(detail._sections["payload"], Unread):
            await pilot.press("enter")
        await once(pilot, lambda: not isinstance(detail._sections["payload"], Unread))
    async with act("all unfolded"):
        await pilot.press("asterisk")
    async with act("all folded"):
        await pilot.press("asterisk")
    async with act("a part unfolded"):
        body.move(1)
        await pilot.press("enter")
    await pilot.press("enter")
    body.go_to(("payload",))
    await pilot.press("escape")
    async with act("found in"):
        await pilot.press("greater_than_sign")
        await once(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"nowhere", "enter")
    for key, what in (("p", "payload"), ("j", "JSON"), ("m", "Markdown"), ("l", "one line")):
        async with act(f"copied: {what}"):
            await pilot.press("Y", key)
        await pilot.press("escape")
    async with act("left"):
        await pilot.press("down")
    return done
