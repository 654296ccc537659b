"""A trace and a summary whose log goes away: the cause is said, and they go on by themselves once it answers."""

from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.line_screen import LineScreen
from explorer.widgets.line_list import LineList
from store import DatabaseAddress, DatabaseUnavailable, EventFilter, EventPage, QuestionTooLong, parse_filter
from store.sql_repository import SqlEventRepository
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_event, write_log

EVENTS = 150
"""All of one trace, one entity and one actor: more than the first page of a trace."""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.line_screen.FIRST_SECONDS", 0.02)
    monkeypatch.setattr("explorer.line_screen.MOST_SECONDS", 0.1)


async def log_at(path: Path) -> DatabaseAddress:
    alike = numbered_event(1)
    kept = {"trace_id": "one", "actor": alike.actor, "entity": alike.entity}
    return await write_log(path, [numbered_event(number).replaced(**kept) for number in range(EVENTS)])


def title(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one(".line-screen--title", Static).content)


def lines(pilot: Pilot[None]) -> int:
    return len(pilot.app.screen.query_one(LineList).lines)


@pytest.mark.parametrize(("key", "answered"), [("t", f"{EVENTS} events in"), ("E", f" · {EVENTS} events")])
async def test_what_was_not_answered_is_asked_again_until_it_is(tmp_path: Path, key: str, answered: str) -> None:
    path, away = tmp_path / "log.db", tmp_path / "away.db"
    app = app_on(await log_at(path), clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        await rows_are_shown(pilot)
        path.rename(away)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, LineScreen), "the story")
        await until(
            pilot, lambda: "is gone. It is tried again within 1 second; ctrl+r tries at once." in title(pilot), key
        )
        away.rename(path)
        await until(pilot, lambda: answered in title(pilot), "its events")
        assert lines(pilot) > 1
        await until(pilot, lambda: bool(app._notifications), "a word of it")
        assert [notification.message for notification in app._notifications] == ["The log answers again."]


async def test_it_is_asked_at_once_by_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.line_screen.FIRST_SECONDS", 600.0)
    path, away = tmp_path / "log.db", tmp_path / "away.db"
    app = app_on(await log_at(path), clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        await rows_are_shown(pilot)
        path.rename(away)
        await pilot.press("t")
        await until(pilot, lambda: "It is tried again within 600 seconds" in title(pilot), "the cause")
        away.rename(path)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: f"{EVENTS} events in" in title(pilot), "its events")


async def test_a_trace_goes_on_behind_the_events_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, away = tmp_path / "log.db", tmp_path / "away.db"
    app = app_on(await log_at(path), clock=lambda: NOW, event_filter=parse_filter("since:all"))
    page, limits = SqlEventRepository.page, []

    async def page_once(self: SqlEventRepository, event_filter: EventFilter, *where: object) -> EventPage:
        if event_filter.trace_ids.included:
            limits.append(where[-1])
            if len(limits) == 2:
                path.rename(away)
        return await page(self, event_filter, *where)

    monkeypatch.setattr(SqlEventRepository, "page", page_once)
    async with app.run_test(size=(140, 40)) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("t")
        await until(pilot, lambda: "is gone" in title(pilot), "the cause")
        assert lines(pilot) == 100
        away.rename(path)
        await until(pilot, lambda: f"{EVENTS} events in" in title(pilot), "all of them")
        assert lines(pilot) == EVENTS
        ids = [line.path[-1] for line in app.screen.query_one(LineList).lines]
        assert ids == [f"event-{number}" for number in range(EVENTS)]


async def test_the_list_below_is_of_the_same_log_as_the_story_that_was_told_of_another_one(tmp_path: Path) -> None:
    path, other = tmp_path / "log.db", tmp_path / "other.db"
    app = app_on(await log_at(path), clock=lambda: NOW, event_filter=parse_filter("since:all"))
    await write_log(other, list(map(numbered_event, range(100, 120))))
    async with app.run_test(size=(140, 40)) as pilot:
        table = await rows_are_shown(pilot)
        other.replace(path)
        await pilot.press("A")
        await until(pilot, lambda: " events" in title(pilot), "the story")
        await pilot.press("escape")
        await until(pilot, lambda: table.rows.end == 20, "the rows of the other log")
        assert "Another file has taken the place" in str(pilot.app.screen.query_one("#banner", Static).content)


class Story(LineScreen[None]):
    """Asks one question that takes too long and one of a log that is away."""

    def __init__(self) -> None:
        super().__init__("story")
        self.asked = {"long": 0, "lost": 0}
        self.is_back = False

    def on_mount(self) -> None:
        self._ask("long", self._long)
        self._ask("lost", self._lost)

    async def _long(self) -> None:
        self.asked["long"] += 1
        raise QuestionTooLong("It took longer than 30 seconds.", "Narrow it.")

    async def _lost(self) -> None:
        self.asked["lost"] += 1
        if not self.is_back:
            raise DatabaseUnavailable("It is away.", "Wait.")


async def test_a_question_that_took_too_long_is_asked_again_by_the_user_alone() -> None:
    app, story = App[None](), Story()
    async with app.run_test() as pilot:
        await app.push_screen(story)
        await until(pilot, lambda: story.asked["lost"] > 2, "the lost one again and again")
        story.is_back = True
        await until(pilot, lambda: bool(app._notifications), "a word that the log answers")
        assert story.asked["long"] == 1
        story.action_ask_again()
        await until(pilot, lambda: story.asked["long"] == 2, "the long one at the wish of the user")
