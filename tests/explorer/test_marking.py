"""Events are marked with a note, kept for their database, found again across searches, and drawn in the list."""

import asyncio
import stat
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from explorer.app import ActivityApp
from explorer.areas.marking import Marking
from explorer.dialogs.mark_event import MarkEvent
from explorer.dialogs.mark_list import MarkList
from explorer.event_list import EventList
from explorer.marks import Mark, Marks, load_marks, marks_path, save_marks
from explorer.masking import remembered_as
from explorer.widgets.event_table import EventTable
from explorer.widgets.line_input import LineInput
from explorer.widgets.line_list import LineList
from explorer.widgets.table_lines import MARK, MARK_AT_CURSOR
from store import DatabaseAddress, EventFilter, Masking, TargetProblem, TimeRange, parse_filter
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_event, numbered_events, write_log

ALL_TIME = EventFilter(time=TimeRange(since=None))
MARKS = st.builds(
    Mark,
    event_id=st.sampled_from(["a", "b", "c", "d"]),
    occurred_at=st.integers(0, 3).map(lambda hours: NOW - timedelta(hours=hours)),
    note=st.text(max_size=5),
)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(60)))


@given(st.lists(MARKS))
def test_marks_are_in_the_order_of_their_times_and_the_last_one_of_an_event_holds(added: list[Mark]) -> None:
    marks = Marks()
    for mark in added:
        marks = marks.with_mark(mark)
    assert {mark.event_id: mark for mark in added} == {mark.event_id: mark for mark in marks.marks}
    assert [mark.occurred_at for mark in marks.marks] == sorted(mark.occurred_at for mark in marks.marks)
    for mark in marks.marks:
        assert marks.without(mark.event_id).of(mark.event_id) is None
        older, newer = marks.beside(mark.occurred_at, "older"), marks.beside(mark.occurred_at, "newer")
        assert all(each.occurred_at < mark.occurred_at for each in older)
        assert all(each.occurred_at > mark.occurred_at for each in newer)
        assert [each.occurred_at for each in older] == sorted((each.occurred_at for each in older), reverse=True)


def test_kept_marks_are_read_again_and_nobody_else_may_read_them() -> None:
    marks = Marks(marks=(Mark(event_id="\ud800 \x1b[31m", occurred_at=NOW, note="“why?”\n"),))
    save_marks("postgresql://reader@db/activity", marks)
    assert load_marks("postgresql://reader@db/activity") == marks
    assert load_marks("another.db") == Marks()
    path = marks_path("postgresql://reader@db/activity")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("content", [b"", b"{", b'{"marks": [{}]}', b"\xff"])
def test_a_damaged_file_of_marks_is_said_to_be_so_and_left_as_it_is(content: bytes) -> None:
    path = marks_path("activity.db")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(TargetProblem, match="damaged"):
        load_marks("activity.db")
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_said_to_be_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "state").write_text("a file")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with pytest.raises(TargetProblem, match="cannot be kept"):
        save_marks("activity.db", Marks())


async def marked(pilot: Pilot[None], note: str) -> None:
    """Mark the highlighted event with a note."""
    before = load_marks("log.db")
    await pilot.press("m")
    await until(pilot, lambda: isinstance(pilot.app.screen, MarkEvent), "the dialog")
    await pilot.press(*note, "enter")
    await until(pilot, lambda: load_marks("log.db") != before, "a kept mark")
    await pilot.pause()


def signs(table: EventTable) -> list[str]:
    return [table.render_line(row).text[0] for row in range(1, 6)]


def written(lines: LineList) -> str:
    return "\n".join("".join(piece.text for piece in line.pieces) for line in lines.lines)


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_quitting_while_a_note_is_written_takes_a_second_press(key: str, log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=ALL_TIME)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MarkEvent), "the dialog")
        await pilot.press(*"dear", key)
        await until(pilot, lambda: bool(app._notifications), "a question")
        assert [each.message for each in app._notifications] == [
            f"Press {key} again to quit without the note; enter keeps it."
        ]
        assert app._exit is False
        await pilot.press(key)
        await until(pilot, lambda: app._exit, "the end")


