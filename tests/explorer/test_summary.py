"""One entity or actor in numbers, over all time, and the way from each number to its events."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.summary import Summary, everything_of_actor, everything_of_entity, summary, tabs
from explorer.summary_screen import SummaryScreen
from explorer.widgets.line_list import CURSOR_MARK, LineList
from explorer.widgets.summary_lines import summary_lines, tab_line
from store import (
    Actor,
    Choice,
    Count,
    DatabaseAddress,
    DatabaseUnavailable,
    Entity,
    Event,
    EventFilter,
    TimeRange,
    open_repository,
    write_filter,
)
from store.sql_repository import SqlEventRepository
from tests.builders import NOON, make_event
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, write_log

CUSTOMER = Entity(type="CUSTOMER", id="customer-1", name="Acme")
DANA = Actor(type="USER", name="Dana", email="dana@northlake.example", ip_address="203.0.113.24")
AT_HOME = DANA.replaced(ip_address="198.51.100.7")
EVENTS = [
    make_event(0, occurred_at=NOON - timedelta(days=300), event_name="CUSTOMER_CREATED", entity=CUSTOMER, actor=DANA),
    make_event(1, entity=CUSTOMER, actor=AT_HOME),
    make_event(2, entity=CUSTOMER, actor=Actor(type="SYSTEM")),
    make_event(3, entity=Entity(type="ENTITLEMENT", id="customer-1"), event_name="ENTITLEMENT_DENIED", actor=AT_HOME),
    make_event(4, entity=Entity(type="PLAN", id="plan-1"), event_name="PLAN_UPDATED", actor=AT_HOME),
]


async def summed_up(path: Path, events: Sequence[Event], event_filter: EventFilter | None) -> Summary:
    assert event_filter is not None
    await write_log(path / "activity.db", events)
    repository = await open_repository(DatabaseAddress.parse(str(path / "activity.db")))
    try:
        return await summary(repository, event_filter)
    finally:
        await repository.close()


def numbers(found: Summary, field: str) -> dict[str | None, int]:
    return {facet.value: facet.count for facet in found.fields[field]}


async def test_an_entity_is_summed_up_over_all_time_and_all_types_it_is_recorded_with(tmp_path: Path) -> None:
    found = await summed_up(tmp_path, EVENTS, everything_of_entity(EVENTS[1]))
    assert (found.total.number, found.first, found.last) == (4, EVENTS[0], EVENTS[3])
    assert numbers(found, "event_names") == {"CUSTOMER_UPDATED": 2, "CUSTOMER_CREATED": 1, "ENTITLEMENT_DENIED": 1}
    assert numbers(found, "actors") == {"Dana": 3}
    assert [each[:2] for each in found.addresses] == [("198.51.100.7", 2), ("203.0.113.24", 1)]


async def test_an_actor_is_summed_up_with_the_addresses_it_used(tmp_path: Path) -> None:
    found = await summed_up(tmp_path, EVENTS, everything_of_actor(DANA))
    assert found.total.number == 4
    assert numbers(found, "entity_types") == {"CUSTOMER": 2, "ENTITLEMENT": 1, "PLAN": 1}
    assert "actors" not in found.fields
    assert [(each.ip_address, each.last) for each in found.addresses] == [
        ("198.51.100.7", EVENTS[4].occurred_at),
        ("203.0.113.24", EVENTS[0].occurred_at),
    ]


@pytest.mark.parametrize(
    ("actor", "written"),
    [
        (DANA, "since:all actor:dana@northlake.example"),
        (Actor(type="APP_SERVER", ip_address="192.0.2.1"), "since:all actor:192.0.2.1"),
        (Actor(type="SCOPED_KEY", id="key-1", name="CI"), "since:all actor:key-1"),
        (Actor(type="SYSTEM"), "since:all actor_type:SYSTEM"),
    ],
)
def test_an_actor_is_known_by_what_tells_it_best_from_others(actor: Actor, written: str) -> None:
    found = everything_of_actor(actor)
    assert found is not None
    assert write_filter(found) == written


def test_without_an_entity_or_an_actor_there_is_nothing_to_sum_up() -> None:
    assert everything_of_entity(make_event(entity=Entity(type="PLAN"))) is None
    assert everything_of_actor(None) is None
    assert everything_of_actor(Actor()) is None


async def test_hostile_values_are_drawn_harmlessly(tmp_path: Path) -> None:
    hostile = "\x1b]52;c;ZXZpbA==\x07\u202e[red]x[/]"
    event = make_event(
        1, event_name=hostile, entity=Entity(type=hostile, id="x"), actor=Actor(type=hostile, ip_address=hostile)
    )
    found = await summed_up(tmp_path, [event], everything_of_entity(event))
    assert all(piece.text.isprintable() for line in summary_lines(found, NOW) for piece in line.pieces)


async def test_a_number_leads_to_its_events_and_escape_back(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "activity.db", EVENTS)

    def drawn(pilot: Pilot[None]) -> str:
        lines = pilot.app.screen.query_one(LineList).lines
        return "\n".join("".join(piece.text for piece in line.pieces) for line in lines)

    async with app_on(address, clock=lambda: NOW).run_test(size=(120, 40)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("down", "E")
        await until(pilot, lambda: "Show all: 4 events" in drawn(pilot), "the entity in numbers")
        assert "1  ✗ Entitlement denied" in drawn(pilot)
        await pilot.press("escape", "A")
        await until(pilot, lambda: "Show all: 4 events" in drawn(pilot), "the actor in numbers")
        while "Plan updated" not in "".join(
            piece.text for piece in pilot.app.screen.query_one(LineList).highlighted.pieces
        ):
            await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: table.rows.end == 1 and table.highlighted == EVENTS[4], "the events of the number")
        assert not isinstance(pilot.app.screen, SummaryScreen)
        await pilot.press("escape")
        await until(pilot, lambda: table.highlighted == EVENTS[3], "the event from before")


async def test_a_key_sums_up_also_what_belongs_to_the_entity_and_the_list_is_that_of_both(tmp_path: Path) -> None:
    events = [
        make_event(1, entity=Entity(type="CUSTOMER", id="acme")),
        make_event(2, entity=Entity(type="SUBSCRIPTION", id="s"), parent_entity_id="acme"),
        make_event(3, entity=Entity(type="MEASUREMENT", id="m"), parent_entity_id="s"),
        make_event(4, entity=Entity(type="CUSTOMER", id="other"), actor=Actor(type="USER", id="ann")),
    ]
    address = await write_log(tmp_path / "activity.db", events)

    def drawn(pilot: Pilot[None]) -> str:
        lines = pilot.app.screen.query_one(LineList).lines
        return "\n".join("".join(piece.text for piece in line.pieces) for line in lines)

    async with app_on(address, clock=lambda: NOW).run_test(size=(120, 40)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("end", "E")
        await until(pilot, lambda: "Show all: 1 event" in drawn(pilot), "the entity alone")
        await pilot.press("p")
        await until(pilot, lambda: "Show all: 3 events" in drawn(pilot), "with what belongs to it")
        assert "1  Subscription" in drawn(pilot)
        title = pilot.app.screen.query_one("#summary-title", Static)
        assert str(title.content).splitlines()[1] == "[All] Customer 1  Subscription 1  Usage measurement 1 "
        await pilot.press("right", "right")
        await until(pilot, lambda: "Show all: 1 event" in drawn(pilot), "its subscriptions")
        assert "CUSTOMER" not in drawn(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: table.rows.end == 1 and table.highlighted == events[1], "their events")
        await pilot.press("escape")
        await until(pilot, lambda: table.rows.end == 4, "the list from before")
        await pilot.press("end", "E")
        await until(pilot, lambda: "Show all: 1 event" in drawn(pilot), "the entity alone")
        await pilot.press("right", "p", "left", "left", "left", "left")
        await until(pilot, lambda: "Show all: 3 events" in drawn(pilot), "all tabs together")
        await pilot.press("p")
        await until(pilot, lambda: "Show all: 1 event" in drawn(pilot), "the entity alone again")
        await pilot.press("p")
        await until(pilot, lambda: "Show all: 3 events" in drawn(pilot), "with what belongs to it")
        await pilot.press("enter")
        await until(pilot, lambda: table.rows.end == 3, "the events of both")
        await pilot.press("escape")
        await until(pilot, lambda: table.rows.end == 4, "the list from before")
        await pilot.press("home", "A")
        await until(pilot, lambda: isinstance(pilot.app.screen, SummaryScreen), "the actor in numbers")
        await pilot.press("p")
        assert isinstance(pilot.app.screen, SummaryScreen)


async def test_a_tab_is_for_every_spelling_that_its_filter_means(tmp_path: Path) -> None:
    spellings = ["customer", "gizmo", "CUSTOMER", "Gizmo", "Customer", "GIZMO", "gizmo", "Add-on", "ADDON"]
    of_both = [
        make_event(number, entity=Entity(type=kind, id=f"thing-{number}"), parent_entity_id="acme")
        for number, kind in enumerate(spellings)
    ]
    everything = EventFilter(time=TimeRange(since=None), belongs_to=Choice(included=("acme",)))
    found = await summed_up(tmp_path, of_both, everything)
    of_tabs = tabs(found)
    assert str(tab_line(of_tabs, 0)) == "[All] Customer 3  Add-on 2  gizmo 4 "
    repository = await open_repository(DatabaseAddress.parse(str(tmp_path / "activity.db")))
    try:
        for tab in of_tabs:
            counted = await repository.count(everything.with_value("entity_types", tab.value or ""))
            assert counted.number == tab.count
    finally:
        await repository.close()


async def test_one_kind_in_several_spellings_has_no_tabs(tmp_path: Path) -> None:
    events = [
        make_event(number, entity=Entity(type=kind, id="acme")) for number, kind in enumerate(["customer", "CUSTOMER"])
    ]
    assert tabs(await summed_up(tmp_path, events, everything_of_entity(events[0]))) == ()


async def test_no_lines_stand_under_another_title_while_their_successors_are_on_their_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await write_log(tmp_path / "activity.db", EVENTS)
    async with app_on(address, clock=lambda: NOW).run_test(size=(120, 14)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("down", "E")
        await until(pilot, lambda: bool(pilot.app.screen.query(LineList)), "the summary")
        lines = pilot.app.screen.query_one(LineList)
        await until(pilot, lambda: bool(lines.lines), "the entity in numbers")
        await pilot.press("end")
        kept = lines.highlighted
        with monkeypatch.context() as gone:
            gone.setattr(SqlEventRepository, "count", unreachable)
            await pilot.press("p")
            title = pilot.app.screen.query_one("#summary-title", Static)
            await until(pilot, lambda: "went away" in str(title.content), "why there is no answer")
            assert lines.lines == []
            await pilot.press("down", "up", "pageup", "end", "home", "enter")
            assert isinstance(pilot.app.screen, SummaryScreen)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: bool(lines.lines), "the entity with what belongs to it")
        assert str(title.content).splitlines()[0] == "customer-1 and all that belongs to it · 4 events"
        assert lines.highlighted == kept
        assert CURSOR_MARK in "".join(lines.render_line(row).text for row in range(lines.size.height)), "out of sight"
        await pilot.press("home", "enter")
        await until(pilot, lambda: table.rows.end == 4, "its events")
        assert "belonging to customer-1" in str(pilot.app.screen.query_one("#sentence", Static).content)


async def unreachable(*_: object) -> Count:
    raise DatabaseUnavailable("The server went away.", "")
