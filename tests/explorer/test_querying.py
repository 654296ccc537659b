"""The filter as a line of text in the app: opened, written, applied, and never different from the sidebar."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.areas import querying
from explorer.launch import Launch
from explorer.messages import FilterChanged
from explorer.settings import Settings
from explorer.visible import visible
from explorer.widgets.event_table import EventTable
from explorer.widgets.filter_sidebar import FilterSidebar
from explorer.widgets.query_box import QueryBox
from explorer.widgets.query_input import QueryInput
from store import Choice, DatabaseAddress, EventFilter, EventRepository, open_repository, parse_filter
from tests.explorer.app_under_test import AppUnderTest, answered, app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log

Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]
HOSTILE = 'a\x1b]52;c;aGk=\x07\n"\u202e'


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(60)))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no further key."""
    monkeypatch.setattr(querying, "DEBOUNCE_SECONDS", 0)


async def shown(log: DatabaseAddress, drive: Drive, **launch: object) -> None:
    app = app_on(log, clock=lambda: NOW, **launch)
    async with app.run_test(size=(140, 40)) as pilot:
        await drive(pilot, await rows_are_shown(pilot))


def line(pilot: Pilot[None]) -> QueryInput:
    return pilot.app.screen.query_one(QueryInput)


def note(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one(".query-box--note", Static).content)


def sentence(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#sentence", Static).content)


async def test_a_written_filter_is_applied_on_enter_and_shown_by_the_sidebar(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash", *"name:plan.deleted since:all")
        assert table.rows.end == 60, "nothing is applied before enter"
        await pilot.press("enter")
        await until(pilot, lambda: table.rows.end == 10, "the ten plans")
        assert table.has_focus
        assert not pilot.app.screen.query_one(QueryBox).display
        changed = pilot.app.screen.query_one(FilterSidebar)._filter
        assert changed == parse_filter("name:plan.deleted since:all")

    await shown(log, drive)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (("slash", "x", "y", "q"), "xyq"),
        (("slash", "x", "ctrl+u", "y", "q"), "yq"),
        (("slash", "x", "y", "backspace", "q"), "xq"),
        (("slash", "x", "left", "y"), "yx"),
    ],
)
async def test_what_is_typed_in_one_moment_acts_in_its_order(
    log: DatabaseAddress, typed: tuple[str, ...], written: str
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: bool(pilot.app.screen.query("Footer")), "the whole screen")
        for key in typed:
            pilot.app.post_message(events.Key(key, "/" if key == "slash" else key if len(key) == 1 else None))
        await until(
            pilot, lambda: bool(pilot.app.screen.query(QueryInput)) and line(pilot).value == written, "the keys"
        )

    await shown(log, drive)