async def test_quitting_a_dialog_in_which_nothing_was_written_takes_one_press(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=ALL_TIME)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await marked(pilot, "first")
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MarkEvent), "the dialog")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app._exit, "the end")


async def test_a_marked_event_has_a_sign_and_can_be_unmarked(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=ALL_TIME)
    async with app.run_test() as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("down")
        await marked(pilot, "first")
        assert signs(table)[1] == MARK_AT_CURSOR
        await pilot.press("down")
        assert signs(table)[1] == MARK
        await pilot.press("up", "m")
        await until(pilot, lambda: isinstance(app.screen, MarkEvent), "the dialog")
        await pilot.press("ctrl+x")
        await until(pilot, lambda: load_marks("log.db") == Marks(), "no mark")
        await until(pilot, lambda: MARK_AT_CURSOR not in signs(table), "no sign")


async def test_a_mark_is_kept_whatever_is_wanted_before_it_is(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=ALL_TIME)
    goes_on = threading.Event()

    def load_when_it_may(database_name: str) -> Marks:
        goes_on.wait(20)
        return load_marks(database_name)

    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        for _ in range(2):
            await pilot.press("m")
            await until(pilot, lambda: isinstance(app.screen, MarkEvent), "the dialog")
            monkeypatch.setattr("explorer.marks.load_marks", load_when_it_may)
            await pilot.press("enter")
            while isinstance(app.screen, MarkEvent):
                await pilot.pause()
            await pilot.press("apostrophe", "down")
            goes_on.set()
        await until(pilot, lambda: len(load_marks("log.db").marks) == 2, "both marks")


async def test_the_detail_says_what_was_noted_about_its_event(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=ALL_TIME)
    async with app.run_test(size=(160, 48)) as pilot:
        table = await rows_are_shown(pilot)
        assert table.highlighted is not None
        save_marks("log.db", Marks(marks=(Mark.of(table.highlighted, "[b]why\x1b[31m?"),)))
        await pilot.press("enter")
        detail = app.screen.query_one("#body", LineList)
        await until(pilot, lambda: "Event id" in written(detail), "the detail")
        assert "Marked" not in written(detail)
        await marked(pilot, "!")
        await until(pilot, lambda: "Marked         [b]why\\x1b[31m?!" in written(detail), "the note")
        await pilot.press("right")
        await until(pilot, lambda: "Marked" not in written(detail), "an event without a mark")
        await pilot.press("left", "m")
        await until(pilot, lambda: isinstance(app.screen, MarkEvent), "the dialog")
        await pilot.press("ctrl+x")
        await until(pilot, lambda: load_marks("log.db") == Marks() and "Marked" not in written(detail), "no mark")
        await pilot.press("m", "enter")
        await until(pilot, lambda: "without a note" in written(detail), "a mark without a note")


