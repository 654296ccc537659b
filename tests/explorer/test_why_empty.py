"""When nothing matches, the app says which condition is the reason, and leads to lists that are not empty."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import given
from textual.pilot import Pilot
from textual.widgets import Static

from explorer import not_held, notices
from explorer.app import ActivityApp
from explorer.emptiness import WayOut, lifted, ways_out
from explorer.widgets.event_table import EventTable
from explorer.widgets.log_pane import LogPane
from explorer.widgets.ways_out import WaysOut
from store import DatabaseAddress, EventFilter, open_repository, parse_filter
from store.sql_repository import SqlEventRepository
from tests.explorer.app_under_test import HeldQuestion, app_on, until
from tests.explorer.test_offering import field_of
from tests.logs import NOW, numbered_events, write_log
from tests.store.test_filter_text import FILTERS

EVENTS = 60
EMPTY = "since:all name:sync.failed entity_type:customer environment:production"
"""A failed sync has no entity: either of the first two conditions alone is the reason."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(EVENTS)))


async def found_ways(log: DatabaseAddress, text: str) -> list[str]:
    repository = await open_repository(log)
    try:
        return [way.sentence async for way in ways_out(repository, parse_filter(text), NOW)]
    finally:
        await repository.close()


@given(FILTERS)
def test_each_condition_is_lifted_alone_and_all_together_leave_only_the_time(event_filter: EventFilter) -> None:
    without = [each.event_filter for each in lifted(event_filter)]
    assert all(each != event_filter and each.time == event_filter.time for each in without)
    assert all(each.condition for each in lifted(event_filter))
    rest = event_filter
    while ways := list(lifted(rest)):
        rest = ways[0].event_filter
    assert rest == EventFilter(time=event_filter.time)


async def test_only_conditions_that_are_the_reason_are_named_with_what_shows_without_them(log: DatabaseAddress) -> None:
    failed = [event for event in numbered_events(EVENTS) if event.event_name == "SYNC_FAILED"]
    in_production = [event for event in failed if event.environment == "production"]
    ways = await found_ways(log, EMPTY)
    assert f"Without entity type Customer: {len(in_production)} events" in ways
    assert any(way.startswith("Without event Sync failed: ") for way in ways)
    assert not any("production" in way for way in ways)


async def test_the_nearest_matches_outside_of_the_time_are_found_on_both_sides(log: DatabaseAddress) -> None:
    ways = await found_ways(log, "since:2026-11-20T12:00:30Z until:2026-11-20T12:00:40Z")
    assert [way.split("match is of ")[1].split(" UTC")[0] for way in ways] == [
        "2026-11-20 12:00:00.000",
        "2026-11-20 12:01:00.000",
    ]


async def test_an_id_that_the_log_does_not_hold_is_the_reason(log: DatabaseAddress) -> None:
    assert await found_ways(log, "since:all entity:nobody") == [f"Without entity nobody: {EVENTS} events"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("entity:omer-3 name:sync.failed", {"entity:omer-3": "entity:customer-3"}),
        ("entity:acme", {"entity:acme": "entity:customer-4 or entity:customer-3 or entity:customer-2"}),
        ("name:sync.fialed", {"name:sync.fialed": "name:sync.failed"}),
        ("name:nothing entity:nobody", {"name:nothing": "", "entity:nobody": ""}),
        ("entity:nobody", {}),
        ("name:sync.failed entity:customer-1", {}),
    ],
)
async def test_what_the_log_does_not_hold_is_told_as_on_the_command_line_where_no_other_way_tells_it(
    log: DatabaseAddress, text: str, told: dict[str, str]
) -> None:
    sentences = [way for way in await found_ways(log, f"since:all {text}") if way.startswith("No event")]
    assert sentences == [
        f"No event of the log has {written}.{meant and f' Did you mean {meant}?'}" for written, meant in told.items()
    ]


Drive = Callable[[ActivityApp, Pilot[None]], Awaitable[None]]


async def empty(log: DatabaseAddress, text: str, drive: Drive) -> None:
    """Run `drive` on the app once all ways out of the empty list of a filter are shown."""
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter(text))
    async with app.run_test() as pilot:
        await until(pilot, lambda: bool(app.screen.query(WaysOut)), "a way out")
        await until(pilot, lambda: all(worker.is_finished for worker in app.workers), "every question answered")
        await drive(app, pilot)


async def test_clearing_is_offered_where_there_is_something_to_clear(log: DatabaseAddress) -> None:
    for event_filter, offered in ((parse_filter(EMPTY), "Press x to clear it, f to"), (EventFilter(), "Press f to")):
        app = app_on(log, clock=lambda: NOW + timedelta(days=100), event_filter=event_filter)
        async with app.run_test() as pilot:
            await until(pilot, lambda app=app: bool(app.screen.query(WaysOut)), "a way out")
            assert offered in str(app.screen.query_one("#notice", Static).content)


