"""The dialogs: what each returns, and what it says while the user writes."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.events import Paste
from textual.screen import ModalScreen
from textual.widgets import Static

from explorer.dialogs.ask_file import AskFile
from explorer.dialogs.custom_range import CustomRange
from explorer.dialogs.help import Help, KeyTable
from explorer.dialogs.open_link import OpenLink
from explorer.themes import DARK
from store import TimeRange
from tests.explorer.app_under_test import answered, app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOT_CLOSED = object()


def a_range() -> CustomRange:
    return CustomRange(TimeRange(), NOON)


def long_help() -> Help:
    return Help([("Events", [(str(number), "line") for number in range(60)])])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where one is."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


class DialogApp(App[None]):
    """Opens one dialog and keeps what it returns."""

    def __init__(self, make_dialog: Callable[[], ModalScreen[Any]]) -> None:
        super().__init__()
        self._make_dialog = make_dialog
        self.returned: object = NOT_CLOSED

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name
        self.push_screen(self._make_dialog(), self._keep)

    def _keep(self, value: object) -> None:
        self.returned = value

    def notes(self) -> list[str]:
        return [str(each.render()) for each in self.screen.query(".text-field--note").results(Static)]


async def test_a_custom_range_begins_with_the_current_one_and_says_what_it_means() -> None:
    app = DialogApp(lambda: CustomRange(TimeRange(since=timedelta(days=30)), NOON))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.notes() == ["= 2026-10-21 12:00:00.000 UTC", "= no limit"]
        await pilot.press("enter")
    assert app.returned == TimeRange(since=timedelta(days=30))


async def test_a_custom_range_takes_absolute_moments_with_an_offset_and_ends_with_the_last_one() -> None:
    app = DialogApp(lambda: CustomRange(TimeRange(since=None), NOON))
    async with app.run_test() as pilot:
        await pilot.press("ctrl+u", *"2026-11-01 10:04+02:00", "tab", *"2026-11-01", "enter")
    assert app.returned == TimeRange(
        since=datetime(2026, 11, 1, 8, 4, tzinfo=UTC),
        until=datetime(2026, 11, 1, 23, 59, 59, 999999, tzinfo=UTC),
    )


async def test_a_date_written_into_a_custom_range_stands_in_the_place_of_the_one_that_was_there() -> None:
    day = datetime(2026, 11, 10, tzinfo=UTC)
    app = DialogApp(lambda: CustomRange(TimeRange(since=timedelta(days=30), until=day), NOON))
    async with app.run_test() as pilot:
        await pilot.press(*"2026-11-01", "tab", *"2026-11-02", "enter")
    assert app.returned == TimeRange(
        since=datetime(2026, 11, 1, tzinfo=UTC), until=datetime(2026, 11, 2, 23, 59, 59, 999999, tzinfo=UTC)
    )


async def test_a_custom_range_is_written_on_behind_the_end_key() -> None:
    app = DialogApp(a_range)
    async with app.run_test() as pilot:
        await pilot.press("end", "backspace", "h", "enter")
    assert app.returned == TimeRange(since=timedelta(hours=30))


async def test_a_name_for_a_file_stands_in_the_place_of_the_one_on_offer_and_its_ending_stays(
    folder: Path,
) -> None:
    app = DialogApp(lambda: AskFile("Report", "report-20261120.md"))
    async with app.run_test() as pilot:
        await pilot.press(*"outage", "enter")
    assert app.returned == folder / "outage.md"


async def test_a_name_that_no_file_can_have_is_said_and_can_be_written_on(folder: Path) -> None:
    mistakes = {"": "Write the name of a file.", "no/a.md": "lies in no folder that exists.", "~nobody-/a": "a user"}
    app = DialogApp(lambda: AskFile("Report", "report-20261120.md"))
    async with app.run_test() as pilot:
        for name, said in mistakes.items():
            await pilot.press("ctrl+u", *name, "enter")
            assert app.returned is NOT_CLOSED
            assert said in app.notes()[0]
        await pilot.press("ctrl+u", *"a.md", "enter")
    assert app.returned == folder / "a.md"


async def test_ctrl_u_takes_away_the_whole_name_that_is_offered_and_not_all_but_its_ending(folder: Path) -> None:
    app = DialogApp(lambda: AskFile("Report", "report-20261120.md"))
    async with app.run_test() as pilot:
        await pilot.press("ctrl+u", *"rep.md", "enter")
    assert app.returned == folder / "rep.md"


async def test_a_mistaken_moment_is_said_at_once_and_not_applied() -> None:
    app = DialogApp(a_range)
    async with app.run_test() as pilot:
        await pilot.press("tab", *"2026-13-45", "enter")
        assert app.returned is NOT_CLOSED
        since, until = app.notes()
        assert since.startswith("= 2026-10-21")
        assert until.startswith("There is no such day or time in the calendar.")


async def test_a_range_that_ends_before_it_begins_is_not_applied() -> None:
    app = DialogApp(lambda: CustomRange(TimeRange(since=timedelta(days=1)), NOON))
    async with app.run_test() as pilot:
        await pilot.press("tab", *"-2d", "enter")
        assert app.returned is NOT_CLOSED
        assert app.notes()[1] == "The range ends before it begins."


@pytest.mark.parametrize("make_dialog", [a_range, OpenLink])
async def test_escape_and_the_cancel_button_return_nothing(make_dialog: Callable[[], ModalScreen[Any]]) -> None:
    for with_key in (True, False):
        app = DialogApp(make_dialog)
        async with app.run_test() as pilot:
            await pilot.pause()
            await (pilot.press("escape") if with_key else pilot.click("#cancel"))
            await pilot.pause()
        assert app.returned is None, with_key


@pytest.mark.parametrize("make_dialog", [a_range, OpenLink, long_help])
async def test_a_dialog_with_a_mistake_in_it_fits_into_80_by_24_cells(
    make_dialog: Callable[[], ModalScreen[Any]],
) -> None:
    app = DialogApp(make_dialog)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"nonsense", "tab", *"nonsense")
        await pilot.pause()
        frame = app.screen.query_one("DialogFrame")
        assert app.screen.region.contains_region(frame.region)
        assert frame.max_scroll_y == 0


async def test_a_link_names_its_event_while_it_is_written_and_enter_returns_it() -> None:
    app = DialogApp(OpenLink)
    async with app.run_test() as pilot:
        await pilot.press(*"activity://production/[red]9f1c")
        assert app.notes() == ["Event [red]9f1c in production"]
        await pilot.press("enter")
    assert app.returned == "activity://production/[red]9f1c"


async def test_a_broken_link_is_said_at_once_and_not_returned() -> None:
    app = DialogApp(OpenLink)
    async with app.run_test() as pilot:
        await pilot.press(*"activity://production/", "enter")
        assert app.notes() == ["The link names no event: its id is missing."]
        assert app.returned is NOT_CLOSED


async def test_a_link_that_a_mail_program_broke_into_lines_is_pasted_whole() -> None:
    app = DialogApp(OpenLink)
    async with app.run_test() as pilot:
        await pilot.pause()
        app.post_message(Paste("activity://produc\r\n  tion/9f1c\x1b[31m\n"))
        await pilot.pause()
        await pilot.press("backspace", "backspace", "backspace", "backspace", "enter")
    assert app.returned == "activity://production/9f1c"


async def test_an_address_of_the_companys_own_page_is_a_link() -> None:
    address = "https://log.example/production/e/9f1c"
    app = DialogApp(lambda: OpenLink("https://log.example/{environment}/e/{id}"))
    async with app.run_test() as pilot:
        await pilot.press(*address, "enter")
    assert app.returned == address


async def test_what_a_link_names_is_drawn_with_its_controls_visible() -> None:
    app = DialogApp(OpenLink)
    async with app.run_test() as pilot:
        await pilot.press(*"activity://p/%1B%5B31m%E2%80%AE")
        assert app.notes() == ["Event \\x1b[31m\\u202e in p"]


@pytest.mark.parametrize("key", ["escape", "q", "question_mark"])
async def test_the_help_shows_keys_letter_for_letter_and_closes(key: str) -> None:
    app = DialogApp(lambda: Help([("Events", [("[x]", "Read [red]it")]), ("Filters", [("-", "Not this")])]))
    async with app.run_test() as pilot:
        shown = str(app.screen.query_one(Static).render()).splitlines()
        assert [line.split() for line in shown] == [
            ["Events"],
            ["[x]", "Read", "[red]it"],
            [],
            ["Filters"],
            ["-", "Not", "this"],
        ]
        await pilot.press(key)
        await pilot.pause()
    assert app.returned is None


async def test_long_help_scrolls_with_the_arrows_and_with_j() -> None:
    app = DialogApp(long_help)
    async with app.run_test(size=(80, 24)) as pilot:
        table = app.screen.query_one(KeyTable)
        assert table.has_focus
        await pilot.press("down", "j")
        await pilot.pause()
        assert table.scroll_y == 2
        await pilot.press("end")
        await pilot.pause()
        assert table.scroll_y == table.max_scroll_y > 0


EVERYWHERE = ["", "e", "/", "f", "t", "A", "?", ":", "Y", "C", "w", "V", "@", "m", "ctrl+o"]


@pytest.mark.parametrize("keys", EVERYWHERE)
async def test_ctrl_q_quits_wherever_one_is(keys: str, tmp_path: Path) -> None:
    app = app_on(await write_log(tmp_path / "activity.db", numbered_events(3)), clock=lambda: NOW)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press(*keys.split())
        await answered(pilot)
        await pilot.press("ctrl+q")
        assert app._exit


@pytest.mark.parametrize("keys", EVERYWHERE)
async def test_ctrl_c_quits_wherever_one_is_when_it_is_pressed_twice_and_says_so(keys: str, tmp_path: Path) -> None:
    app = app_on(await write_log(tmp_path / "activity.db", numbered_events(3)), clock=lambda: NOW)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press(*keys.split())
        await answered(pilot)
        if keys == "e":
            await pilot.press("end")  # the name of the file is selected
        await pilot.press("ctrl+c")
        await until(pilot, lambda: bool(app._notifications), "a word")
        assert [each.message for each in app._notifications] == ["Press ctrl+c again to quit, or ctrl+q."]
        assert not app._exit
        await pilot.press("ctrl+c")
        assert app._exit


async def test_ctrl_c_copies_what_is_selected_in_a_field_and_then_quits_nothing(tmp_path: Path) -> None:
    app = app_on(await write_log(tmp_path / "activity.db", numbered_events(3)), clock=lambda: NOW)
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        await pilot.press("at")
        await answered(pilot)
        await pilot.press(*"friday", "shift+home", "ctrl+c", "ctrl+c")
        assert app.clipboard == "friday"
        assert not app._notifications
        assert not app._exit


@pytest.mark.parametrize("turns", range(8))
async def test_a_dialog_that_is_closed_before_it_was_drawn_lets_the_screen_below_draw_on(turns: int) -> None:
    app = DialogApp(long_help)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        below = app.screen
        app.push_screen(long_help())
        for _ in range(turns):
            await asyncio.sleep(0)
        app.pop_screen()
        await pilot.pause()
        assert app.screen is below
        assert not app._batch_count