async def test_in_a_masked_log_the_note_in_the_detail_is_masked(log: DatabaseAddress) -> None:
    masking = Masking(key=b"key", name="support")
    save_marks(remembered_as("log.db", "support"), Marks(marks=(Mark.of(numbered_events(60)[-1], "ask a@b.example"),)))
    async with app_on(log, clock=lambda: NOW, event_filter=ALL_TIME, masking=masking).run_test(size=(160, 48)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("enter")
        detail = pilot.app.screen.query_one("#body", LineList)
        await until(pilot, lambda: "Marked         ask email~" in written(detail), "the masked note")


async def test_marks_of_another_day_are_drawn_when_the_log_is_opened(log: DatabaseAddress) -> None:
    newest = numbered_events(60)[-1]
    save_marks("log.db", Marks().with_mark(Mark.of(newest)))
    app = app_on(log, clock=lambda: NOW, event_filter=ALL_TIME)
    async with app.run_test() as pilot:
        table = await rows_are_shown(pilot)
        await until(pilot, lambda: signs(table)[0] == MARK_AT_CURSOR, "the sign")


def where(app: ActivityApp) -> Callable[[], str | None]:
    table = app.activity_screen.query_one(EventTable)
    return lambda: table.highlighted.id if table.highlighted else None


async def test_the_marks_of_a_list_are_walked_and_those_outside_of_it_are_said_to_be_there(
    log: DatabaseAddress,
) -> None:
    events = numbered_events(60)
    marks = Marks()
    for event in (events[10], events[20], events[40]):
        marks = marks.with_mark(Mark.of(event))
    save_marks("log.db", marks)
    app = app_on(log, clock=lambda: NOW, event_filter=ALL_TIME)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        here = where(app)
        for wanted in (40, 20, 10):
            await pilot.press("apostrophe")
            await until(pilot, lambda wanted=wanted: here() == events[wanted].id, f"the mark at {wanted}")
        await pilot.press("apostrophe")
        await until(pilot, lambda: bool(app._notifications), "a sentence")
        assert "M shows all 3" in next(iter(app._notifications)).message
        await pilot.press("quotation_mark")
        await until(pilot, lambda: here() == events[20].id, "back at 20")
        marking = app.screen.query_one(Marking)
        marking.action_marked("older")
        marking.action_marked("newer")
        await until(pilot, lambda: not app.screen.query_one(EventList).jumping.is_on_the_way, "the last step")
        assert here() == events[20].id, "one to 10, and one back"


@pytest.mark.parametrize("count", [60, 400])
async def test_a_mark_is_gone_to_in_a_log_that_has_grown_since_its_rows_were_read(tmp_path: Path, count: int) -> None:
    events = numbered_events(count)
    save_marks("log.db", Marks().with_mark(Mark.of(events[3])))
    app = app_on(await write_log(tmp_path / "log.db", events), clock=lambda: NOW, event_filter=ALL_TIME)
    async with app.run_test() as pilot:
        table = await rows_are_shown(pilot)
        await write_log(tmp_path / "log.db", [numbered_event(number) for number in range(count, count + 5)])
        await pilot.press("apostrophe")
        await until(pilot, lambda: table.cursor > 0 and table.highlighted is not None, "a jump")
        assert table.highlighted == events[3]
        await until(pilot, lambda: all(worker.is_finished for worker in app.workers), "every question answered")
        assert table.highlighted == events[3]


async def test_the_list_of_marks_leads_to_an_event_that_the_filter_hides(log: DatabaseAddress) -> None:
    events = numbered_events(60)
    save_marks("log.db", Marks().with_mark(Mark.of(events[3], "the first sign of it")))
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all entity:nobody"))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "No event" in str(app.screen.query_one("#notice").render()), "nothing matches")
        await pilot.press("M")
        await until(pilot, lambda: isinstance(app.screen, MarkList), "the list of marks")
        await pilot.press("enter")
        await until(pilot, lambda: where(app)() == events[3].id, "the marked event")


async def test_a_note_that_somebody_else_wrote_is_drawn_harmlessly_and_kept_as_it_is(log: DatabaseAddress) -> None:
    note = "a\x1b]52;c;ZXZpbA==\x07\u202eb"
    save_marks("log.db", Marks().with_mark(Mark.of(numbered_events(60)[-1], note)))
    app = app_on(log, clock=lambda: NOW, event_filter=ALL_TIME)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MarkEvent), "the dialog")
        field = app.screen.query_one(LineInput)
        assert field.render_line(0).text.strip() == "a¿]52;c;ZXZpbA==¿b"
        assert field.value == note


async def test_with_no_mark_there_is_no_list_but_a_sentence(log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=ALL_TIME)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("M")
        await until(pilot, lambda: bool(app._notifications), "a sentence")
        assert "m marks" in next(iter(app._notifications)).message
