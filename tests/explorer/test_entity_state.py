"""An entity at a moment, and for each of its fields the event that last set it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from explorer.changes import ABSENT, ItemKey, parts, same
from explorer.changes import Path as ValuePath
from explorer.entity_state import MOST_REMOVED, EntityState, Origins, entity_state
from explorer.json_value import JsonValue, Members, NotJson, read_json
from explorer.widgets.event_detail import EventDetail
from explorer.widgets.line_list import LineList
from explorer.widgets.state_lines import SECTION, state_lines
from explorer.widgets.text_line import TextLine
from store import DatabaseAddress, Entity, Event, open_repository
from tests.builders import NOON, make_event
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, write_log

SUBSCRIPTION = Entity(type="SUBSCRIPTION", id="subscription-1", name="Growth")
SCALARS = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["a", "b"])
PARTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abi"), inner, max_size=3),
    max_leaves=6,
)
VERSIONS = st.lists(st.fixed_dictionaries({"plan": PARTS, "addons": PARTS, "status": SCALARS}), min_size=1, max_size=6)


def snapshot(number: int, payload: object, **fields: object) -> Event:
    defaults: dict[str, object] = {"event_name": "SUBSCRIPTION_UPDATED", "entity": SUBSCRIPTION}
    return make_event(number, payload=json.dumps(payload), **(defaults | fields))


async def state_of(
    path: Path, events: Sequence[Event], number: int = -1, moment: datetime | None = None
) -> EntityState:
    await write_log(path / "activity.db", events)
    repository = await open_repository(DatabaseAddress.parse(str(path / "activity.db")))
    try:
        return await entity_state(repository, events[number], moment)
    finally:
        await repository.close()


def set_by(state: EntityState) -> Mapping[str, str]:
    """The event that last set each field, by the field's path."""
    return {".".join(map(str, origin.path)): origin.event.id for origin in state.origins}


def read(document: object) -> JsonValue:
    value = read_json(json.dumps(document))
    assert not isinstance(value, NotJson)
    return value


def value_at(value: JsonValue, path: ValuePath) -> object:
    for step in path:
        found = parts(value, like=step)
        if step not in found:
            return ABSENT
        value = found[step]
    return value


@given(VERSIONS)
def test_a_field_was_set_by_the_first_of_the_latest_events_that_all_have_its_value(versions: list[object]) -> None:
    events = [snapshot(number, version) for number, version in enumerate(versions)]
    values = [read(version) for version in versions]
    origins = Origins()
    origins.look_at(reversed(events))
    found = [origin for origin in origins.origins() if not origin.is_removed]
    for origin in found:
        number = len(values) - 1
        while number and (older := value_at(values[number - 1], origin.path)) is not ABSENT:
            assert older is None or isinstance(older, str | bool | list)
            if not same(older, origin.value):
                break
            number -= 1
        assert origin.event is events[number]
        assert origin.is_oldest is (number == 0)
    rebuilt = {step for origin in found for step in origin.path[:1]}
    newest = values[-1]
    assert isinstance(newest, Members)
    assert rebuilt == {name for name, _ in newest}


@given(VERSIONS)
def test_a_removed_field_or_item_was_removed_by_the_last_event_before_which_it_was_there(
    versions: list[object],
) -> None:
    events = [snapshot(number, version) for number, version in enumerate(versions)]
    values = [read(version) for version in versions]
    origins = Origins()
    origins.look_at(reversed(events))
    for origin in origins.origins():
        if origin.is_removed:
            number = events.index(origin.event)
            assert all(value_at(value, origin.path) is ABSENT for value in values[number:])
            assert value_at(values[number - 1], origin.path) == origin.value


async def test_the_state_at_a_moment_is_of_the_entity_and_not_of_a_job_done_for_it(tmp_path: Path) -> None:
    job = {"id": "job-7", "taskType": "MIGRATION", "status": "COMPLETED"}
    events = [
        snapshot(0, {"id": SUBSCRIPTION.id, "plan": "growth"}),
        snapshot(1, job, event_name="SUBSCRIPTIONS_MIGRATED"),
        snapshot(2, {"id": SUBSCRIPTION.id, "plan": "scale"}),
    ]
    state = await state_of(tmp_path, events, moment=events[1].occurred_at)
    assert state.snapshot == events[0]


