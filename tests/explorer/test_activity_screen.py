"""The screen as a user meets it: rows, filters, the detail, links, the way back, and every kind of trouble."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest
from textual import events
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.app import ActivityApp
from explorer.keys import SCREEN_KEYS
from explorer.launch import Launch
from explorer.link import EventLink
from explorer.messages import FilterChanged, NarrowRequested
from explorer.settings import Settings
from explorer.themes import THEMES
from explorer.widgets.event_detail import EventDetail
from explorer.widgets.event_table import EventTable
from explorer.widgets.filter_sidebar import FilterSidebar
from explorer.widgets.panes import Panes
from store import (
    Choice,
    DatabaseAddress,
    DatabaseUnavailable,
    EventFilter,
    EventRepository,
    TimeRange,
    open_repository,
    parse_filter,
)
from tests.explorer.app_under_test import AppUnderTest, answered, app_on, rows_are_shown, until
from tests.logs import NOW, numbered_event, numbered_events, write_log

EVENTS = 1000
ALL_TIME = EventFilter(time=TimeRange(since=None))
Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(scope="module")
def log_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "activity.db"
    asyncio.run(write_log(path, numbered_events(EVENTS)))
    return path


async def shown(path: Path, drive: Drive, size: tuple[int, int] = (140, 40), **launch: object) -> None:
    """Run `drive` on the app, once the first rows of a log of EVENTS events are there."""
    app = app_on(DatabaseAddress.parse(str(path)), clock=lambda: NOW, **launch)
    async with app.run_test(size=size) as pilot:
        await drive(pilot, await rows_are_shown(pilot))


def text_of(app: ActivityApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


def highlighted_id(table: EventTable) -> str | None:
    return table.highlighted.id if table.highlighted else None


async def test_the_newest_event_is_highlighted_first_and_the_count_is_exact(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        assert highlighted_id(table) == f"event-{EVENTS - 1}"
        assert text_of(pilot.app, "#place").startswith("row 1 of 1,000 · 2026-11-21 04:39:00.000 UTC")
        assert "last 30 days" in text_of(pilot.app, "#sentence")

    await shown(log_path, drive)


async def test_keys_reach_the_very_last_event_and_come_back(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        for keys, row in ((["end"], 999), (["home"], 0), (["j", "j", "k"], 1), (["G"], 999), (["g"], 0)):
            await pilot.press(*keys)
            await until(pilot, lambda row=row: highlighted_id(table) == f"event-{999 - row}", f"row {row}")
        await pilot.press("pagedown", "pagedown", "pageup")
        page = table.size.height - 2
        await until(pilot, lambda: highlighted_id(table) == f"event-{999 - page}", "one page older")

    await shown(log_path, drive)


async def test_every_row_can_be_reached_by_paging(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        seen = []
        while table.cursor < EVENTS - 1:
            await until(pilot, lambda: table.highlighted is not None, "a row")
            seen.append((table.cursor, highlighted_id(table)))
            await pilot.press("pagedown")
        assert seen == [(row, f"event-{EVENTS - 1 - row}") for row, _ in seen]
        assert len(seen) > 50

    await shown(log_path, drive)


async def test_a_drag_of_the_scrollbar_reaches_both_ends(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        bar = table.vertical_scrollbar.region
        last = table.rows.end - table.size.height + 1
        for start, end, top in ((bar.y, bar.bottom, last), (bar.bottom - 1, bar.y - 1, 0)):
            await pilot.mouse_down(offset=(bar.x, start))
            await pilot.hover(offset=(bar.x, end))
            await pilot.mouse_up(offset=(bar.x, end))
            await until(pilot, lambda top=top: round(table.scroll_y) == top, f"top row {top}")

    await shown(log_path, drive)


async def test_the_detail_follows_the_table_and_its_arrows_move_the_table(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down", "enter")
        await until(pilot, lambda: pilot.app.screen.query_one(EventDetail).has_focus_within, "focus in the detail")
        await pilot.press("right", "right", "left")
        await until(pilot, lambda: highlighted_id(table) == "event-997", "two older, one newer")
        title = pilot.app.screen.query_one("#title", Static)
        assert str(title.content) == "+ Subscription created"
        await pilot.press("escape")
        await until(pilot, lambda: table.has_focus, "focus in the table")

    await shown(log_path, drive)


async def test_narrowing_from_the_detail_shows_the_entity_s_own_log_and_escape_leads_back(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down", "down")
        await until(pilot, lambda: highlighted_id(table) == "event-997", "two rows down")
        pilot.app.screen.post_message(NarrowRequested("entity_ids", "customer-2"))
        await until(pilot, lambda: "row 1 of 1" in text_of(pilot.app, "#place"), "the entity's own log")
        assert "customer-2" in text_of(pilot.app, "#sentence")
        assert highlighted_id(table) == "event-997"
        await pilot.press("escape")
        await until(pilot, lambda: "row 3 of 1,000" in text_of(pilot.app, "#place"), "the whole log")
        assert highlighted_id(table) == "event-997"

    await shown(log_path, drive)


async def test_a_filter_keeps_the_highlighted_event_or_the_next_older_one(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("pagedown", "pagedown")
        await until(pilot, lambda: table.highlighted is not None and table.cursor > 5, "some way down")
        before = int(str(highlighted_id(table)).removeprefix("event-"))
        pilot.app.screen.post_message(FilterChanged(parse_filter("since:all environment:staging")))
        await until(pilot, lambda: "of 100 " in text_of(pilot.app, "#place"), "staging only")
        assert highlighted_id(table) == f"event-{before - before % 10}"

    await shown(log_path, drive)


async def test_rows_that_arrive_leave_the_highlighted_event_on_its_row(tmp_path: Path) -> None:
    path = tmp_path / "growing.db"
    address = await write_log(path, numbered_events(300))
    app = app_on(address, event_filter=ALL_TIME, clock=lambda: NOW)
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press(*["down"] * 20)
        await until(pilot, lambda: highlighted_id(table) == "event-279", "twenty rows down")
        screen_row = table.screen_row
        await write_log(path, [numbered_event(number) for number in range(300, 350)])
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "row 71 of 350" in text_of(app, "#place"), "fifty newer rows")
        assert highlighted_id(table) == "event-279"
        assert table.screen_row == screen_row


async def test_x_clears_the_filter(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        assert "of 100 " in text_of(pilot.app, "#place")
        await pilot.press("x")
        await until(pilot, lambda: "of 1,000 " in text_of(pilot.app, "#place"), "everything")

    await shown(log_path, drive, event_filter=parse_filter("environment:staging"))


async def test_a_value_picked_in_the_sidebar_narrows_the_table(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("f")
        sidebar = pilot.app.screen.query_one(FilterSidebar)
        await until(pilot, lambda: sidebar.has_focus_within, "focus in the filters")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "of 900 " in text_of(pilot.app, "#place"), "production only")
        await pilot.press("escape")
        await until(pilot, lambda: table.has_focus, "focus in the table")

    await shown(log_path, drive)


async def test_a_link_opens_its_event_in_the_list_it_was_copied_from(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: highlighted_id(table) == "event-490", "the linked event")
        assert "of 100 " in text_of(pilot.app, "#place")

    link = EventLink(event_id="event-490", event_filter=parse_filter("since:all environment:staging"))
    await shown(log_path, drive, link=link)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (140, 40)])
async def test_the_event_of_a_pasted_link_is_in_sight_beside_the_detail_that_opens(
    log_path: Path, size: tuple[int, int]
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        pilot.app.post_message(events.Paste("activity://production/event-400"))
        await until(pilot, lambda: highlighted_id(table) == "event-400", "the event")
        await pilot.pause()
        assert table.cursor in table.rows_in_sight

    await shown(log_path, drive, size)


async def test_a_link_from_a_list_that_has_moved_on_lifts_what_hides_the_event(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: highlighted_id(table) == "event-491", "the linked event")
        assert "all time" in text_of(pilot.app, "#sentence")

    link = EventLink(event_id="event-491", event_filter=parse_filter("since:-1h environment:staging"))
    await shown(log_path, drive, link=link)


@pytest.mark.parametrize(
    ("environment", "query", "said"),
    [
        ("production", "since:all", ""),
        ("production", None, ""),
        (None, None, ""),
        ("staging", None, "The event is not in staging, it is in production."),
        ("production", "since:-1h", "The filter (last hour) does not hold the event: all time is shown."),
        ("staging", "name:no.such", "it is in production. The filter (last 30 days · event no.such) does not hold"),
    ],
)
async def test_a_link_says_what_it_names_and_the_log_does_not_have(
    log_path: Path, environment: str | None, query: str | None, said: str
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: highlighted_id(table) == "event-491", "the linked event")
        assert pilot.app.screen.query_one("#banner").display == bool(said)
        assert said in text_of(pilot.app, "#banner")

    event_filter = None if query is None else parse_filter(query)
    link = EventLink(event_id="event-491", environment=environment, event_filter=event_filter)
    await shown(log_path, drive, link=link)


async def test_a_link_to_an_unknown_event_says_so_and_shows_the_nearest_in_time(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: "no event nowhere" in text_of(pilot.app, "#banner"), "a banner")
        await until(pilot, lambda: pilot.app.screen.query_one("#banner").display, "a banner in sight")
        assert highlighted_id(table) == "event-600"

    link = EventLink(event_id="nowhere", occurred_at=numbered_event(600).occurred_at)
    await shown(log_path, drive, link=link)


async def test_copying_names_the_route_and_shows_the_link_where_none_is_sure(
    log_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for variable in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("y")
        await until(pilot, lambda: "OSC 52" in text_of(pilot.app, "#banner"), "the route")
        assert "activity://" in text_of(pilot.app, "#banner")
        assert EventLink.parse(pilot.app.clipboard).event_id == f"event-{EVENTS - 1}"

    await shown(log_path, drive)


async def test_a_link_template_makes_the_link_an_address_of_the_company_s_own_page(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("y")
        await until(pilot, lambda: bool(pilot.app.clipboard), "a copied link")
        assert pilot.app.clipboard == f"https://app.example/production/activity/event-{EVENTS - 1}"

    template = "https://app.example/{environment}/activity/{id}"
    settings = Settings(link_template=template, clipboard="osc52", time_zone="UTC")
    await shown(log_path, drive, settings=settings)


@pytest.mark.parametrize(
    ("width", "shown_panes"), [(80, set()), (100, {"sidebar", "detail"}), (300, {"sidebar", "detail"})]
)
async def test_panes_are_shown_where_there_is_room(log_path: Path, width: int, shown_panes: set[str]) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        panes = pilot.app.screen.query_one(Panes)
        assert {name for name in ("sidebar", "detail") if panes.is_shown(name)} == shown_panes

    await shown(log_path, drive, size=(width, 24))


async def test_in_a_narrow_terminal_panes_open_over_the_table_and_escape_closes_them(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        panes = pilot.app.screen.query_one(Panes)
        for key, name in (("enter", "detail"), ("f", "sidebar")):
            await pilot.press(key)
            await until(pilot, lambda name=name: panes.holds_focus(name), f"focus in {name}")
            await pilot.press("escape")
            await until(pilot, lambda: table.has_focus, "focus in the table")
            assert not panes.is_shown(name)

    await shown(log_path, drive, size=(80, 24))


async def test_a_filter_that_matches_nothing_says_what_it_is_and_what_to_press(log_path: Path) -> None:
    app = app_on(
        DatabaseAddress.parse(str(log_path)),
        event_filter=EventFilter(entity_ids=Choice(included=("nobody",))),
        clock=lambda: NOW,
    )
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: "No event matches" in text_of(app, "#notice"), "a notice")
        notice = text_of(app, "#notice")
        assert "last 30 days · nobody" in notice and "1,000 events" in notice and "x to clear" in notice
        await pilot.press("x")
        await rows_are_shown(pilot)


async def test_an_empty_log_says_that_it_is_empty_and_how_to_fill_it(tmp_path: Path) -> None:
    app = app_on(await write_log(tmp_path / "empty.db", []))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "This log is empty" in text_of(app, "#notice"), "a notice")
        assert "activity import" in text_of(app, "#notice")


@pytest.mark.parametrize("content", [None, b"not a database" * 50], ids=["missing", "damaged"])
async def test_a_database_that_cannot_be_read_says_why_and_reload_tries_again(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "trouble.db"
    if content is not None:
        path.write_bytes(content)
    app = app_on(DatabaseAddress.parse(str(path)), clock=lambda: NOW)
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: "Cannot read" in text_of(app, "#notice"), "a notice")
        assert "trouble.db" in text_of(app, "#notice")
        path.unlink(missing_ok=True)
        await write_log(path, [numbered_event(0)])
        await pilot.press("ctrl+r")
        table = await rows_are_shown(pilot)
        assert highlighted_id(table) == "event-0"


async def test_the_events_have_the_focus_again_after_a_filter_that_matched_nothing(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        pilot.app.screen.post_message(FilterChanged(parse_filter("entity:nobody")))
        await until(pilot, lambda: not table.display, "a notice in the place of the table")
        await pilot.press("x")
        await until(pilot, lambda: table.display and table.has_focus, "the table with the focus")

    await shown(log_path, drive)


async def test_enter_on_a_trace_or_entity_shows_all_of_it_whatever_the_filter_was(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        pilot.app.screen.post_message(FilterChanged(parse_filter("since:-1h name:customer.updated")))
        await until(pilot, lambda: 0 < table.rows.end < 100, "fewer rows")
        before, here = table.rows.end, highlighted_id(table)
        pilot.app.screen.post_message(NarrowRequested("entity_ids", "customer-0", alone=True))
        await until(pilot, lambda: table.rows.end > before, "its whole log")
        assert text_of(pilot.app, "#sentence").startswith("log.db · all time · customer-0")
        await pilot.press("escape")
        await until(pilot, lambda: table.rows.end == before, "the filter from before")
        await until(pilot, lambda: highlighted_id(table) == here, "the event from before")

    await shown(log_path, drive)


@pytest.mark.parametrize("binding", SCREEN_KEYS, ids=lambda binding: str(binding.id))
async def test_a_key_pressed_before_there_is_anything_to_act_on_does_no_harm(log_path: Path, binding: Binding) -> None:
    app = app_on(DatabaseAddress.parse(str(log_path)), clock=lambda: NOW)
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.press(binding.key.split(",")[0])
        await answered(pilot)
    assert app.return_code in (0, None)


async def test_keys_typed_ahead_reach_the_filters(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        for key in ("f", "tab", "tab"):
            pilot.app.post_message(events.Key(key, None))
        await until(pilot, lambda: getattr(pilot.app.screen.focused, "field", "") == "event_names", "the third control")

    await shown(log_path, drive)


async def test_letters_typed_right_after_the_key_that_leads_to_a_field_are_written_in_it(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: bool(pilot.app.screen.query("Footer")), "the whole screen")
        for key in ("f", *["tab"] * 5, *"customer"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: getattr(pilot.app.screen.focused, "value", "") == "customer", "the letters")

    await shown(log_path, drive)


async def test_a_long_name_of_the_database_leaves_room_for_the_filter(log_path: Path) -> None:
    launch = Launch(Settings(), "postgresql://reader@" + "x" * 200 + "/audit", lambda: open_repository(address))
    address = DatabaseAddress.parse(str(log_path))
    app = AppUnderTest(lambda: launch, clock=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        await rows_are_shown(pilot)
        assert text_of(app, "#sentence").endswith("xx/audit · last 30 days")


class Unreadable:
    """A log that opens, and of which no question is answered."""

    def needs_reading(self, event_filter: EventFilter) -> bool:
        return event_filter.has_text_conditions

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        async def answer(*_questions: object) -> object:
            if name != "close":
                raise DatabaseUnavailable("The line is cut.", "Mend it.")
            return None

        return answer


@pytest.mark.parametrize("query", ["since:-30d", "text:card_declined"])
async def test_a_log_whose_first_rows_cannot_be_read_is_named(query: str) -> None:
    async def opened() -> EventRepository:
        return cast(EventRepository, Unreadable())

    launch = Launch(Settings(), "log.db", opened, parse_filter(query))
    app = AppUnderTest(lambda: launch, clock=lambda: NOW)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "The line is cut." in text_of(app, "#notice"), "the cause")
        assert "Cannot read log.db" in text_of(app, "#notice")


async def test_a_theme_that_there_is_not_is_said_and_the_default_taken(log_path: Path) -> None:
    address = DatabaseAddress.parse(str(log_path))
    launch = Launch(Settings(), "log.db", lambda: open_repository(address))
    app = AppUnderTest(lambda: launch, theme_name="\x1bblurple", clock=lambda: NOW)
    async with app.run_test(size=(100, 30)) as pilot:
        await rows_are_shown(pilot)
        await until(pilot, lambda: len(app._notifications) > 0, "the theme is said not to be there")
        (said,) = app._notifications
        assert said.message.startswith("There is no theme \\x1bblurple. There are ")
        assert app.theme == THEMES["dark"].name
