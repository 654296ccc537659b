"""An answer that comes when another list is shown by now, or on its way, changes nothing of that list."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from explorer import event_list, folding
from explorer.areas import time_travel
from explorer.event_list import EventList
from explorer.messages import FilterChanged
from explorer.widgets.event_table import EventTable
from explorer.widgets.facet_list import FacetList
from explorer.widgets.histogram_strip import HistogramStrip
from store import DatabaseAddress, Histogram, parse_filter
from store.sql_repository import SqlEventRepository
from tests.explorer.app_under_test import HeldQuestion, app_on, rows_are_shown, screen_text, until
from tests.logs import NOW, numbered_events, write_log

EVENTS = 600
DELETED = parse_filter("since:all name:plan.deleted")
Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(EVENTS)))


async def shown(log: DatabaseAddress, drive: Drive) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(160, 40)) as pilot, asyncio.timeout(300):
        table = await rows_are_shown(pilot)
        await drive(pilot, table)


def sentence(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#sentence", Static).content)


def names(table: EventTable) -> set[str]:
    return {event.event_name for event in table.rows.from_newest()}


async def test_a_jump_wished_while_another_list_was_on_its_way_leads_nowhere_in_it(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        jump = HeldQuestion(monkeypatch, time_travel, "newest_in_neighbour")
        rows = HeldQuestion(monkeypatch, event_list, "rows_around")
        pilot.app.screen.post_message(FilterChanged(DELETED))
        await rows.asked.wait()
        await pilot.press("o")
        await jump.asked.wait()
        rows.goes_on.set()
        while table.rows.end != EVENTS // 6:
            await pilot.pause()
        jump.goes_on.set()
        await rows_are_shown(pilot)
        assert "Plan deleted" in sentence(pilot)
        assert names(table) == {"PLAN_DELETED"}

    await shown(log, drive)


async def test_folding_ends_where_another_list_was_chosen_meanwhile(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("j", "j")
        fold = HeldQuestion(monkeypatch, folding, "newest_of_trace")
        await pilot.press("asterisk")
        await fold.asked.wait()
        pilot.app.screen.post_message(FilterChanged(DELETED))
        while table.rows.end != EVENTS // 6:
            await pilot.pause()
        fold.goes_on.set()
        await rows_are_shown(pilot)
        assert "Plan deleted" in sentence(pilot)
        assert names(table) == {"PLAN_DELETED"}
        assert not table.traces.is_folded

    await shown(log, drive)


async def test_zooming_out_does_not_take_back_a_filter_that_was_chosen_meanwhile(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        zoom = HeldQuestion(monkeypatch, time_travel, "widened")
        await pilot.press("Z")
        await zoom.asked.wait()
        pilot.app.screen.post_message(FilterChanged(DELETED))
        while table.rows.end != EVENTS // 6:
            await pilot.pause()
        zoom.goes_on.set()
        await rows_are_shown(pilot)
        assert "Plan deleted" in sentence(pilot)

    await shown(log, drive)


async def test_bars_that_are_counted_again_are_not_drawn_over_those_of_another_list(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        events = pilot.app.screen.query_one(EventList)
        strip = pilot.app.screen.query_one(HistogramStrip)
        with monkeypatch.context() as held:
            bars = HeldQuestion(held, SqlEventRepository, "histogram")
            recount = asyncio.create_task(events.recount())
            await bars.asked.wait()
        pilot.app.screen.post_message(FilterChanged(DELETED))
        await until(pilot, lambda: counted(strip.histogram) == EVENTS // 6, "the bars of the other list")
        bars.goes_on.set()
        await recount
        assert counted(strip.histogram) == EVENTS // 6

    await shown(log, drive)


async def test_numbers_of_the_list_before_are_not_drawn_for_long_beside_the_rows_of_another(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("explorer.histogram_pane", "explorer.areas.value_counts"):
        monkeypatch.setattr(f"{module}.LATE_SECONDS", 0.01)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        strip = pilot.app.screen.query_one(HistogramStrip)
        lists = {each.field: each for each in pilot.app.screen.query(FacetList)}
        environments, actors = lists["environments"], lists["actors"]
        await until(pilot, lambda: bool(environments.rows) and counted(strip.histogram) == EVENTS, "the first numbers")
        bars = HeldQuestion(monkeypatch, SqlEventRepository, "histogram")
        values = HeldQuestion(monkeypatch, SqlEventRepository, "facets")
        pilot.app.screen.post_message(FilterChanged(DELETED))
        while not (environments.is_late and counted(strip.histogram) == 0):
            await pilot.pause()
        drawn = screen_text(pilot)
        assert "░░░" in drawn
        assert "at most" not in drawn
        assert f"{environments.rows[0].event_count:,}" not in drawn.split("Environment")[1].splitlines()[1]
        bars.goes_on.set()
        values.goes_on.set()
        await until(pilot, lambda: counted(strip.histogram) == EVENTS // 6, "the bars of the other list")
        await until(pilot, lambda: not environments.is_late and not actors.is_late, "its values")
        assert sum(row.event_count for row in environments.rows) <= EVENTS // 6

    await shown(log, drive)


def counted(histogram: Histogram | None) -> int:
    return 0 if histogram is None else sum(bar.count for bar in histogram.bars)


@pytest.mark.parametrize(("keys", "row"), [(["G"], EVENTS - 1), (["G", "g"], 0)], ids=["the end", "elsewhere"])
async def test_a_late_count_leads_to_the_end_who_is_on_the_way_there(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, keys: list[str], row: int
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: table.rows.end_is_known, "a count")
        count = HeldQuestion(monkeypatch, SqlEventRepository, "count")
        await pilot.press("ctrl+r")
        await count.asked.wait()
        await pilot.press(*keys)
        assert not table.rows.end_is_known
        count.goes_on.set()
        while not table.rows.end_is_known:
            await pilot.pause()
        assert table.cursor == row
        await until(pilot, lambda: table.highlighted is not None, "the row")

    await shown(log, drive)