async def test_an_item_that_was_removed_from_a_list_is_told_with_the_event_that_removed_it(tmp_path: Path) -> None:
    versions = [
        {"id": "s", "addons": [{"id": "seats", "quantity": 1}, {"id": "storage", "quantity": 2}], "note": "new"},
        {"id": "s", "addons": [{"id": "storage", "quantity": 2}], "note": "new"},
        {"id": "s", "addons": [], "note": "new"},
        {"id": "s", "addons": []},
    ]
    state = await state_of(tmp_path, [snapshot(number, version) for number, version in enumerate(versions)])
    removed = {origin.path: origin for origin in state.origins if origin.is_removed}
    seats, storage = (("addons", ItemKey(("id",), item)) for item in ("seats", "storage"))
    assert {path: origin.event.id for path, origin in removed.items()} == {
        seats: "event-1",
        storage: "event-2",
        ("note",): "event-3",
    }
    assert removed[seats].value == read({"id": "seats", "quantity": 1})
    assert '- addons[seats]: {id: "seats", quantity: 1}' in "\n".join(
        "".join(piece.text for piece in line.pieces) for line in state_lines(state, {SECTION: True})
    )


async def test_of_a_list_whose_items_are_always_others_the_last_removals_are_told(tmp_path: Path) -> None:
    versions = [{"id": "s", "newest": [f"item-{number}"]} for number in range(MOST_REMOVED + 10)]
    state = await state_of(tmp_path, [snapshot(number, version) for number, version in enumerate(versions)])
    removed = [origin.event.id for origin in state.origins if origin.is_removed]
    assert removed == [f"event-{len(versions) - 1 - number}" for number in range(MOST_REMOVED)]


async def test_of_many_fields_that_went_at_once_the_first_of_the_payload_are_told(tmp_path: Path) -> None:
    fields = {f"field-{number}": number for number in range(10 * MOST_REMOVED)}
    versions = [{"id": "s", **fields}, {"id": "s"}]
    state = await state_of(tmp_path, [snapshot(number, version) for number, version in enumerate(versions)])
    removed = [origin.path for origin in state.origins if origin.is_removed]
    assert removed == [(name,) for name in list(fields)[:MOST_REMOVED]]


async def test_an_event_is_told_to_have_set_fields_to_have_removed_them_or_both(tmp_path: Path) -> None:
    versions = [
        {"id": "s", "plan": "a", "note": "x", "trial": True},
        {"id": "s", "plan": "a", "note": "x"},
        {"id": "s", "plan": "b"},
        {"id": "s", "plan": "b", "seats": 1},
    ]
    state = await state_of(tmp_path, [snapshot(number, version) for number, version in enumerate(versions)])
    lines = state_lines(state, {SECTION: True})
    told = {line.leads_to.id: line.pieces[0].text.strip() for line in lines if "event" in line.path and line.leads_to}
    assert told == {
        "event-3": "set",
        "event-2": "set and removed",
        "event-1": "removed",
        "event-0": "since at least",
    }


async def test_each_field_names_the_event_that_last_set_it(tmp_path: Path) -> None:
    events = [
        snapshot(1, {"id": "s", "status": "IN_TRIAL", "plan": {"id": "growth", "version": 7}, "addons": []}),
        snapshot(2, {"id": "s", "status": "ACTIVE", "plan": {"id": "growth", "version": 7}, "addons": [{"id": "x"}]}),
        snapshot(3, {"id": "s", "status": "ACTIVE", "plan": {"id": "growth", "version": 8}, "addons": [{"id": "x"}]}),
    ]
    state = await state_of(tmp_path, events)
    assert state.snapshot == events[2]
    by = {".".join(str(step) for step in origin.path[:2] if isinstance(step, str)): origin for origin in state.origins}
    assert {name: origin.event.id for name, origin in by.items()} == {
        "id": "event-1",
        "status": "event-2",
        "plan.id": "event-1",
        "plan.version": "event-3",
        "addons": "event-2",
    }
    assert [name for name, origin in by.items() if origin.is_oldest] == ["id", "plan.id"]


