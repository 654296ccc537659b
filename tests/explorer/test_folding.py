"""Each trace as one row: the newest of its events in the list, with how many these are and over how long a time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.app import ActivityApp
from explorer.areas.stories import TOO_FAR
from explorer.event_list import EventList
from explorer.link import EventLink
from explorer.trace_screen import TraceScreen
from explorer.widgets.event_table import EventTable
from explorer.widgets.trace_cells import extent_text
from store import DatabaseAddress, Event, TraceExtent, open_writer, parse_filter
from tests.builders import NOON, make_event
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, write_log
from tests.store.plain_log import fold

EVENTS = [
    make_event(
        number,
        occurred_at=NOON + timedelta(milliseconds=100 * number),
        trace_id=None if number % 10 == 0 else f"trace-{number // 10 % 100}-{number % 3}",
        event_name="PLAN_DELETED" if number % 4 == 0 else "PLAN_CREATED",
    )
    for number in range(2_000)
]
"""Traces of six or eight events, some side by side, some a thousand events apart."""

NEWEST_FIRST = EVENTS[::-1]
FOLDED = fold(NEWEST_FIRST)
DELETED = "since:all name:plan.deleted"
Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", EVENTS))


async def shown(log: DatabaseAddress, drive: Drive, query: str = "since:all", link: EventLink | None = None) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter(query), link=link)
    async with app.run_test(size=(160, 40)) as pilot:
        await drive(pilot, await rows_are_shown(pilot))


async def folded(pilot: Pilot[None], table: EventTable) -> None:
    """Fold the traces, or unfold them, and wait for the rows."""
    was, generation = table.traces.is_folded, table.generation
    await pilot.press("asterisk")
    await until(pilot, lambda: table.generation > generation and table.traces.is_folded is not was, "other rows")
    await rows_are_shown(pilot)


def place(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#place", Static).content)


def rows(table: EventTable, count: int) -> list[Event | None]:
    return [table.rows.row(ordinal) for ordinal in range(count)]


def said(app: ActivityApp) -> str:
    return " ".join(notice.message for notice in app._notifications)


async def test_each_trace_is_one_row_and_says_how_far_it_reaches(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await folded(pilot, table)
        assert rows(table, 30) == FOLDED[:30]
        await until(pilot, lambda: "…" not in table.render_line(8).text[-24:], "what is known of the traces")
        for y in range(1, 9):
            trace_id = FOLDED[y - 1].trace_id
            times = [event.occurred_at for event in EVENTS if event.trace_id == trace_id]
            if trace_id is not None:
                extent = TraceExtent(number=len(times), exact=True, first=min(times), last=max(times))
                assert extent_text(extent) in table.render_line(y).text
            assert ("events" in table.render_line(y).text) is (trace_id is not None)
        assert place(pilot).startswith("row 1 of at least ")
        assert "traces folded" in place(pilot)

    await shown(log, drive)


async def test_only_the_events_of_the_list_are_counted(log: DatabaseAddress) -> None:
    listed = [event for event in NEWEST_FIRST if event.event_name == "PLAN_DELETED"]

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await folded(pilot, table)
        assert rows(table, 30) == fold(listed)[:30]
        at = next(y for y in range(1, 10) if fold(listed)[y - 1].trace_id)
        count = sum(event.trace_id == fold(listed)[at - 1].trace_id for event in listed)
        await until(pilot, lambda: f"{count} event" in table.render_line(at).text, "its events in the list")

    await shown(log, drive, DELETED)


async def test_the_whole_list_is_there_on_the_way_down_and_counted_at_its_end(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await folded(pilot, table)
        seen = dict[int, Event | None]()
        while not table.rows.end_is_known or table.cursor < table.rows.end - 1:
            await pilot.press("pagedown")
            await until(pilot, lambda: None not in (table.rows.row(row) for row in table.rows_in_sight), "the rows")
            seen |= {row: table.rows.row(row) for row in table.rows_in_sight}
        assert [seen[row] for row in range(max(seen) - 100, max(seen) + 1)] == FOLDED[-101:]
        assert place(pilot).startswith(f"row {len(FOLDED):,} of {len(FOLDED):,}, traces folded")

    await shown(log, drive)


async def test_folding_stays_at_the_trace_of_the_highlighted_event_and_unfolding_at_the_event(
    log: DatabaseAddress,
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press(*["pagedown"] * 8, "down", "down")
        before = table.highlighted
        assert before is not None
        assert before.trace_id is not None
        await folded(pilot, table)
        assert table.highlighted is not None
        assert table.highlighted.trace_id == before.trace_id
        assert table.highlighted == FOLDED[table.cursor]
        newest = table.highlighted
        await folded(pilot, table)
        assert table.highlighted == newest
        assert table.cursor == NEWEST_FIRST.index(newest)

    await shown(log, drive)


async def test_an_event_too_far_down_is_not_read_down_to_which_is_said_and_unfolding_leads_back_to_it(
    log: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.folding.FARTHEST", 50)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("end")
        await until(pilot, lambda: table.highlighted == EVENTS[0], "the oldest event")
        await pilot.press("up", "up")
        before = table.highlighted
        await folded(pilot, table)
        assert table.cursor == 0
        assert [notice.message for notice in pilot.app._notifications] == [TOO_FAR]
        await folded(pilot, table)
        assert table.highlighted == before == EVENTS[2]
        await pilot.press("end")
        await until(pilot, lambda: table.highlighted == EVENTS[0], "the oldest event once more")
        await folded(pilot, table)
        await pilot.press("down")
        newest = table.highlighted
        await folded(pilot, table)
        assert table.highlighted == newest

    await shown(log, drive)


async def test_enter_opens_the_trace_and_leads_back_to_the_row(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await folded(pilot, table)
        await pilot.press("down")
        assert table.highlighted is not None
        assert table.highlighted.trace_id is not None
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, TraceScreen), "the trace")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, TraceScreen), "the log")
        assert table.traces.is_folded
        assert table.cursor == 1
        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, TraceScreen), "the trace again")
        await until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers), "its events")
        await pilot.press("enter")
        await until(
            pilot, lambda: table.rows.end <= 8 and not table.traces.is_folded, "the list of the trace, unfolded"
        )

    await shown(log, drive)


async def test_a_narrower_list_stays_folded_and_so_does_the_one_before(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await folded(pilot, table)
        await pilot.press("down", "down")
        before = table.highlighted
        assert before is not None
        await pilot.press("plus")
        same_kind = fold([event for event in NEWEST_FIRST if event.event_name == before.event_name])
        await until(pilot, lambda: rows(table, 9) == same_kind[:9], "the narrower list")
        assert table.highlighted == before
        await pilot.press("escape")
        await until(pilot, lambda: rows(table, 9) == FOLDED[:9], "the list before")
        assert table.highlighted == before

    await shown(log, drive)


async def test_going_to_an_event_that_is_folded_away_unfolds_the_list(log: DatabaseAddress) -> None:
    folded_away = next(event for event in NEWEST_FIRST if event not in FOLDED)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await folded(pilot, table)
        await pilot.press("m", "enter")  # the newest event is a row of its own
        await pilot.press("ctrl+o", *EventLink.of(folded_away).text(), "enter")
        await until(pilot, lambda: table.highlighted == folded_away, "the linked event")
        assert not table.traces.is_folded

    await shown(log, drive)


@pytest.mark.parametrize("query", ["since:all text:plan", "since:all trace:trace-99-1"])
async def test_where_traces_cannot_be_folded_the_key_says_so(log: DatabaseAddress, query: str) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("asterisk")
        assert "Traces are not folded where" in said(pilot.app)
        assert not table.traces.is_folded

    await shown(log, drive, query)


async def test_rows_are_not_found_by_their_time_while_traces_are_folded(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await folded(pilot, table)
        await pilot.press("d")
        assert "* unfolds them" in said(pilot.app)
        assert table.cursor == 0

    await shown(log, drive)


async def test_a_new_event_takes_its_trace_to_the_newest_end(tmp_path: Path) -> None:
    log = await write_log(tmp_path / "activity.db", EVENTS[-60:])
    old = fold(EVENTS[-60:][::-1])[5]
    new = make_event(9_000, trace_id=old.trace_id)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await folded(pilot, table)
        count = len(fold(EVENTS[-60:]))
        assert pilot.app.screen.query_one(EventList).asked is not None
        await pilot.press("F")
        async with await open_writer(log) as writer:
            await writer.write([new])
        await until(pilot, lambda: table.rows.row(0) == new, "the new event")
        assert table.rows.end == count
        assert old not in rows(table, count)

    await shown(log, drive)


@pytest.mark.parametrize(
    ("number", "exact", "span", "text"),
    [
        (1, True, timedelta(0), "1 event"),
        (2, True, timedelta(0), "2 events · 0 ms"),
        (12, True, timedelta(seconds=3.44), "12 events · 3.4 s"),
        (12, True, timedelta(milliseconds=23), "12 events · 23 ms"),
        (1_000, False, timedelta(minutes=90), "≥1,000 events · ≥1.5 h"),
        (3, True, timedelta(seconds=150), "3 events · 2.5 min"),
        (3, True, timedelta(days=400), "3 events · 400.0 d"),
    ],
)
def test_what_is_said_of_a_trace(number: int, exact: bool, span: timedelta, text: str) -> None:
    assert extent_text(TraceExtent(number=number, exact=exact, first=NOON, last=NOON + span)) == text
