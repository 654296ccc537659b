"""Any two events are compared: the highlighted with a marked one, the older first, and a reason where they cannot."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from explorer.activity_screen import ActivityScreen
from explorer.changes import ABSENT, Change
from explorer.comparison_screen import ComparisonScreen
from explorer.dialogs.mark_list import MarkList
from explorer.json_value import Number
from explorer.marks import Mark, Marks, save_marks
from explorer.snapshots import comparison_of
from explorer.widgets.line_list import LineList
from store import Entity, Event
from tests.builders import make_event
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, write_log

HOSTILE = "\x1b]52;c;aGk=\x07\u202e[red]"


def about(number: int, entity_id: str, payload: object) -> Event:
    return make_event(number, entity=Entity(type="PLAN", id=entity_id), payload=json.dumps(payload))


EVENTS = (
    about(1, "plan-1", {"id": "plan-1", "seats": 1, "region": "eu"}),
    about(2, "plan-2", {"id": "plan-2", "seats": 5, "region": "eu", "note": HOSTILE}),
    about(3, "plan-3", {"id": "plan-3"}),
)


def text(pilot: Pilot[None]) -> str:
    lines = pilot.app.screen.query_one(LineList).lines
    return "\n".join("".join(piece.text for piece in line.pieces) for line in lines)


async def test_payloads_of_two_entities_are_compared_member_by_member() -> None:
    found = await comparison_of(EVENTS[1], EVENTS[0])
    assert set(found.differences) == {
        Change(("id",), "plan-1", "plan-2"),
        Change(("seats",), Number("1"), Number("5")),
        Change(("note",), ABSENT, HOSTILE),
    }
    assert list(found.unchanged) == [("region", "eu")]


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ((make_event(2), EVENTS[0]), "The newer event has no payload."),
        ((EVENTS[1], make_event(0)), "The older event has no payload."),
        ((make_event(2, payload="[1"), EVENTS[0]), "The payload of the newer event cannot be compared: not JSON"),
    ],
)
async def test_what_cannot_be_compared_is_said_with_its_side(events: Sequence[Event], reason: str) -> None:
    found = await comparison_of(*events)
    assert found.reason.startswith(reason)


async def test_values_that_are_no_objects_are_compared_as_a_whole() -> None:
    found = await comparison_of(make_event(2, payload="[1,2]"), make_event(1, payload='"x"'))
    assert len(found.differences) == 1
    assert not found.unchanged


async def test_the_only_other_marked_event_is_compared_at_once_and_can_be_gone_to(tmp_path: Path) -> None:
    log = await write_log(tmp_path / "activity.db", EVENTS)
    app = app_on(log, clock=lambda: NOW)
    async with app.run_test(size=(120, 30)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("equals_sign")
        await until(pilot, lambda: bool(app._notifications), "a word on marks")
        assert [each.message.split(":")[0] for each in app._notifications] == ["Mark the event to compare with first"]
        await pilot.press("end", "m", "enter")
        await until(pilot, lambda: table.has_focus and isinstance(app.screen, ActivityScreen), "a mark")
        await pilot.press("up", "equals_sign")
        await until(pilot, lambda: isinstance(app.screen, ComparisonScreen) and "seats" in text(pilot), "a comparison")
        shown = text(pilot)
        assert shown.index("older  ") < shown.index("newer  ")
        assert "~ seats: 1 → 5" in shown
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)
        await pilot.press("enter")
        await until(pilot, lambda: table.highlighted == EVENTS[0], "the older event")


async def test_of_several_marked_events_one_is_chosen(tmp_path: Path) -> None:
    log = await write_log(tmp_path / "activity.db", EVENTS)
    save_marks("log.db", Marks(marks=(Mark.of(EVENTS[0], "a"), Mark.of(EVENTS[1], "b"))))
    app = app_on(log, clock=lambda: NOW)
    async with app.run_test(size=(120, 30)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("equals_sign")
        await until(pilot, lambda: isinstance(app.screen, MarkList), "the list")
        assert app.screen.query_one(OptionList).option_count == 2
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ComparisonScreen) and "plan-2" in text(pilot), "a comparison")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ActivityScreen), "the list again")