async def test_an_entity_is_shown_as_it_was_at_a_moment(tmp_path: Path) -> None:
    events = [snapshot(hours * 3600, {"id": "s", "plan": f"plan-{hours}"}) for hours in range(5)]
    state = await state_of(tmp_path, events, moment=NOON + timedelta(hours=2, minutes=59))
    assert state.snapshot == events[2]
    assert [origin.value for origin in state.origins] == ["s", "plan-2"]
    state = await state_of(tmp_path, events, moment=NOON + timedelta(hours=3))
    assert state.snapshot == events[3]


async def test_before_its_first_event_nothing_is_known_of_an_entity(tmp_path: Path) -> None:
    state = await state_of(tmp_path, [snapshot(1, {"id": "s"})], moment=NOON - timedelta(days=1))
    assert state.reason == "No event shows the state of Subscription subscription-1 · Growth at that time."
    state = await state_of(tmp_path, [make_event(5)])
    assert state.reason == "This event names no entity."


async def test_an_event_that_is_no_snapshot_shows_the_state_it_met(tmp_path: Path) -> None:
    failed = snapshot(2, {"error": "No such price", "vendorIdentifier": "stripe"}, event_name="SYNC_FAILED")
    state = await state_of(tmp_path, [snapshot(1, {"id": "s", "status": "ACTIVE"}), failed])
    assert state.snapshot is not None
    assert state.snapshot.id == "event-1"


async def test_only_so_many_events_are_looked_through(tmp_path: Path) -> None:
    events = [snapshot(number, {"id": "s", "number": number // 2_000}) for number in range(1_500)]
    state = await state_of(tmp_path, events)
    assert {origin.event.id for origin in state.origins} == {"event-499"}
    assert all(origin.is_oldest for origin in state.origins)


def lines_of(pilot: Pilot[None]) -> Sequence[TextLine]:
    return pilot.app.screen.query_one(EventDetail).query_one(LineList).lines


def text(pilot: Pilot[None]) -> str:
    return "\n".join("".join(piece.text for piece in line.pieces) for line in lines_of(pilot))


async def test_the_state_is_shown_by_key_at_the_event_or_at_a_time_and_leads_to_the_event_that_set_a_field(
    tmp_path: Path,
) -> None:
    events = [snapshot(hours * 3600, {"id": "s", "plan": f"plan-{hours // 2}"}) for hours in range(5)]
    address = await write_log(tmp_path / "activity.db", events)
    async with app_on(address, clock=lambda: NOW).run_test(size=(140, 44)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("down", "b")
        await until(pilot, lambda: 'plan: "plan-1"' in text(pilot), "the state with the event")
        await pilot.press("B", *"2026-11-20", "space", *"13:30", "enter")
        await until(pilot, lambda: 'plan: "plan-0"' in text(pilot), "the state at the time")
        assert "at 2026-11-20 13:30:00.000 UTC" in text(pilot)
        await pilot.press("down")
        assert table.highlighted == events[3]
        await pilot.press("enter")
        await until(pilot, lambda: table.highlighted == events[0], "the event that set the field")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: table.highlighted == events[3], "the event from before")


async def test_the_state_at_a_time_is_that_of_the_entity_that_was_asked_about(tmp_path: Path) -> None:
    events = [snapshot(hours * 3600, {"id": "s", "plan": f"plan-{hours}"}) for hours in range(3)]
    address = await write_log(tmp_path / "activity.db", events)
    async with app_on(address, clock=lambda: NOW).run_test(size=(140, 44)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("B", *"2026-11-20", "space", *"13:30")
        table.action_move(1)  # as following does, while the dialog is open
        await pilot.press("enter")
        await until(pilot, lambda: table.highlighted == events[2], "the event that was asked about")
