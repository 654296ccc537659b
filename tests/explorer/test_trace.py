"""Everything one request did: in the order of time, under the entities it was done to, and the way there and back."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.dialogs.text_to_select import TextToSelect
from explorer.link import EventLink
from explorer.settings import Settings
from explorer.trace import Branch, branches, length_text, log_of_trace, offset_text
from explorer.trace_screen import MOST_EVENTS, TraceScreen
from explorer.widgets.line_list import LineList
from explorer.widgets.trace_lines import columns_for, time_lines, tree_lines
from store import Actor, Entity, Event
from tests.builders import NOON, make_event
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log


def happened(number: int, entity_type: str | None, entity_id: str, parent: str | None = None, **more: object) -> Event:
    entity = Entity(type=entity_type, id=entity_id)
    return make_event(number, entity=entity, parent_entity_id=parent, trace_id="trace-x", **more)


def shape(events: Sequence[Event]) -> list[tuple[int, str | None, str | None, int]]:
    return [(each.depth, each.key.type, each.key.id, len(each.events)) for each in branches(events)]


def test_what_belongs_to_an_entity_stands_below_it_also_over_several_levels() -> None:
    events = [
        happened(0, "PLAN", "plan-growth", "product-1"),
        happened(1, "SUBSCRIPTION", "sub-1", "customer-1"),
        happened(2, "CREDIT", "grant-1", "sub-1"),
        happened(3, "CUSTOMER", "customer-1"),
        happened(4, "SUBSCRIPTION", "sub-1", "customer-1"),
    ]
    assert shape(events) == [
        (0, None, "product-1", 0),
        (1, "PLAN", "plan-growth", 1),
        (0, "CUSTOMER", "customer-1", 1),
        (1, "SUBSCRIPTION", "sub-1", 2),
        (2, "CREDIT", "grant-1", 1),
    ]


def test_entitlements_that_have_the_id_of_their_customer_belong_to_the_customer() -> None:
    events = [
        happened(0, "ENTITLEMENT", "customer-1", "customer-1"),
        happened(1, "SUBSCRIPTION", "sub-1", "customer-1"),
        happened(2, "CUSTOMER", "customer-1"),
    ]
    assert shape(events) == [
        (0, "CUSTOMER", "customer-1", 1),
        (1, "ENTITLEMENT", "customer-1", 1),
        (1, "SUBSCRIPTION", "sub-1", 1),
    ]


IDS = st.sampled_from(["a", "b", "c", "d"])


@given(st.lists(st.tuples(st.sampled_from([None, "PLAN", "CUSTOMER"]), IDS, st.none() | IDS), max_size=12))
def test_every_event_stands_under_one_entity_even_where_entities_belong_to_one_another_in_a_circle(
    story: list[tuple[str | None, str, str | None]],
) -> None:
    events = [happened(number, *each) for number, each in enumerate(story)]
    found: list[Branch] = list(branches(events))
    assert sorted(event.id for each in found for event in each.events) == sorted(event.id for event in events)
    assert len({each.key for each in found}) == len(found)


@pytest.mark.parametrize(
    ("after", "text"),
    [
        (timedelta(0), "+0.000"),
        (timedelta(microseconds=999), "+0.000"),
        (timedelta(seconds=12, milliseconds=345), "+12.345"),
        (timedelta(minutes=2, seconds=3, milliseconds=45), "+2:03.045"),
        (timedelta(hours=26, seconds=1), "+26:00:01.000"),
    ],
)
def test_the_distance_from_the_first_event_is_told_in_hours_minutes_and_seconds(after: timedelta, text: str) -> None:
    assert offset_text(NOON + after, NOON) == text


def drawn(pilot: Pilot[None]) -> list[str]:
    lines = pilot.app.screen.query_one(LineList).lines
    return ["".join(piece.text for piece in line.pieces) for line in lines]


def title(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#trace-title", Static).content)


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(0), "0.000 s"),
        (timedelta(seconds=12.3456), "12.345 s"),
        (timedelta(seconds=133), "2:13.000 min"),
        (timedelta(hours=1, seconds=1), "1:00:01.000 h"),
    ],
)
def test_how_long_a_trace_took_has_a_unit(span: timedelta, told: str) -> None:
    assert length_text(NOW, NOW + span) == told


def test_an_entity_of_a_trace_tells_of_all_that_it_folds_away() -> None:
    story = [
        happened(1, "CUSTOMER", "customer-1"),
        happened(2, "SUBSCRIPTION", "sub-1", "customer-1"),
        happened(3, "ENTITLEMENT", "grant-1", "sub-1", event_name="SYNC_FAILED"),
        happened(4, "CUSTOMER", "customer-2"),
        happened(5, "CUSTOMER", "customer-2"),
        happened(6, "SUBSCRIPTION", "sub-3", "customer-3"),
    ]
    lines = ["".join(piece.text for piece in line.pieces) for line in tree_lines(story, {}, columns_for(120))]
    assert [line for line in lines if line.startswith("▾")] == [
        "▾ Customer customer-1  3 events with what belongs to it, 1 failed",
        "▾ Subscription sub-1  2 events with what belongs to it, 1 failed",
        "▾ Customer customer-2  2 events",
        "▾ customer-3  1 event of what belongs to it",
    ]


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_what_happened_to_what_and_who_did_it_are_told_in_a_narrow_terminal_too(width: int) -> None:
    dana = Actor(type="USER", id="u-1", name="Dana Whitfield", email="dana@northlake.example")
    long_id = "subscription-plan-growth-8c21e0"
    story = [
        happened(1, "SUBSCRIPTION", long_id, actor=dana, event_name="SUBSCRIPTION_UPDATED"),
        happened(2, "CUSTOMER", "customer-1", actor=Actor(type="SYSTEM"), event_name="CUSTOMER_UPDATED"),
    ]
    for lines in (time_lines(story, columns_for(width)), tree_lines(story, {}, columns_for(width))):
        first, second = ["".join(piece.text for piece in line.pieces)[: width - 2] for line in lines]
        assert "~ Subscription" in first and "Dana" in first
        assert "customer-1" in second and "System" in second


async def test_a_trace_opens_at_its_event_and_leads_back_or_on_to_another(tmp_path: Path) -> None:
    story = [
        happened(100, "PLAN", "plan-growth", event_name="PLAN_UPDATED"),
        happened(102, "SUBSCRIPTION", "sub-1", "customer-1", event_name="SUBSCRIPTION_UPDATED", environment="staging"),
        happened(163, "SUBSCRIPTION", "sub-1", "customer-1", event_name="SYNC_FAILED"),
    ]
    address = await write_log(tmp_path / "activity.db", [*numbered_events(5), *story])
    async with app_on(address, clock=lambda: NOW).run_test(size=(120, 40)) as pilot:
        table = await rows_are_shown(pilot)
        while table.highlighted != story[1]:
            await pilot.press("down")
        await pilot.press("t")
        await until(pilot, lambda: "3 events in 1:03.000 min · 1 failed" in title(pilot), "the whole trace")
        assert [line.split()[0] for line in drawn(pilot)] == ["+0.000", "+2.000", "+1:03.000"]
        assert "in staging" in drawn(pilot)[1]
        assert pilot.app.screen.query_one(LineList).cursor == 1
        await pilot.press("t")
        assert drawn(pilot)[1].startswith("▾ customer-1  2 events of what belongs to it, 1 failed")
        assert drawn(pilot)[2].startswith("▾ Subscription sub-1  2 events, 1 failed")
        pilot.app.screen.query_one(LineList).move_to(2)
        await pilot.press("enter", "n")
        assert "folded away" in list(pilot.app._notifications)[-1].message
        await pilot.press("enter")
        await pilot.press("escape")
        assert table.highlighted == story[1]
        await pilot.press("t")
        await until(pilot, lambda: len(drawn(pilot)) == 3, "the trace again")
        await pilot.press("n", "enter")
        await until(pilot, lambda: table.highlighted == story[2] and table.rows.end == 3, "the list of the trace")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: table.highlighted == story[1], "the event from before")


async def test_that_the_cursor_is_at_the_only_failure_is_said(tmp_path: Path) -> None:
    story = [
        happened(1, "PLAN", "plan-growth"),
        happened(2, "SUBSCRIPTION", "sub-1", event_name="SYNC_FAILED"),
        happened(3, "SUBSCRIPTION", "sub-2"),
        happened(4, "SUBSCRIPTION", "sub-2", event_name="SYNC_FAILED"),
    ]
    folding = ("t", "down", "down", "enter", "g")  # sub-2, below the other entities
    for events, keys, said in (
        (story[:3], (), "No other event of this trace tells of a failure."),
        (story, folding, "What else failed is folded away: enter on its entity unfolds it."),
    ):
        address = await write_log(tmp_path / f"{len(events)}.db", events)
        async with app_on(address, clock=lambda: NOW).run_test(size=(120, 40)) as pilot:
            await rows_are_shown(pilot)
            await pilot.press("t")
            await until(pilot, lambda events=events: len(drawn(pilot)) == len(events), "the whole trace")
            await pilot.press("g", *keys, "n")
            assert not pilot.app._notifications
            assert pilot.app.screen.query_one(LineList).cursor == 1
            await pilot.press("n")
            assert [each.message for each in pilot.app._notifications] == [said]
            assert pilot.app.screen.query_one(LineList).cursor == 1


async def test_the_link_to_an_event_of_a_trace_leads_to_it_in_the_list_of_the_trace(tmp_path: Path) -> None:
    story = [happened(number, "PLAN", "plan-growth") for number in range(100, 104)]
    address = await write_log(tmp_path / "activity.db", story)
    clipboard = Settings(clipboard="osc52", time_zone="UTC")
    async with app_on(address, clock=lambda: NOW, settings=clipboard).run_test(size=(120, 40)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("t")
        await until(pilot, lambda: len(drawn(pilot)) == 4, "the trace")
        await pilot.press("g", "down", "y")
        await until(pilot, lambda: bool(pilot.app.clipboard), "a link")
        link = EventLink.parse(pilot.app.clipboard)
        assert (link.event_id, link.event_filter) == (story[1].id, log_of_trace("trace-x"))
        await until(pilot, lambda: isinstance(pilot.app.screen, TextToSelect), "the link, which may not have arrived")
        await pilot.press("escape", "t", "g", "y")
        assert isinstance(pilot.app.screen, TraceScreen)
        assert "stands for several" in list(pilot.app._notifications)[-1].message


async def test_a_link_out_of_a_trace_that_may_not_have_arrived_is_shown_over_it(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "activity.db", [happened(1, "PLAN", "plan-growth")])
    clipboard = Settings(clipboard="off", time_zone="UTC")
    async with app_on(address, clock=lambda: NOW, settings=clipboard).run_test(size=(120, 40)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("t")
        await until(pilot, lambda: len(drawn(pilot)) == 1, "the trace")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, TextToSelect), "the link, to select it")


async def test_a_trace_of_thousands_comes_in_page_after_page_up_to_a_bound(tmp_path: Path) -> None:
    count = MOST_EVENTS + 1_200
    story = [happened(number, "CUSTOMER", f"customer-{number % 50}") for number in range(count)]
    address = await write_log(tmp_path / "activity.db", story)
    async with app_on(address, clock=lambda: NOW).run_test(size=(120, 40)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, TraceScreen) and "of 6,200" in title(pilot), "a count")
        await until(pilot, lambda: len(drawn(pilot)) >= MOST_EVENTS, "every page")
        assert "the first 5,100 of 6,200 events" in title(pilot)
        assert "none of these failed" in title(pilot)
        await pilot.press("n")
        assert "read so far" in list(pilot.app._notifications)[-1].message


async def test_an_event_without_a_trace_says_so(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "activity.db", [make_event(1)])
    async with app_on(address, clock=lambda: NOW).run_test(size=(120, 40)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("t")
        await until(pilot, lambda: bool(pilot.app._notifications), "a word")
        assert not isinstance(pilot.app.screen, TraceScreen)
