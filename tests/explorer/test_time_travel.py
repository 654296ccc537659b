"""Ways to move in time: to a moment, an hour, a day or a bar further, into a span of time and out of it again."""

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.areas.time_travel import TimeTravel
from explorer.event_list import EventList
from explorer.messages import EventHighlighted
from explorer.time_spans import last_before, period_of, span_text, time_span_text
from explorer.widgets.event_table import EventTable
from explorer.widgets.histogram_strip import HistogramStrip
from store import DatabaseAddress, Direction, Event, EventFilter, EventPage, Position, TimeRange
from store.sql_repository import SqlEventRepository
from tests.builders import make_event
from tests.explorer.app_under_test import HeldQuestion, app_on, rows_are_shown, until
from tests.logs import NOW, write_log

DAY_ONE = datetime(2026, 11, 10, tzinfo=UTC)
TIMES = [
    *(DAY_ONE + timedelta(hours=9, minutes=number) for number in range(30)),
    *(DAY_ONE + timedelta(hours=10, minutes=number) for number in range(30)),
    *(DAY_ONE + timedelta(days=3, hours=2, minutes=number) for number in range(30)),
    *(DAY_ONE + timedelta(days=9, hours=23, minutes=number) for number in range(200)),
]
MOST_KEYS = 200
BERLIN = ZoneInfo("Europe/Berlin")
Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(scope="module")
def log_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "activity.db"
    events = [make_event(number, occurred_at=moment) for number, moment in enumerate(TIMES)]
    asyncio.run(write_log(path, events))
    return path


async def shown(path: Path, drive: Drive, event_filter: EventFilter | None = None) -> None:
    app = app_on(DatabaseAddress.parse(str(path)), clock=lambda: NOW, event_filter=event_filter)
    async with app.run_test(size=(140, 40)) as pilot:
        await drive(pilot, await rows_are_shown(pilot))


async def arrive(pilot: Pilot[None], table: EventTable, key: str, moment: datetime) -> None:
    """Press a key and wait for the event of `moment` to be highlighted."""
    await pilot.press(key)

    def is_there() -> bool:
        return table.highlighted is not None and table.highlighted.occurred_at == moment

    await until(pilot, is_there, f"{moment} after {key}")


