"""From an event to everything around it and back, and from a value that is seen to the events that have it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.app import ActivityApp
from explorer.json_value import read_json
from explorer.widgets.event_detail import EventDetail
from explorer.widgets.event_table import EventTable
from explorer.widgets.line_list import LineList
from explorer.widgets.payload_tree import LONGEST_NARROWING, tree_lines, unfoldable_paths
from store import DatabaseAddress, EventFilter, parse_filter
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log

EVENTS = 60
Drive = Callable[[ActivityApp, Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(EVENTS)))


async def shown(log: DatabaseAddress, text: str, drive: Drive) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter(text))
    async with app.run_test(size=(120, 36)) as pilot:
        await drive(app, pilot, await rows_are_shown(pilot))


def filter_of(app: ActivityApp) -> EventFilter | None:
    now = app.activity_screen.shown()
    return now.event_filter if now else None


def banner(app: ActivityApp) -> str:
    return str(app.screen.query_one("#banner", Static).render())


async def test_the_event_stays_the_same_on_the_same_row_while_the_filter_is_lifted(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down", "down")
        event, row = table.highlighted, table.screen_row
        assert event is not None
        await pilot.press("c")
        await until(pilot, lambda: table.rows.end == EVENTS, "everything")
        assert (table.highlighted, table.screen_row) == (event, row)
        assert "In context" in banner(app)
        await pilot.press("escape")
        await until(pilot, lambda: table.rows.end == EVENTS // 6, "the list before")
        assert (table.highlighted, table.screen_row) == (event, row)

    await shown(log, "since:all name:sync.failed", drive)


async def test_the_same_key_goes_on_to_the_same_actor_and_entity_and_one_key_restores_the_filter_and_the_place(
    log: DatabaseAddress,
) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down", "down")
        event, row, filter_before = table.highlighted, table.screen_row, filter_of(app)
        assert event is not None
        for text, goes_on_to, said in (
            ("since:all", "the same actor", "all events around this one"),
            ("since:all actor:dana@northlake.example", "the same entity", "the same actor"),
            ("since:all entity:customer-0", "", "the same entity"),
        ):
            await pilot.press("c")
            await until(pilot, lambda text=text: filter_of(app) == parse_filter(text), text)
            await rows_are_shown(pilot)
            assert table.highlighted == event
            assert said in banner(app)
            assert f"c goes on to {goes_on_to}" in banner(app) if goes_on_to else "c or esc" in banner(app)
        for key in ("c", "escape"):
            await pilot.press(key)
            await until(pilot, lambda: filter_of(app) == filter_before, "the filter before")
            await rows_are_shown(pilot)
            assert (table.highlighted, table.screen_row) == (event, row)
            await pilot.press("c", "c")

    await shown(log, "since:all name:plan.deleted", drive)


async def test_in_the_detail_too_the_key_leads_back_from_the_last_context(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("c", "enter", "c", "c", "c")
        await until(pilot, lambda: filter_of(app) == parse_filter("since:all name:plan.deleted"), "the filter before")

    await shown(log, "since:all name:plan.deleted", drive)


async def test_the_same_list_come_to_in_another_way_is_no_context(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        for key, text in (("c", "since:all"), ("escape", "since:all name:plan.deleted"), ("x", "")):
            await pilot.press(key)
            await until(pilot, lambda text=text: filter_of(app) == parse_filter(text), text)
            await rows_are_shown(pilot)
        await pilot.press("slash", *"since:all", "enter")
        await until(pilot, lambda: filter_of(app) == parse_filter("since:all"), "all, by hand")
        await rows_are_shown(pilot)
        await pilot.press("c")
        await until(pilot, lambda: filter_of(app) != parse_filter("since:all"), "a context of that list")
        await rows_are_shown(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: filter_of(app) == parse_filter("since:all"), "the way back")

    await shown(log, "since:all name:plan.deleted", drive)


async def test_a_context_that_the_event_does_not_have_or_that_is_shown_already_is_left_out(
    log: DatabaseAddress,
) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        while table.highlighted is None or table.highlighted.entity is not None:  # of a scheduler, without an entity
            await pilot.press("down")
        await pilot.press("c")
        await until(pilot, lambda: filter_of(app) == parse_filter("since:all actor_type:SCHEDULER"), "its actor")
        await pilot.press("c")
        await until(pilot, lambda: filter_of(app) == parse_filter("since:all"), "the filter before")

    await shown(log, "since:all", drive)


async def test_a_key_shows_what_belongs_to_the_same_parent_and_escape_leads_back(log: DatabaseAddress) -> None:
    family = [event for event in numbered_events(EVENTS) if event.parent_entity_id == "account-1"]

    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        while table.highlighted not in family:
            await pilot.press("down")
        await pilot.press("p")
        await until(pilot, lambda: filter_of(app) == parse_filter("since:all belongs_to:account-1"), "the filter")
        await until(pilot, lambda: table.rows.end == len(family), "all that belongs to it")
        await pilot.press("escape")
        await until(pilot, lambda: table.rows.end == EVENTS, "the way back")

    await shown(log, "since:all", drive)


@pytest.mark.parametrize(("key", "expected"), [("plus", EVENTS // 6), ("minus", EVENTS - EVENTS // 6)])
async def test_a_key_in_the_table_shows_only_this_kind_of_event_or_no_more_of_it(
    log: DatabaseAddress, key: str, expected: int
) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down", key)
        await until(pilot, lambda: table.rows.end == expected, "the narrowed list")
        await pilot.press("escape")
        await until(pilot, lambda: table.rows.end == EVENTS, "the way back")

    await shown(log, "since:all", drive)


def narrowings(payload: str) -> set[tuple[str, str]]:
    value = read_json(payload)
    unfolded = dict.fromkeys(unfoldable_paths("payload", value, ("payload",)), True)
    lines = tree_lines("payload", "Payload", value, unfolded, gap=False)
    return {line.narrows for line in lines if line.narrows is not None}


def test_every_value_of_a_payload_says_which_filter_finds_it() -> None:
    assert narrowings('{"plan": {"id": "plan-growth", "a.b": 1.50}, "on": true, "off": false, "none": null}') == {
        ("payload.plan.id", "plan-growth"),
        ('payload.plan."a.b"', "1.50"),
        ("payload.on", "true"),
        ("payload.off", "false"),
        ("payload.none", "null"),
    }


def test_of_a_list_any_element_will_do() -> None:
    assert narrowings('{"tags": ["a", {"id": 7}]}') == {("payload.tags", "a"), ("payload.tags.id", "7")}


@pytest.mark.parametrize(
    "payload",
    ["[]", '["a"]', '"text"', "no JSON", '{"a": {}}', '{"long": "' + "x" * (LONGEST_NARROWING + 1) + '"}'],
)
def test_what_no_filter_can_name_narrows_nothing(payload: str) -> None:
    assert narrowings(payload) == set()


def test_a_name_that_comes_twice_narrows_only_where_it_comes_first() -> None:
    assert narrowings('{"a": 1, "a": 2}') == {("payload.a", "1")}


async def test_a_value_of_a_payload_narrows_the_log_to_the_events_that_have_it(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("enter")
        body = app.screen.query_one(EventDetail).query_one(LineList)
        place = next(number for number, line in enumerate(body.lines) if line.narrows == ("payload.number", "59"))
        body.move_to(place)
        await pilot.press("plus")
        await until(pilot, lambda: filter_of(app) == parse_filter("since:all payload.number:59"), "the filter")
        await until(pilot, lambda: table.rows.end == 1, "the one event")

    await shown(log, "since:all", drive)
