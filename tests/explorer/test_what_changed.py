"""What changed with an event: compared with the right earlier one, or a sentence that says why with none."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.areas.snapshots import Snapshots
from explorer.changes import Change
from explorer.json_value import Number
from explorer.messages import EventChosen
from explorer.snapshots import LONGEST, Comparison, comparison
from explorer.widgets.change_lines import change_lines
from explorer.widgets.event_detail import EventDetail
from explorer.widgets.line_list import LineList
from store import DatabaseAddress, Entity, Event, open_repository, parse_filter
from tests.builders import make_event
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, write_log

PLAN = Entity(type="PLAN", id="plan-growth", name="Growth")


def plan(number: int, payload: object, **fields: object) -> Event:
    defaults: dict[str, object] = {"event_name": "PLAN_UPDATED", "entity": PLAN, "environment": "production"}
    return make_event(number, payload=json.dumps(payload), **(defaults | fields))


def version(number: int, **more: object) -> dict[str, object]:
    return {"id": "plan-growth", "name": "Growth", "version": number, "timestamp": f"at {number}", **more}


async def compared(path: Path, events: Sequence[Event], number: int = -1) -> Comparison:
    """What changed with one of the events, by default the last, in a log of them all."""
    await write_log(path / "activity.db", events)
    repository = await open_repository(DatabaseAddress.parse(str(path / "activity.db")))
    try:
        return await comparison(repository, events[number])
    finally:
        await repository.close()


def earlier(found: Comparison) -> str | None:
    return found.earlier.id if found.earlier else None


async def test_an_event_is_compared_with_the_previous_one_of_its_entity(tmp_path: Path) -> None:
    other = Entity(type="PLAN", id="plan-scale")
    events = [plan(1, version(1)), plan(2, version(2)), plan(3, version(9), entity=other), plan(4, version(3))]
    found = await compared(tmp_path, events)
    assert earlier(found) == "event-2"
    assert found.differences == (
        Change(("version",), Number("2"), Number("3")),
        Change(("timestamp",), "at 2", "at 3"),
    )
    assert list(found.unchanged) == [("id", "plan-growth"), ("name", "Growth")]


async def test_the_same_id_of_another_type_or_environment_is_another_entity(tmp_path: Path) -> None:
    package, elsewhere = Entity(type="PACKAGE", id="plan-growth"), "staging"
    events = [
        plan(1, version(1)),
        plan(2, version(2), entity=package),
        plan(3, version(3), environment=elsewhere),
        plan(4, version(4)),
    ]
    assert earlier(await compared(tmp_path, events)) == "event-1"


async def test_a_payload_about_something_else_is_passed_over(tmp_path: Path) -> None:
    job = {"id": "task-1", "status": "PENDING", "progress": 0, "version": 2}
    failure = {"error": "No such price", "entityType": "PLAN", "vendorIdentifier": "stripe"}
    events = [
        plan(1, version(1)),
        plan(2, job, event_name="SUBSCRIPTIONS_MIGRATION_TRIGGERED"),
        plan(3, failure, event_name="SYNC_FAILED"),
        plan(4, [1, 2]),
        plan(5, version(2)),
    ]
    assert earlier(await compared(tmp_path, events)) == "event-1"


async def test_the_previous_event_of_the_same_name_is_found_behind_many_others(tmp_path: Path) -> None:
    denied = [plan(number, {"isGranted": False}, event_name="ENTITLEMENT_DENIED") for number in range(2, 60)]
    assert earlier(await compared(tmp_path, [plan(1, version(1)), *denied, plan(60, version(2))])) == "event-1"


async def test_a_snapshot_that_gained_members_with_the_years_is_compared(tmp_path: Path) -> None:
    grown = version(2, prices=[], metadata={}, status="PUBLISHED", productId="p", description=None, isLatest=True)
    assert earlier(await compared(tmp_path, [plan(1, version(1)), plan(2, grown)])) == "event-1"


async def test_snapshots_of_two_resources_of_one_customer_are_not_compared(tmp_path: Path) -> None:
    def at(site: str | None) -> dict[str, object]:
        return {"trigger": "x", "entitlements": [], "resource": site and {"id": site}}

    events = [plan(1, at("site-1")), plan(2, at("site-2")), plan(3, at(None)), plan(4, at("site-1"))]
    assert earlier(await compared(tmp_path, events)) == "event-1"


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (plan(5, version(1), entity=Entity(type="PLAN", id="plan-new")), "This is the first event of Plan plan-new."),
        (plan(5, version(1), entity=None), "This event names no entity, so it is not known what came before."),
        (plan(5, [1]), "The payload is no object, so it shows no state of an entity."),
        (plan(5, None), "The payload is no object, so it shows no state of an entity."),
        (plan(5, {}).replaced(payload=None), "This event has no payload."),
        (plan(5, {}).replaced(payload="{"), "The payload shows no state: not JSON"),
        (plan(5, {}).replaced(payload='{"a":' * 9_999), "The payload shows no state: nested too deeply"),
        (plan(5, {"a": "x" * LONGEST}), "The payload shows no state: with 1,000,009 characters it is too long"),
        (plan(5, {"a": 1}), "No earlier event with a payload like this one is known of Plan plan-growth · Growth."),
    ],
)
async def test_where_nothing_can_be_compared_it_is_said_why(tmp_path: Path, event: Event, reason: str) -> None:
    found = await compared(tmp_path, [plan(1, {"b": 2}), event])
    assert earlier(found) is None
    assert found.reason.startswith(reason)


async def test_a_payload_of_another_shape_in_each_version_is_shown_as_far_as_it_is_the_same(tmp_path: Path) -> None:
    old, new = {"id": "p", "plan": {"id": "a"}, "addons": []}, {"id": "p", "plan": ["a"], "addons": {"x": 1}}
    found = await compared(tmp_path, [plan(1, old), plan(2, new)])
    assert [each.path for each in found.differences] == [("plan",), ("addons",)]


async def test_a_key_opens_what_changed_and_it_stays_open_from_event_to_event(tmp_path: Path) -> None:
    events = [plan(number, version(number)) for number in range(1, 6)]
    address = await write_log(tmp_path / "activity.db", events)

    def text(pilot: Pilot[None]) -> str:
        lines = pilot.app.screen.query_one(EventDetail).query_one(LineList).lines
        return "\n".join("".join(piece.text for piece in line.pieces) for line in lines)

    async with app_on(address, clock=lambda: NOW).run_test(size=(140, 40)) as pilot:
        await rows_are_shown(pilot)
        assert "▸ What changed" in text(pilot)
        await pilot.press("v")
        await until(pilot, lambda: "~ version: 4 → 5" in text(pilot), "the change")
        await pilot.press("right")
        await until(pilot, lambda: "~ version: 3 → 4" in text(pilot), "the change of the next older event")
        await pilot.press("escape", "end")
        await until(pilot, lambda: "This is the first event of Plan" in text(pilot), "a word on the first event")
        await pilot.press("v")
        await until(pilot, lambda: "▸ What changed" in text(pilot), "a folded section")


async def test_what_changed_opens_also_where_the_detail_was_left_with_it(tmp_path: Path) -> None:
    events = [plan(number, version(number)) for number in range(1, 6)]
    address = await write_log(tmp_path / "activity.db", events)
    async with app_on(address, clock=lambda: NOW).run_test(size=(80, 24)) as pilot:
        await rows_are_shown(pilot)
        body = pilot.app.screen.query_one(EventDetail).query_one(LineList)
        for change in ("~ version: 4 → 5", "~ version: 3 → 4"):
            await pilot.press("v")
            await until(pilot, lambda: any(change in drawn(body, row) for row in range(4)), change)  # noqa: B023
            await pilot.press("escape", "down")
            await until(pilot, lambda: not body.is_on_screen, "the list alone")


def drawn(body: LineList, row: int) -> str:
    return body.render_line(row).text if row < body.size.height else ""


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_what_is_opened_with_the_detail_stands_at_its_top(tmp_path: Path, size: tuple[int, int]) -> None:
    lines = [plan(1, {**version(1), "more": list(range(50))}), plan(2, {**version(2), "more": list(range(50))})]
    address = await write_log(tmp_path / "activity.db", lines)
    async with app_on(address, clock=lambda: NOW).run_test(size=size) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("v")
        body = pilot.app.screen.query_one(EventDetail).query_one(LineList)
        await until(pilot, lambda: any("~ version: 1 → 2" in drawn(body, row) for row in range(4)), "the change on top")
        assert body.highlighted is not None
        assert body.highlighted.path == ("changes",)


async def test_an_event_that_is_opened_by_enter_begins_at_its_top_also_where_what_changed_is_unfolded(
    tmp_path: Path,
) -> None:
    lines = [plan(number, {**version(number), "more": list(range(50))}) for number in range(1, 5)]
    address = await write_log(tmp_path / "activity.db", lines)
    async with app_on(address, clock=lambda: NOW).run_test(size=(120, 36)) as pilot:
        await rows_are_shown(pilot)
        body = pilot.app.screen.query_one(EventDetail).query_one(LineList)
        await pilot.press("v")
        await until(pilot, lambda: any("~ version: 3 → 4" in drawn(body, row) for row in range(4)), "the change on top")
        await pilot.press("right")
        await until(pilot, lambda: any("~ version: 2 → 3" in drawn(body, row) for row in range(4)), "the next change")
        await pilot.press("escape", "down", "enter")
        await until(pilot, lambda: any(line.path[0] == "changes" for line in body.lines), "the last change")
        assert (body.cursor, body.scroll_y) == (0, 0)


async def test_an_event_is_gone_to_in_the_log_of_its_entity_rather_than_searched_for_anew(tmp_path: Path) -> None:
    events = [plan(number, version(number)) for number in range(1, 4)]
    log = await write_log(tmp_path / "activity.db", events)
    searched = parse_filter("since:all text:plan-growth")
    async with app_on(log, clock=lambda: NOW, event_filter=searched).run_test(size=(120, 36)) as pilot:
        table = await rows_are_shown(pilot)
        pilot.app.screen.query_one(Snapshots).post_message(EventChosen(events[0]))
        await until(pilot, lambda: table.highlighted == events[0], "the first event")
        sentence = str(pilot.app.screen.query_one("#sentence", Static).content)
        assert "entity type Plan · plan-growth  (esc leads back)" in sentence


async def test_nothing_in_a_payload_reaches_the_terminal_as_it_is(tmp_path: Path) -> None:
    hostile = "\x1b]52;c;ZXZpbA==\x07\u202e[red]x[/] \x9b31m"
    old, new = {"id": "p", hostile: 1, "list": [{"id": hostile}]}, {"id": "p", hostile: hostile, "list": [hostile]}
    found = await compared(tmp_path, [plan(1, old), plan(2, new)])
    lines = list(change_lines(found, {("changes",): True}))
    drawn = "".join(piece.text for line in lines for piece in line.pieces)
    assert drawn.isprintable()
    assert len(found.differences) == 2