async def test_an_hour_or_a_day_older_is_the_newest_event_of_the_next_one_that_has_any(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await arrive(pilot, table, "o", TIMES[-21])
        await arrive(pilot, table, "d", TIMES[-141])  # the burst began before midnight
        await arrive(pilot, table, "d", TIMES[89])
        await arrive(pilot, table, "d", TIMES[59])
        await arrive(pilot, table, "o", TIMES[29])
        await pilot.press("o")
        await until(pilot, lambda: bool(pilot.app._notifications), "a word that there is no older hour")
        await arrive(pilot, table, "O", TIMES[59])
        await arrive(pilot, table, "D", TIMES[89])

    await shown(log_path, drive)


async def test_a_jump_that_another_follows_at_once_is_not_even_begun(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        travel = pilot.app.screen.query_one(TimeTravel)
        with warnings.catch_warnings(record=True) as unawaited:
            warnings.simplefilter("always")
            travel.action_span("older", "hour")
            travel.action_span("older", "day")
            await until(pilot, lambda: table.highlighted.occurred_at == TIMES[-141], "the newest of the day before")
            gc.collect()
        assert [str(each.message) for each in unawaited] == []

    await shown(log_path, drive)


async def test_a_key_that_is_held_down_leads_on_however_slow_the_log_is(
    log_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.jumping.PATIENCE_SECONDS", 0.0)
    page, pressed, is_held, key = SqlEventRepository.page, 0, True, asyncio.Condition()

    async def three_keys_later(
        repository: SqlEventRepository, event_filter: EventFilter, start: Position, direction: Direction, limit: int
    ) -> EventPage:
        asked_at = pressed
        async with key:
            await key.wait_for(lambda: pressed >= asked_at + 3 or not is_held)
        return await page(repository, event_filter, start, direction, limit)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        nonlocal pressed, is_held
        monkeypatch.setattr(SqlEventRepository, "page", three_keys_later)
        while is_held:
            await pilot.press("o")
            async with key:
                pressed += 1
                is_held = table.highlighted is None or table.highlighted.occurred_at > TIMES[-81]
                key.notify_all()
            assert pressed < MOST_KEYS, "two hours older"
        jumping = pilot.app.screen.query_one(EventList).jumping
        await until(pilot, lambda: not jumping.is_on_the_way, "the last step")
        assert table.highlighted is not None
        assert table.highlighted.occurred_at > TIMES[29], "a step for each answer, and not for each key"

    await shown(log_path, drive)


@pytest.mark.parametrize(("seconds", "taken"), [(60.0, 4), (0.0, 2)], ids=["soon", "late"])
async def test_steps_that_are_wanted_at_once_are_all_taken_and_the_last_of_them_if_that_is_late(
    log_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, taken: int
) -> None:
    monkeypatch.setattr("explorer.jumping.PATIENCE_SECONDS", seconds)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        for _ in range(4):
            pilot.app.screen.query_one(TimeTravel).action_span("older", "hour")
        jumping = pilot.app.screen.query_one(EventList).jumping
        await until(pilot, lambda: not jumping.is_on_the_way, "the last of them")
        newest_of_hours = [TIMES[-1], TIMES[-21], TIMES[-81], TIMES[-141], TIMES[89]]
        assert table.highlighted is not None
        assert table.highlighted.occurred_at == newest_of_hours[taken]

    await shown(log_path, drive)


async def test_a_step_that_is_wanted_on_the_way_to_a_moment_is_taken_from_there(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        jumping = pilot.app.screen.query_one(EventList).jumping
        event = table.rows.row(205)

        async def found() -> Event | None:
            return event

        jumping.to(found)
        pilot.app.screen.query_one(TimeTravel).action_span("older", "hour")
        await until(pilot, lambda: not jumping.is_on_the_way, "the hour before")
        assert event is not None
        assert table.highlighted is not None
        assert (event.occurred_at, table.highlighted.occurred_at) == (TIMES[84], TIMES[59])

    await shown(log_path, drive)


async def test_a_step_begins_at_the_event_that_is_read_while_the_row_gone_to_is_on_its_way(
    log_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: table.rows.end_is_known, "a count")
        pages = [HeldQuestion(monkeypatch, SqlEventRepository, name) for name in ("page", "page_at")]
        await pilot.press("G")
        assert table.highlighted is None
        await pilot.press("o")
        for page in pages:
            page.goes_on.set()
        await until(pilot, lambda: table.highlighted is not None and table.cursor == 20, "the hour before the newest")

    await shown(log_path, drive)


async def test_a_step_is_not_lost_that_is_wanted_when_the_one_before_has_just_been_taken(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        travel, tell = pilot.app.screen.query_one(TimeTravel), table.tell_highlighted

        def told(message: EventHighlighted) -> None:
            tell(message)
            table.tell_highlighted = tell
            asyncio.get_running_loop().call_soon(travel.action_span, "older", "hour")

        table.tell_highlighted = told
        travel.action_span("older", "hour")
        await until(pilot, lambda: table.cursor == 80, "two hours before")

    await shown(log_path, drive)


async def test_who_moves_on_the_way_takes_no_step_behind_it(log_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        page = HeldQuestion(monkeypatch, SqlEventRepository, "page")
        await pilot.press("o", "o", "down")
        page.goes_on.set()
        jumping = pilot.app.screen.query_one(EventList).jumping
        await until(pilot, lambda: not jumping.is_on_the_way, "the step")
        assert table.cursor == 20

    await shown(log_path, drive)


async def test_a_bar_older_or_newer_is_the_next_bar_with_events(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        strip = pilot.app.screen.query_one(HistogramStrip)
        await until(pilot, lambda: bool(strip.columns), "bars")
        seen = [table.highlighted.occurred_at]
        while seen[-1] > TIMES[59]:
            before = table.cursor
            await pilot.press("left_curly_bracket")
            await until(pilot, lambda before=before: table.cursor > before and bool(table.highlighted), "an older bar")
            seen.append(table.highlighted.occurred_at)
        holding = [column for column in strip.columns if column.event_count]
        assert len(seen) == len(holding)
        for moment in reversed(seen[1:-1]):
            await arrive(pilot, table, "right_curly_bracket", moment)

    await shown(log_path, drive)


async def test_at_goes_to_the_event_nearest_to_a_moment(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        for said, moment in (
            ("2026-11-13 02:10:20", TIMES[70]),
            ("2026-11-13 02:10:40", TIMES[71]),
            ("1970-01-01", TIMES[0]),
            ("-1h", TIMES[-1]),
        ):
            await pilot.press("at")
            await pilot.press(*(f"{sign}" for sign in said.replace(" ", "T").lower()))
            await arrive(pilot, table, "enter", moment)

    await shown(log_path, drive)


async def test_going_to_a_moment_outside_of_the_time_of_the_filter_says_so(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("at", *"2026-11-13t02:10:20")
        await arrive(pilot, table, "enter", TIMES[70])
        assert not pilot.app._notifications
        await pilot.press("at", *"2026-10-01", "enter")
        await until(pilot, lambda: bool(pilot.app._notifications), "what there is to say")
        (said,) = pilot.app._notifications
        assert said.message.startswith("2026-10-01 00:00:00 UTC lies outside of the filter's time")

    await shown(log_path, drive, EventFilter(time=TimeRange(since=TIMES[0])))


async def test_a_moment_is_gone_to_in_a_log_that_has_grown_since_its_rows_were_read(tmp_path: Path) -> None:
    events = [make_event(number, occurred_at=moment) for number, moment in enumerate(TIMES)]
    await write_log(tmp_path / "activity.db", events)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        grown = [make_event(number, occurred_at=TIMES[-1] + timedelta(minutes=number)) for number in range(900, 905)]
        await write_log(tmp_path / "activity.db", grown)
        await arrive(pilot, table, "o", TIMES[-21])
        await arrive(pilot, table, "d", TIMES[-141])
        await arrive(pilot, table, "d", TIMES[89])

    await shown(tmp_path / "activity.db", drive)


async def test_what_is_no_moment_is_explained_in_the_dialog_and_goes_nowhere(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("at", *"soon", "enter")
        assert any("That is no time" in str(each.content) for each in pilot.app.screen.query(Static))
        await pilot.press("escape")
        assert table.cursor == 0

    await shown(log_path, drive)


async def test_zooming_in_and_out_keeps_the_highlighted_event_and_ends_with_all_time(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        sentence = pilot.app.screen.query_one("#sentence", Static)
        strip = pilot.app.screen.query_one(HistogramStrip)
        await until(pilot, lambda: bool(strip.columns), "bars")
        await arrive(pilot, table, "d", TIMES[-141])
        for key in ("z", "z", "Z", "Z", "Z", "Z"):
            said = str(sentence.content)
            await pilot.press(key)
            await until(pilot, lambda said=said: str(sentence.content) != said and bool(strip.columns), f"{key} done")
            await until(pilot, lambda: table.highlighted is not None, "rows")
            assert table.highlighted.occurred_at == TIMES[-141]
            if "all time" in str(sentence.content):
                break
        assert "all time" in str(sentence.content)

    await shown(log_path, drive)


async def test_a_selection_of_bars_becomes_the_time_range_and_escape_leads_back(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        strip = pilot.app.screen.query_one(HistogramStrip)
        await until(pilot, lambda: bool(strip.columns), "bars")
        await pilot.press("4", "home")
        await until(pilot, lambda: len(strip.columns) > 2, "bars")
        while strip.columns[strip.cursor].event_count == 0:
            await pilot.press("right")
        await pilot.press("L", "enter")
        await until(pilot, lambda: table.rows.end == 60, "the sixty events of the first day")
        assert table.has_focus
        await pilot.press("escape")
        await until(pilot, lambda: table.rows.end == len(TIMES), "everything again")

    await shown(log_path, drive, EventFilter(time=TimeRange(since=timedelta(days=14))))


async def test_the_histogram_can_be_hidden(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        strip = pilot.app.screen.query_one(HistogramStrip)
        await pilot.press("4", "i")
        await pilot.pause()
        assert not strip.region.area
        assert table.has_focus
        await pilot.press("i")
        await pilot.pause()
        assert strip.region.area

    await shown(log_path, drive)


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(["hour", "day"]), st.sampled_from([UTC, BERLIN]))
def test_a_moment_lies_in_its_own_period(moment: datetime, unit: str, zone: ZoneInfo) -> None:
    begin, end = period_of(moment, unit=unit, zone=zone)
    assert begin <= moment <= end
    assert last_before(end) >= moment


def test_days_are_as_long_as_the_clocks_make_them() -> None:
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-25", 24)):
        begin, end = period_of(datetime.fromisoformat(f"{day}T12:00+01:00"), unit="day", zone=BERLIN)
        assert end - begin == timedelta(hours=hours)


def test_spans_are_said_in_whole_units_and_as_exactly_as_needed() -> None:
    assert [span_text(timedelta(hours=hours)) for hours in (1, 36, 48)] == ["1 hour", "36 hours", "2 days"]
    assert time_span_text(DAY_ONE, DAY_ONE + timedelta(hours=8), UTC) == "2026-11-10 00:00 to 08:00 UTC"
    assert time_span_text(DAY_ONE, DAY_ONE + timedelta(days=1), UTC) == "2026-11-10 00:00 to 2026-11-11 00:00 UTC"
    assert time_span_text(DAY_ONE, DAY_ONE + timedelta(seconds=1), UTC) == "2026-11-10 00:00:00 to 00:00:01 UTC"


async def test_rows_in_sight_are_named_when_the_highlighted_event_is_elsewhere(log_path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        place = pilot.app.screen.query_one("#place", Static)
        assert "in sight" not in str(place.content)
        table.scroll_to(y=200, animate=False)
        row = f"in sight row 201 to {200 + table.size.height - 1} · {TIMES[len(TIMES) - 201]:%Y-%m-%d %H:%M}"
        await until(pilot, lambda: row in str(place.content), row)
        assert str(place.content).startswith("row 1 of 290 ·")

    await shown(log_path, drive)