async def test_what_is_pasted_right_before_enter_is_applied(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        pilot.app.post_message(events.Key("slash", "/"))
        pilot.app.post_message(events.Paste("name:plan.deleted since:all"))
        pilot.app.post_message(events.Key("enter", None))
        await until(pilot, lambda: table.rows.end == 10, "the ten plans")

    await shown(log, drive)


async def test_the_line_says_what_it_means_and_how_many_events_that_are(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash", *"name:plan.deleted")
        await until(pilot, lambda: note(pilot) == "= last 30 days · event Plan deleted · 10 events", "the count")
        assert sentence(pilot) == "log.db · last 30 days"

    await shown(log, drive)


async def test_an_open_line_follows_every_change_of_the_filter(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash")
        assert line(pilot).value == "entity:customer-1 "
        changed = EventFilter(entity_ids=Choice(included=("customer-2",)))
        pilot.app.screen.query_one(FilterSidebar).post_message(FilterChanged(changed))
        await until(pilot, lambda: line(pilot).value == "entity:customer-2 ", "the changed filter")

    await shown(log, drive, event_filter=EventFilter(entity_ids=Choice(included=("customer-1",))))


async def test_what_is_being_written_stays_when_the_same_filter_is_read_again(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash", *"text:half")
        generation = table.generation
        await pilot.press("ctrl+r")
        await until(pilot, lambda: table.generation > generation and table.rows.end_is_known, "the rows anew")
        assert line(pilot).value == "since:all text:half"

    await shown(log, drive, event_filter=parse_filter("since:all"))


async def test_that_it_is_another_log_by_now_is_said_where_a_draft_is_counted(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await write_log(tmp_path / "other.db", numbered_events(20))
        (tmp_path / "other.db").replace(tmp_path / "log.db")
        await pilot.press("slash", *"text:")
        await until(pilot, lambda: table.rows.end == 20, "its rows")
        assert "Another file has taken the place" in str(pilot.app.screen.query_one("#banner", Static).content)
        assert line(pilot).value == "since:all text:"

    await shown(
        await write_log(tmp_path / "log.db", numbered_events(60)), drive, event_filter=parse_filter("since:all")
    )


async def test_a_mistake_is_underlined_with_its_reason_and_applies_nothing(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash", *"name:plan.deleted nam:x", "enter")
        assert line(pilot).mistake == (18, 21)
        assert note(pilot) == "There is no field nam. Did you mean name:?"
        underlined = [text for text, style, _ in line(pilot).render_line(0) if style and style.underline]
        assert "".join(underlined) == "nam"
        await answered(pilot)
        assert line(pilot).has_focus
        assert table.rows.end == 60
        await pilot.press(*["backspace"] * 5)
        assert line(pilot).mistake is None

    await shown(log, drive)


@pytest.mark.parametrize("written", ["ORDER-12", "name:x ANDROID", "NOTE", "-name:plan"])
async def test_a_word_that_goes_on_is_no_mistake_on_the_way(log: DatabaseAddress, written: str) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash")
        for character in written:
            await pilot.press(character)
            assert line(pilot).mistake is None, line(pilot).value
            assert not pilot.app.screen.query("QueryBox.-mistaken"), line(pilot).value

    await shown(log, drive)


@pytest.mark.parametrize("key", ["space", "enter"])
@pytest.mark.parametrize("written", ["OR", "-nam"])
async def test_a_word_that_is_none_of_a_filter_is_a_mistake_once_it_ends(
    log: DatabaseAddress, written: str, key: str
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash", *written, key)
        assert line(pilot).mistake == (0, len(written))
        assert pilot.app.screen.query("QueryBox.-mistaken")

    await shown(log, drive)


async def test_a_mistake_is_told_to_its_end_in_a_narrow_terminal_and_then_gives_the_room_back(
    log: DatabaseAddress,
) -> None:
    async with app_on(log, clock=lambda: NOW).run_test(size=(80, 30)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("slash", *"colour:x", "enter")
        said = pilot.app.screen.query_one(".query-box--note", Static)
        await until(pilot, lambda: said.size.height > 1, "several lines")
        lines = ["".join(segment.text for segment in strip) for strip in said.render_lines(said.size.region)]
        assert "belongs_to, text, payload; write one" in " ".join(map(str.strip, lines))
        assert lines[-1].strip().endswith("in double quotes.")
        assert not any("…" in each for each in lines)
        await pilot.press(*["backspace"] * 8)
        await until(pilot, lambda: said.size.height == 1, "one line")


async def test_escape_leaves_the_filter_as_it_is_and_leads_back_to_where_one_was(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("enter")
        came_from = pilot.app.screen.focused
        assert came_from is not table
        await pilot.press("slash", *"name:x", "escape")
        await until(pilot, lambda: pilot.app.screen.focused is came_from, "the focus back")
        assert sentence(pilot) == "log.db · last 30 days"
        await pilot.press("slash")
        assert line(pilot).value == "", "what was left is not applied later"

    await shown(log, drive)


async def test_pasted_text_of_several_lines_is_one_line_without_what_terminals_obey(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash")
        line(pilot).post_message(events.Paste("name:plan.deleted\n  actor:x\x1b[31m\u202e\r\nsince:all\n"))
        await pilot.pause()
        assert line(pilot).value == "name:plan.deleted actor:x[31m since:all"
        line(pilot).post_message(events.Paste("x" * 1_000_000))
        await pilot.pause()
        assert line(pilot).value == "name:plan.deleted actor:x[31m since:all"

    await shown(log, drive)


async def test_a_filter_of_hostile_values_is_drawn_safely_and_stays_what_it_is(log: DatabaseAddress) -> None:
    hostile = EventFilter(entity_ids=Choice(included=(HOSTILE,)))

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        pilot.app.screen.query_one(FilterSidebar).post_message(FilterChanged(hostile))
        await until(pilot, lambda: "a\\x1b" in sentence(pilot), "the hostile filter")
        await pilot.press("slash")
        drawn = line(pilot).render_line(0).text
        assert visible(drawn) == drawn
        assert pilot.app.screen.query_one(QueryBox).read() == hostile

    await shown(log, drive)


async def test_one_question_at_the_most_is_on_its_way_while_a_filter_is_written(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash")
        for key in "name:plan.deleted":
            await pilot.press(key)
            asked = [worker for worker in pilot.app.workers if worker.group == "preview" and not worker.is_finished]
            assert len(asked) <= 1

    await shown(log, drive)


async def test_a_query_can_be_written_before_the_log_is_open(log: DatabaseAddress) -> None:
    gate = asyncio.Event()

    async def opened() -> EventRepository:
        await gate.wait()
        return await open_repository(log)

    app = AppUnderTest(lambda: Launch(Settings(), "log.db", opened), clock=lambda: NOW)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.activity_screen is not None and app.activity_screen.is_current, "the screen")
        await pilot.press("slash", *"quit", "enter")
        box = app.screen.query_one(QueryBox)
        await until(pilot, lambda: "No log is open yet" in note(pilot), "why nothing is shown")
        gate.set()
        await rows_are_shown(pilot)
        assert (box.display, box.text) == (True, "quit")
        await until(pilot, lambda: note(pilot).endswith(" · 0 events"), "what it means in the log that is open now")
        await pilot.press("ctrl+u", *"name:plan.deleted", "enter")
        await until(pilot, lambda: not box.display, "the list of the query")
    assert app.return_code in (0, None)


@pytest.mark.parametrize("key", ["slash", "greater_than_sign", "n", "m"])
async def test_a_key_right_behind_the_one_that_quits_does_nothing(tmp_path: Path, key: str) -> None:
    address = await write_log(tmp_path / "log.db", numbered_events(3))
    app = app_on(address, clock=lambda: NOW)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("q", key)
    assert app.return_code == 0


async def test_the_footer_names_no_key_that_is_a_letter_of_the_query(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash")
        await until(pilot, lambda: pilot.app.focused is line(pilot), "focus in the query")
        await until(pilot, lambda: "escape" in pilot.app.screen.active_bindings, "the keys of the query")
        offered = [active.binding for active in pilot.app.screen.active_bindings.values() if active.binding.show]
        assert {pilot.app.get_key_display(binding) for binding in offered} == {"tab", "esc", "^q", "f1"}

    await shown(log, drive)