async def test_enter_leads_out_of_an_empty_list_and_undo_back_into_it(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None]) -> None:
        table = app.screen.query_one(EventTable)
        await pilot.press("down", "up", "enter")
        await until(pilot, lambda: table.highlighted is not None, "rows")
        assert not app.screen.query(WaysOut)
        assert app.focused is table
        await pilot.press("u")
        await until(pilot, lambda: bool(app.screen.query(WaysOut)), "the ways out again")

    await empty(log, EMPTY, drive)


async def test_the_nearest_match_is_highlighted_and_escape_leads_back(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None]) -> None:
        table = app.screen.query_one(EventTable)
        await pilot.press("enter")
        await until(pilot, lambda: table.highlighted is not None, "rows")
        assert table.highlighted is not None
        assert table.highlighted.occurred_at.minute == 0
        assert table.rows.end == EVENTS
        await pilot.press("escape")
        await until(pilot, lambda: table.rows.end == 0, "the empty list")

    await empty(log, "since:2026-11-20T12:00:30Z until:2026-11-20T12:00:40Z", drive)


@pytest.mark.parametrize("width", [80, 150])
@pytest.mark.parametrize("back", ["escape", "f", "enter escape"])
async def test_who_comes_back_from_the_filters_is_at_the_ways_out(log: DatabaseAddress, width: int, back: str) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter(EMPTY))
    async with app.run_test(size=(width, 40)) as pilot:
        await until(pilot, lambda: bool(app.screen.query(WaysOut)), "a way out")
        await pilot.press("f", *back.split())
        await until(pilot, lambda: isinstance(app.focused, WaysOut), "the ways out")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one(EventTable).highlighted is not None, "rows")


async def test_who_comes_back_to_a_list_that_another_condition_emptied_is_at_the_ways_out(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(150, 40)) as pilot:
        await until(pilot, lambda: app.screen.query_one(EventTable).highlighted is not None, "rows")
        await field_of(pilot, "entity_ids")
        await pilot.press(*"nobody", "enter")
        await until(pilot, lambda: bool(app.screen.query(WaysOut)), "a way out")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.focused, WaysOut), "the ways out")


async def test_enter_shows_what_was_meant_and_undo_leads_back(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None]) -> None:
        table = app.screen.query_one(EventTable)
        await pilot.press("down", "enter")
        await until(pilot, lambda: table.highlighted is not None, "rows")
        shown = {event.entity.id for _, event in table.rows.beyond(0, 1) if event.entity}
        assert shown == {"customer-4", "customer-3", "customer-2"}
        await pilot.press("u")
        await until(pilot, lambda: bool(app.screen.query(WaysOut)), "the ways out again")

    await empty(log, "since:all entity:acme", drive)


async def test_nobody_waits_for_what_was_meant_once_another_list_is_on_its_way(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    meant = HeldQuestion(monkeypatch, not_held, "values_holding")
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all entity:tomer-1"))
    async with app.run_test() as pilot:
        await asyncio.wait_for(meant.asked.wait(), 30)
        notice = str(app.screen.query_one("#notice", Static).content)
        assert notice.startswith("No event matches")
        assert len(app.screen.query_one(WaysOut)._ways) == 1
        rows = HeldQuestion(monkeypatch, SqlEventRepository, "page")
        await pilot.press("x")
        await asyncio.wait_for(rows.asked.wait(), 30)
        assert not [worker for worker in app.workers if worker.group == "ways"]
        rows.goes_on.set()
        await until(pilot, lambda: app.screen.query_one(EventTable).highlighted is not None, "rows")


async def test_a_way_that_is_found_after_something_else_is_shown_is_dropped(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None]) -> None:
        pane = app.screen.query_one(LogPane)
        way = WayOut("Without this", EventFilter())
        pane.show_notice(notices.searching())
        adding = asyncio.ensure_future(pane.add_way(way))
        await asyncio.sleep(0)  # it has begun to mount the list of ways
        pane.show_rows()
        await adding
        await pilot.pause()
        assert not app.screen.query(WaysOut)

    await empty(log, EMPTY, drive)


async def test_an_empty_log_has_no_way_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    address = await write_log(tmp_path_factory.mktemp("log") / "empty.db", [])
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter("trace:t"))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "empty" in str(app.screen.query_one("#notice").render()), "the notice")
        await until(pilot, lambda: all(worker.is_finished for worker in app.workers), "every question answered")
        assert not app.screen.query(WaysOut)


def test_a_pattern_of_ids_is_said_to_be_of_entities() -> None:
    assert [each.condition for each in lifted(parse_filter("entity:cust*"))] == ["entity cust*"]
