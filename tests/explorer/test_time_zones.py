"""The times of the list in UTC or in the zone of the settings, on days when the clocks change too."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static
from textual.widgets._toast import Toast

from explorer.app import ActivityApp
from explorer.areas.time_zones import NO_OTHER_ZONE
from explorer.settings import Settings
from explorer.time_spans import LAST_MOMENT, time_span_text
from explorer.time_zone import has_times_of_utc, named_zone
from explorer.widgets.event_table import EventTable
from explorer.widgets.histogram_strip import HistogramStrip
from store import DatabaseAddress, EventFilter, TimeRange
from tests.builders import make_event
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, write_log

BERLIN = named_zone("Europe/Berlin")
CLOCKS_GO_BACK = datetime(2026, 10, 25, 1, tzinfo=UTC)
CLOCKS_GO_FORWARD = datetime(2026, 3, 29, 1, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
Drive = Callable[[ActivityApp, Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    """Events half an hour before and after each change of the clocks."""
    moments = [
        change + step for change in (CLOCKS_GO_FORWARD, CLOCKS_GO_BACK) for step in (-HALF_AN_HOUR, HALF_AN_HOUR)
    ]
    events = [make_event(number, occurred_at=moment) for number, moment in enumerate(moments)]
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", events))


async def shown(log: DatabaseAddress, drive: Drive, *, zone: str = "Europe/Berlin") -> None:
    event_filter = EventFilter(time=TimeRange(since=None))
    app = app_on(log, clock=lambda: NOW, event_filter=event_filter, settings=Settings(time_zone=zone))
    async with app.run_test(size=(140, 36)) as pilot:
        await drive(app, pilot, await rows_are_shown(pilot))


def lines(table: EventTable) -> list[str]:
    """The header and the rows, up to where the event name begins."""
    return [table.render_line(y).text[1:24].rstrip() for y in range(table.rows.end + 1)]


def place(app: ActivityApp) -> str:
    return str(app.screen.query_one("#place", Static).render())


def below_the_bars(app: ActivityApp) -> str:
    strip = app.screen.query_one(HistogramStrip)
    return strip.render_line(strip.content_size.height - 1).text


async def test_one_key_swaps_the_zone_of_the_list_and_swaps_it_back(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        in_utc = (lines(table), place(app), below_the_bars(app))
        assert in_utc[0] == [
            "Time (UTC)",
            "2026-10-25 01:30:00.000",
            "2026-10-25 00:30:00.000",
            "2026-03-29 01:30:00.000",
            "2026-03-29 00:30:00.000",
        ]
        assert in_utc[1].endswith("2026-10-25 01:30:00.000 UTC")
        await pilot.press("T")
        assert lines(table) == [
            "Time (Europe/Berlin)",
            "2026-10-25 02:30:00.000",
            "2026-10-25 02:30:00.000",
            "2026-03-29 03:30:00.000",
            "2026-03-29 01:30:00.000",
        ]
        assert "Europe/Berlin" in below_the_bars(app)
        await pilot.press("T")
        assert (lines(table), place(app), below_the_bars(app)) == in_utc

    await shown(log, drive)


async def test_the_place_tells_the_two_hours_of_one_name_apart(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("T")
        assert place(app).endswith("2026-10-25 02:30:00.000 UTC+01:00")
        await pilot.press("down")
        assert place(app).endswith("2026-10-25 02:30:00.000 UTC+02:00")

    await shown(log, drive)


async def test_another_list_keeps_the_zone(log: DatabaseAddress) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("T", "minus", "u")
        await until(pilot, lambda: table.rows.end == 4, "the list before")
        assert lines(table)[0] == "Time (Europe/Berlin)"

    await shown(log, drive)


async def test_a_day_older_is_one_of_the_zone_that_is_shown(tmp_path: Path) -> None:
    around_midnight = [datetime(2026, 11, 10, 23, tzinfo=UTC) + step for step in (-HALF_AN_HOUR, HALF_AN_HOUR)]
    events = [make_event(number, occurred_at=moment) for number, moment in enumerate(around_midnight)]
    log = await write_log(tmp_path / "activity.db", events)

    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("d")
        await until(pilot, lambda: bool(app._notifications), "no older day in UTC")
        assert table.cursor == 0
        await pilot.press("T", "d")
        await until(pilot, lambda: table.cursor == 1, "the day before in Berlin")

    await shown(log, drive)


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Atlantic/Reykjavik"])
async def test_the_key_says_how_another_zone_is_set_where_there_is_none(log: DatabaseAddress, zone: str) -> None:
    async def drive(app: ActivityApp, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("T")
        assert lines(table)[0] == "Time (UTC)"
        (notice,) = app._notifications
        assert "time_zone" in notice.message
        assert "ACTIVITY_TIME_ZONE" in notice.message

    await shown(log, drive, zone=zone)


async def test_what_a_key_says_again_stands_in_the_place_of_what_it_said(log: DatabaseAddress) -> None:
    def drawn() -> list[str]:
        return [toast._notification.message for toast in app.screen.query(Toast)]

    app = app_on(log, clock=lambda: NOW, settings=Settings(time_zone="UTC"))
    async with app.run_test(notifications=True) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("T")
        await until(pilot, lambda: drawn() == [NO_OTHER_ZONE], "why there is no other zone")
        app.notify("A file was written.")
        await until(pilot, lambda: len(drawn()) == 2, "another sentence")
        await pilot.press("T", "T")
        await until(pilot, lambda: drawn() == ["A file was written.", NO_OTHER_ZONE], "the first one, said anew")


def test_a_zone_with_the_times_of_utc_in_winter_alone_is_another_one() -> None:
    assert not has_times_of_utc(named_zone("Europe/London"), 2026)
    assert has_times_of_utc(UTC, 2026)


def test_a_span_over_a_change_of_the_clocks_says_both_distances_from_utc() -> None:
    hour = timedelta(hours=1)
    assert (
        time_span_text(CLOCKS_GO_BACK - hour, CLOCKS_GO_BACK, BERLIN) == "2026-10-25 02:00 UTC+02:00 to 02:00 UTC+01:00"
    )
    assert time_span_text(CLOCKS_GO_BACK, CLOCKS_GO_BACK + hour, BERLIN) == "2026-10-25 02:00 to 03:00 UTC+01:00"
    assert (
        time_span_text(CLOCKS_GO_FORWARD - hour, CLOCKS_GO_FORWARD, BERLIN)
        == "2026-03-29 01:00 UTC+01:00 to 03:00 UTC+02:00"
    )


def test_a_span_that_reaches_to_the_end_of_the_calendar_is_told_where_a_zone_has_no_date_for_it() -> None:
    assert time_span_text(CLOCKS_GO_BACK, LAST_MOMENT, BERLIN).endswith("9999-12-31 23:59:59.999999 UTC")
