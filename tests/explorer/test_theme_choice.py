"""A theme chosen in the app is there at the next start, unless the settings have changed their mind since."""

from functools import partial
from pathlib import Path

import pytest

from explorer.launch import Launch
from explorer.settings import Settings
from explorer.theme_choice import keep_theme, kept_theme
from store import EventRepository, open_repository
from tests.explorer.app_under_test import AppUnderTest, answered, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log


def test_a_chosen_theme_is_kept_until_the_settings_name_another() -> None:
    assert kept_theme("dark") == "dark"
    keep_theme("dark", "nord")
    assert kept_theme("dark") == "nord"
    assert kept_theme("light") == "light"
    assert kept_theme("") == ""


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"set": "dark"}', b'{"set": "dark", "chosen": 7}', b"\xff", b"[" * 9000]
)
def test_what_cannot_be_read_counts_for_nothing(own_home: Path, content: bytes) -> None:
    keep_theme("dark", "nord")
    (file,) = own_home.rglob("theme.json")
    file.write_bytes(content)
    assert kept_theme("dark") == "dark"


async def test_the_app_keeps_what_the_user_chooses_and_not_what_it_begins_with(tmp_path: Path) -> None:
    address = await write_log(tmp_path / "activity.db", numbered_events(5))

    async def open_store() -> EventRepository:
        return await open_repository(address)

    def begun() -> AppUnderTest:
        launch = Launch(Settings(), "log.db", open_store)
        return AppUnderTest(
            lambda: launch,
            theme_name=kept_theme("light"),
            keep_theme=partial(keep_theme, "light"),
            clock=lambda: NOW,
        )

    app = begun()
    async with app.run_test(size=(100, 30)) as pilot:
        await rows_are_shown(pilot)
        assert app.theme == "activity-light"
        assert kept_theme("light") == "light"
        app.search_themes()
        await pilot.press(*"nord")
        await until(pilot, lambda: bool(app.screen.query("OptionList").first().highlighted is not None), "a theme")
        await pilot.press("enter")
        await until(pilot, lambda: app.theme == "nord", "the theme")
        await answered(pilot)
        await until(pilot, lambda: kept_theme("light") == "nord", "the theme kept")
    app = begun()
    async with app.run_test(size=(100, 30)) as pilot:
        await rows_are_shown(pilot)
        assert app.theme == "nord"
