"""A log that goes away while it is read: what is on screen stays and is dated, and everything goes on by itself."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from textual.pilot import Pilot
from textual.timer import Timer
from textual.widgets import Static

from explorer.areas.following import Following
from explorer.areas.problems import MOST_SECONDS, Problems
from explorer.launch import Launch
from explorer.messages import QuestionFailed
from explorer.settings import Settings
from explorer.widgets.event_table import EventTable
from store import (
    DatabaseAddress,
    DatabaseUnavailable,
    EventRepository,
    ExportMistake,
    MappingProblem,
    QuestionTooLong,
    StoreError,
    TargetProblem,
    open_repository,
    open_writer,
    parse_filter,
)
from store.session_orders import POSTGRES_ORDERS, SQLITE_ORDERS
from tests.explorer.app_under_test import AppUnderTest, app_on, rows_are_shown, until
from tests.explorer.test_snapshots import Compare, after
from tests.logs import NOW, numbered_event, numbered_events, write_log
from tests.postgres_line import line_to
from tests.postgres_server import OwnServer

EVENTS = 300
Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.areas.following.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("explorer.areas.problems.FIRST_SECONDS", 0.02)
    monkeypatch.setattr("explorer.areas.problems.MOST_SECONDS", 0.1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


async def read(address: DatabaseAddress, drive: Drive, filter_text: str = "since:all") -> None:
    """Run `drive` on the app with the fourth row of a log of EVENTS events highlighted."""
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter(filter_text))
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        await pilot.press("down", "down", "down")
        await drive(pilot, table)


def banner(pilot: Pilot[None]) -> str:
    """What is said over the rows; nothing while nothing is."""
    said = pilot.app.screen.query_one("#banner", Static)
    return str(said.content) if said.display else ""


def notice(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#notice", Static).content)


def highlighted_id(table: EventTable) -> str | None:
    return table.highlighted.id if table.highlighted else None


async def hold_rows_stay(pilot: Pilot[None], table: EventTable, cause: str) -> None:
    """The cause is said, the rows are dated and can be read, and so is the event."""
    await until(pilot, lambda: cause in banner(pilot), cause)
    assert "Rows as of 2026-11-21 00:00:00 UTC." in banner(pilot)
    assert "It is tried again within 1 second; ctrl+r tries at once." in banner(pilot)
    before = highlighted_id(table)
    await pilot.press("down", "enter")
    await until(pilot, lambda: pilot.app.screen.query_one("#detail").has_focus_within, "the event to read")
    await pilot.press("escape")
    await until(pilot, lambda: table.has_focus, "the rows")
    await pilot.press("up")
    assert highlighted_id(table) == before
    assert table.display and all(table.rows.row(row) for row in table.rows_in_sight)


async def hold_it_goes_on(pilot: Pilot[None], table: EventTable, event_id: str) -> None:
    """By itself, at the same event."""
    await until(pilot, lambda: banner(pilot).startswith("The log answers again."), "the end of it")
    assert highlighted_id(table) == event_id
    await until(pilot, lambda: table.rows.end_is_known, "a count")


async def test_a_deleted_file_is_missed_and_read_on_when_it_is_back(path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        aside = path.with_name("aside.db")
        path.rename(aside)
        await pilot.press("ctrl+r")
        await hold_rows_stay(pilot, table, "log.db is gone")
        await write_log(aside, [numbered_event(EVENTS)])
        aside.rename(path)
        await hold_it_goes_on(pilot, table, "event-296")
        assert table.rows.end == EVENTS + 1

    await read(await write_log(path, numbered_events(EVENTS)), drive)


async def test_rows_are_not_taken_for_the_answer_of_another_filter(path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        aside = path.with_name("aside.db")
        path.rename(aside)
        await pilot.press("+")
        await until(pilot, lambda: "log.db is gone" in notice(pilot) and not table.display, "a notice for the rows")
        assert banner(pilot) == ""
        assert str(pilot.app.screen.query_one("#place", Static).content) == ""
        await pilot.press("u")
        await until(pilot, lambda: "log.db is gone" in banner(pilot) and table.display, "the rows of that filter")
        aside.rename(path)
        await hold_it_goes_on(pilot, table, "event-296")

    await read(await write_log(path, numbered_events(EVENTS)), drive)


@pytest.mark.parametrize("is_followed", [False, True], ids=["read again", "followed"])
async def test_a_file_in_the_place_of_another_is_shown_and_said_to_be_one(path: Path, is_followed: bool) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        other = path.with_name("other.db")
        await write_log(other, numbered_events(200))
        if is_followed:
            await pilot.press("F")
            await until(pilot, lambda: pilot.app.screen.query_one(Following)._seen is not None, "a first look")
        other.replace(path)
        if not is_followed:
            await pilot.press("ctrl+r")
        await until(pilot, lambda: "Another file has taken the place" in banner(pilot), "another file")
        await until(pilot, lambda: table.rows.end == 200, "its rows")
        assert "Its events are shown." in banner(pilot)
        if is_followed:
            await write_log(path, [numbered_event(200)])
            await until(pilot, lambda: highlighted_id(table) == "event-200", "what comes into it")

    await read(await write_log(path, numbered_events(EVENTS)), drive)


async def test_rows_that_were_searched_for_stay_when_the_search_cannot_be_made_again(path: Path) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        before = highlighted_id(table)
        path.rename(path.with_name("aside.db"))
        await pilot.press("ctrl+r")
        await hold_rows_stay(pilot, table, "log.db is gone")
        assert highlighted_id(table) == before
        path.with_name("aside.db").rename(path)
        await until(pilot, lambda: banner(pilot).startswith("The log answers again."), "the end of it")

    await read(await write_log(path, numbered_events(EVENTS)), drive, "since:all text:acme")


async def test_a_log_that_is_locked_when_it_is_opened_opens_as_soon_as_it_is_free(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = replace(SQLITE_ORDERS, reader_settings=["PRAGMA busy_timeout=20"])
    monkeypatch.setattr("store.dialect.Sqlite.orders", orders)
    address = await write_log(path, numbered_events(EVENTS))
    writer = sqlite3.connect(path, isolation_level=None)
    for order in ("PRAGMA locking_mode=EXCLUSIVE", "BEGIN IMMEDIATE"):
        writer.execute(order)
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: "Another program is writing" in notice(pilot), "a lock")
        assert "It is tried again within 1 second; ctrl+r tries at once." in notice(pilot)
        writer.close()
        table = await rows_are_shown(pilot)
        assert highlighted_id(table) == "event-299"


@pytest.mark.parametrize("url", ["missing.db", "postgresql://nobody:wrong@{server}"], ids=["no file", "no such user"])
async def test_a_name_or_a_password_that_is_wrong_from_the_beginning_is_not_tried_again_and_again(
    tmp_path: Path, postgres_url: str, url: str
) -> None:
    address = DatabaseAddress.parse(url.format(server=postgres_url.partition("@")[2]))
    async with app_on(address, clock=lambda: NOW).run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: "Cannot read" in notice(pilot), "a problem")
        assert "Press ctrl+r to try again." in notice(pilot)
        assert pilot.app.screen.query_one(Problems)._next is None


async def test_it_is_asked_less_and_less_often_and_at_once_by_a_key(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    set_timer = Problems.set_timer

    def set_timer_soon(self: Problems, delay: float, *arguments: Any, **options: Any) -> Timer:
        waits.append(delay)
        return set_timer(self, 0.001 if len(waits) < 9 else 1_000, *arguments, **options)

    monkeypatch.setattr("explorer.areas.problems.FIRST_SECONDS", 0.5)
    monkeypatch.setattr("explorer.areas.problems.MOST_SECONDS", MOST_SECONDS)
    monkeypatch.setattr(Problems, "set_timer", set_timer_soon)

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        path.rename(path.with_name("aside.db"))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: len(waits) == 9, "nine attempts")
        assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
        assert "tried again within 30 seconds" in banner(pilot)
        path.with_name("aside.db").rename(path)
        await pilot.press("ctrl+r")
        await hold_it_goes_on(pilot, table, "event-296")

    await read(await write_log(path, numbered_events(EVENTS)), drive)


async def test_a_server_that_is_started_again_is_read_on_and_followed_on(own_server: OwnServer) -> None:
    address = DatabaseAddress.parse(own_server.create_database())

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        own_server.halt()
        await pilot.press("ctrl+r")
        await hold_rows_stay(pilot, table, "cannot be reached")
        own_server.start()
        await hold_it_goes_on(pilot, table, "event-296")
        await pilot.press("F")
        await until(pilot, lambda: pilot.app.screen.query_one(Following)._seen is not None, "a first look")
        await pilot.press("down")
        own_server.halt()
        await hold_rows_stay(pilot, table, "cannot be reached")
        own_server.start()
        await hold_it_goes_on(pilot, table, "event-298")  # else the list itself could read what comes in
        async with await open_writer(address) as writer:
            await writer.write(list(map(numbered_event, range(EVENTS, EVENTS + 5))))
        place = pilot.app.screen.query_one("#place", Static)
        await until(pilot, lambda: str(place.content).startswith("paused · 5 new · row 7 of 305 "), "what came in")
        assert highlighted_id(table) == "event-298"

    async with await open_writer(address) as writer:
        await writer.write(numbered_events(EVENTS))
    await read(address, drive)


@pytest.mark.parametrize("bytes_to_come", [1, 2_000, 20_000])
async def test_a_line_that_breaks_in_the_middle_of_an_answer_leaves_the_rows_and_is_made_anew(
    postgres_url: str, bytes_to_come: int
) -> None:
    async with line_to(postgres_url) as line:
        address = DatabaseAddress.parse(line.url)
        async with await open_writer(address) as writer:
            await writer.write(numbered_events(EVENTS))

            async def drive(pilot: Pilot[None], table: EventTable) -> None:
                await writer.write([numbered_event(EVENTS)])
                line.cut()
                line.bytes_to_come = bytes_to_come
                await pilot.press("ctrl+r")
                await until(pilot, lambda: table.rows.end == EVENTS + 1, "an answer")
                assert (line.bytes_to_come, highlighted_id(table)) == (None, "event-296")

            await read(address, drive)


async def test_a_right_that_is_taken_away_and_given_back(postgres_url: str) -> None:
    name = f"reader_of_{conninfo_to_dict(postgres_url)['dbname']}"
    async with await open_writer(DatabaseAddress.parse(postgres_url)) as writer:
        await writer.write(numbered_events(EVENTS))
    reader = sql.Identifier(name)
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'reading'").format(reader))
        owner.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(reader))
        try:

            async def drive(pilot: Pilot[None], table: EventTable) -> None:
                owner.execute(sql.SQL("REVOKE SELECT ON event FROM {}").format(reader))
                await pilot.press("ctrl+r")
                await hold_rows_stay(pilot, table, "may not read its tables")
                owner.execute(sql.SQL("GRANT SELECT ON event TO {}").format(reader))
                await hold_it_goes_on(pilot, table, "event-296")

            scheme, _, place = postgres_url.partition("://")
            await read(DatabaseAddress.parse(f"{scheme}://{name}:reading@{place.partition('@')[2]}"), drive)
        finally:
            owner.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(reader))


async def test_a_question_that_takes_too_long_is_left_to_the_user(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = replace(POSTGRES_ORDERS, reader_settings=["SET statement_timeout = '100ms'"])
    monkeypatch.setattr("store.dialect.Postgres.orders", orders)
    address = DatabaseAddress.parse(postgres_url)
    async with await open_writer(address) as writer:
        await writer.write(numbered_events(EVENTS))

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        with psycopg.connect(postgres_url) as owner:
            owner.execute("LOCK TABLE event")
            await pilot.press("ctrl+r")
            await until(pilot, lambda: "took longer than" in banner(pilot), "a limit")
            assert "UTC. ctrl+r reads again." in banner(pilot)
            assert pilot.app.screen.query_one(Problems)._next is None
        await pilot.press("ctrl+r")
        await until(pilot, lambda: not banner(pilot), "an answer, of a log that was there all the time")
        assert highlighted_id(table) == "event-296"

    await read(address, drive)


async def test_a_count_that_takes_too_long_leaves_what_is_known_and_everything_else(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def count(*asked: object) -> None:
        raise QuestionTooLong("log.db took longer than 30 seconds.", "Narrow the time range and try again.")

    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        place = pilot.app.screen.query_one("#place", Static)
        await until(pilot, lambda: "took longer than" in banner(pilot), "a limit")
        assert "row 4 of at least" in str(place.content)
        await pilot.press("end")
        await until(pilot, lambda: highlighted_id(table) == "event-0", "the last row")
        assert "row 1 from the oldest of at least" in str(place.content)

    monkeypatch.setattr("store.early_repository.EarlyRepository.count", count)
    await read(await write_log(path, numbered_events(EVENTS)), drive)


@pytest.mark.parametrize("kind", [TargetProblem, MappingProblem, ExportMistake])
async def test_what_cannot_be_done_beside_the_rows_is_said_and_leaves_them_as_they_are(
    path: Path, kind: type[StoreError]
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        table.post_message(QuestionFailed(kind("It cannot be done.", "Do it elsewhere.")))
        await until(pilot, lambda: len(pilot.app._notifications) > 0, "what was in the way")
        assert [one.message for one in pilot.app._notifications] == ["It cannot be done. Do it elsewhere."]
        assert (banner(pilot), pilot.app.screen.query_one(Problems)._next) == ("", None)
        generation = table.generation
        await pilot.press("ctrl+r")
        await until(pilot, lambda: table.generation > generation and table.rows.end_is_known, "the rows anew")
        assert banner(pilot) == ""

    await read(await write_log(path, numbered_events(EVENTS)), drive)


class Cut:
    """A log that is answered by `repository` until it `is_cut`."""

    def __init__(self, repository: EventRepository) -> None:
        self._repository = repository
        self.is_cut = False

    def __getattr__(self, name: str) -> Any:
        if self.is_cut and name != "close":
            raise DatabaseUnavailable(
                "postgresql://reader@db.example/audit cannot be reached.",
                "Check the host, the port and that the server runs.",
            )
        return getattr(self._repository, name)


def test_a_picture_of_rows_whose_log_is_away(
    snap_compare: Compare, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.areas.problems.FIRST_SECONDS", 8.0)
    address = asyncio.run(write_log(path, numbered_events(EVENTS)))
    opened: list[Cut] = []

    async def open_store() -> EventRepository:
        opened.append(Cut(await open_repository(address)))
        return cast(EventRepository, opened[0])

    async def cut(pilot: Pilot[None]) -> None:
        await after("down", "down")(pilot)
        opened[0].is_cut = True
        await after("ctrl+r")(pilot)

    app = AppUnderTest(lambda: Launch(Settings(time_zone="UTC"), "audit", open_store), clock=lambda: NOW)
    assert snap_compare(app, terminal_size=(120, 30), run_before=cut)
