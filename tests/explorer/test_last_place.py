"""A log opens where it was left, says so, and leads to the newest events with one key; or it says why it does not."""

import asyncio
import json
import stat
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.app import ActivityApp
from explorer.commands.explore import launch
from explorer.last_place import LastPlace, place_file
from explorer.saved_views import SUPPLIED
from explorer.settings import Settings
from explorer.widgets.event_table import EventTable
from store import DatabaseAddress, Event, EventFilter, Masking, QuestionTooLong, parse_filter
from tests.explorer.app_under_test import AppUnderTest, app_on, rows_are_shown, until
from tests.logs import NOW, numbered_event, numbered_events, write_log

EVENTS = 60
SIZE = (120, 36)
LATER = NOW + timedelta(hours=9)
Drive = Callable[[AppUnderTest, Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(EVENTS)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "places" / "log.json"


def content(file: Path) -> bytes | None:
    """What is kept, None for nothing."""
    return file.read_bytes() if file.exists() else None


def change(file: Path, query: str) -> None:
    """Let the filter that is kept be this text."""
    file.write_text(json.dumps(json.loads(file.read_text()) | {"query": query}))


async def started(log: DatabaseAddress, file: Path, drive: Drive | None = None, **options: Any) -> None:
    """Start the app as without a filter, drive it, and leave it."""
    app = app_on(log, **{"clock": lambda: NOW, "last_place": LastPlace(file, leads=True), **options})
    async with app.run_test(size=SIZE) as pilot:
        table = await rows_are_shown(pilot)
        if drive is not None:
            await drive(app, pilot, table)


def filter_of(app: ActivityApp) -> EventFilter | None:
    now = app.activity_screen.shown() if app.activity_screen else None
    return now.event_filter if now else None


def banner(app: ActivityApp) -> str:
    said = app.screen.query_one("#banner", Static)
    return str(said.render()) if said.display else ""


async def test_it_opens_with_the_filter_and_the_event_on_its_row_and_esc_leads_to_the_newest_events(
    log: DatabaseAddress, file: Path
) -> None:
    left: list[tuple[Event | None, int]] = []

    async def leave(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*("j",) * 12, "ctrl+d", "k", "k")
        left.append((table.highlighted, table.screen_row))

    async def come_back(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert filter_of(app) == parse_filter("since:all -name:sync.failed")
        assert (table.highlighted, table.screen_row) == left[0]
        assert banner(app) == ("Where you were at 2026-11-21 00:00:00 UTC. esc shows the newest events.")
        await pilot.press("escape")
        await until(pilot, lambda: filter_of(app) == EventFilter() and table.cursor == 0, "the newest events")
        await rows_are_shown(pilot)
        assert table.highlighted is not None and table.highlighted.id == f"event-{EVENTS - 1}"
        assert banner(app) == ""
        await pilot.press("U")
        await until(pilot, lambda: table.highlighted == left[0][0], "where it was left")

    await started(
        log, file, leave, event_filter=parse_filter("since:all -name:sync.failed"), last_place=LastPlace(file)
    )
    await started(log, file, come_back, clock=lambda: LATER)


@pytest.mark.parametrize("keys", [("G",), ("ctrl+f", "ctrl+f", "k"), ("j", "j")])
async def test_the_event_is_on_its_row_wherever_that_is(
    log: DatabaseAddress, file: Path, keys: tuple[str, ...]
) -> None:
    left: list[tuple[Event | None, range]] = []

    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*keys)
        left.append((table.highlighted, table.rows_in_sight))

    async def come_back(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert table.highlighted == left[0][0]
        assert table.rows_in_sight.start in (left[0][1].start, left[0][1].start + 1)  # the banner takes a line
        assert table.cursor in table.rows_in_sight

    await started(log, file, move)
    await started(log, file, come_back)


async def test_what_is_left_at_the_newest_event_of_the_last_30_days_opens_as_ever(
    log: DatabaseAddress, file: Path
) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down", "down")

    async def move_back(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert table.cursor == 2
        await pilot.press("g")

    await started(log, file, move)
    assert content(file) is not None
    await started(log, file, move_back)
    assert content(file) is None


async def test_a_span_of_time_is_still_one_and_an_event_that_has_left_it_is_told_of(
    log: DatabaseAddress, file: Path
) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down", "down", "down")

    async def come_back(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert filter_of(app) == parse_filter("since:-12h")
        assert table.cursor == 0
        assert "is not in this list any more" in banner(app)
        assert "esc shows the newest events" in banner(app)

    hours = timedelta(hours=11, minutes=58)
    await started(log, file, move, event_filter=parse_filter("since:-12h"))
    await started(log, file, come_back, clock=lambda: numbered_event(EVENTS - 1).occurred_at + hours)


async def test_an_event_that_was_pruned_is_told_of(log: DatabaseAddress, file: Path, tmp_path: Path) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("G")

    async def come_back(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert table.cursor == 0
        assert filter_of(app) == EventFilter()
        assert "is not in this list any more" in banner(app)
        assert "esc" not in banner(app)

    await started(log, file, move)
    pruned = await write_log(tmp_path / "pruned.db", numbered_events(EVENTS)[EVENTS // 2 :])
    await started(pruned, file, come_back)


async def test_a_filter_that_cannot_be_read_any_more_is_told_of(log: DatabaseAddress, file: Path) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down")

    async def come_back(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert (filter_of(app), table.cursor) == (EventFilter(), 0)
        assert "The filter cannot be read any more" in banner(app)
        assert "The newest events are shown instead." in banner(app)

    await started(log, file, move)
    await asyncio.to_thread(change, file, "since:whenever")
    await started(log, file, come_back)


async def test_a_search_begins_anew_and_says_so(log: DatabaseAddress, file: Path) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down", "down")

    async def come_back(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert filter_of(app) == parse_filter("since:all payload.plan.id:plan-growth")
        assert table.cursor == 0
        assert "It is searched for again" in banner(app)

    await started(log, file, move, event_filter=parse_filter("since:all payload.plan.id:plan-growth"))
    await started(log, file, come_back)


async def test_an_event_that_takes_too_long_to_look_for_does_not_keep_a_log_closed(
    log: DatabaseAddress, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down")

    async def come_back(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert (filter_of(app), table.cursor) == (EventFilter(), 0)
        assert "took too long" in banner(app)

    async def too_long(*_: object) -> bool:
        raise QuestionTooLong("It took too long.")

    await started(log, file, move)
    monkeypatch.setattr("explorer.landing.is_at", too_long)
    await started(log, file, come_back)


async def test_a_filter_that_a_masking_does_not_answer_is_told_of(log: DatabaseAddress, file: Path) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down")

    async def come_back(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert (filter_of(app), table.cursor) == (EventFilter(), 0)
        assert "The newest events are shown instead." in banner(app)

    await started(log, file, move, event_filter=parse_filter("actor:dana@northlake.example"))
    await started(log, file, come_back, masking=Masking(name="support", key=b"0" * 32))


async def test_the_zone_of_the_times_is_kept_with_the_place(log: DatabaseAddress, file: Path) -> None:
    async def swap(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await until(pilot, lambda: bool(app.screen.query("Footer")), "the keys")
        await pilot.press("T")
        await until(pilot, lambda: table.zone is not UTC, "another zone")

    async def come_back(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert str(table.zone) == "Asia/Tokyo"
        assert banner(app) == ""

    settings = Settings(time_zone="Asia/Tokyo")
    await started(log, file, swap, settings=settings)
    await started(log, file, come_back, settings=settings)


async def test_what_the_app_failed_at_is_not_opened_again(
    log: DatabaseAddress, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down")

    async def fail(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down")
        app.fault = RuntimeError()

    await started(log, file, move)
    await started(log, file, fail)
    assert content(file) is None


async def test_of_a_filter_whose_rows_are_still_on_their_way_no_event_is_kept(
    log: DatabaseAddress, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def leave_early(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down", "down")
        monkeypatch.setattr("explorer.event_list.rows_around", never)
        await pilot.press("slash", *"name:plan.deleted", "enter")
        await until(pilot, lambda: filter_of(app) == parse_filter("name:plan.deleted"), "the filter")

    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    await started(log, file, leave_early)
    kept = json.loads(content(file) or b"")
    assert (kept["query"], kept["event_id"], kept["screen_row"]) == ("name:plan.deleted", None, 0)


async def test_a_place_is_kept_while_the_log_that_it_is_in_is_away(
    log: DatabaseAddress, file: Path, tmp_path: Path
) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down")

    await started(log, file, move)
    kept = content(file)
    away = app_on(DatabaseAddress.parse(str(tmp_path / "away.db")), last_place=LastPlace(file, leads=True))
    async with away.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "Cannot read" in str(away.screen.query_one("#notice", Static).render()), "a notice")
    assert content(file) == kept


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_nobody_else_can_read_it(log: DatabaseAddress, file: Path) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down")

    asyncio.run(started(log, file, move))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [each.name for each in file.parent.iterdir()] == ["log.json"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\xff",
        b"[]",
        b"7",
        b'{"query": 7}',
        b'{"query": "", "left_at": "never", "event_id": null, "screen_row": 0, "is_local": false}',
        b'{"query": "", "left_at": "0001-01-01T00:00:00+14:00", "event_id": null, "screen_row": 0, "is_local": false}',
        b'{"query": "", "left_at": "2026-11-21T00:00:00+00:00", "event_id": "x", "screen_row": 0, "is_local": false}',
        b'{"query": "name:x", "left_at": "2026-11-21T00:00Z", "event_id": null, "screen_row": true, "is_local":0}',
        b"[" * 9000,
    ],
)
def test_what_cannot_be_read_leads_nowhere(log: DatabaseAddress, file: Path, broken: bytes) -> None:
    async def look(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        assert (filter_of(app), table.cursor, banner(app)) == (EventFilter(), 0, "")

    file.parent.mkdir(parents=True)
    file.write_bytes(broken)
    asyncio.run(started(log, file, look))


def test_a_folder_that_cannot_be_written_is_done_without(log: DatabaseAddress, tmp_path: Path) -> None:
    async def move(app: AppUnderTest, pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("down")

    (tmp_path / "state").write_text("a file")
    asyncio.run(started(log, tmp_path / "state" / "log.json", move))


def test_only_a_start_without_a_filter_leads_there_and_the_sample_log_begins_anew_each_time(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(log.path)

    def last_place(*words: str | None) -> tuple[Path | None, bool]:
        place = launch(*words).last_place
        return place._file, place._leads

    file = place_file(path)
    assert last_place(path, None, None) == (file, True)
    assert last_place(path, None, "customer-1") == (file, False)
    assert last_place(path, "activity://production/event-1", None) == (file, False)
    assert last_place(path, None, None, SUPPLIED[0].name) == (file, False)
    assert last_place("demo", None, None) == (None, False)
    monkeypatch.setenv("ACTIVITY_OPEN_AT", "newest")
    assert last_place(path, None, None) == (None, False)
    monkeypatch.setenv("ACTIVITY_OPEN_AT", "last")
    monkeypatch.setenv("ACTIVITY_DATABASE", "demo")
    assert last_place(None, None, None) == (None, False)
