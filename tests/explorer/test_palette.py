"""The commands: what the keys of the screen that is seen do, by name."""

from pathlib import Path

import pytest

from explorer.activity_screen import ActivityScreen
from explorer.comparison_screen import ComparisonScreen
from explorer.summary_screen import SummaryScreen
from explorer.trace_screen import TraceScreen
from store import parse_filter
from tests.explorer.app_under_test import answered, app_on, rows_are_shown, screen_text, until
from tests.logs import NOW, numbered_events, write_log


@pytest.mark.parametrize(
    ("keys", "screen", "own"),
    [
        ((), ActivityScreen, "Query"),
        ((), ActivityScreen, "Oldest event"),
        (("tab",), ActivityScreen, "Reveal what is masked"),
        (("t",), TraceScreen, "By time, or by entity"),
        (("E",), SummaryScreen, "Show these events"),
        (("m", "enter", "j", "equals_sign"), ComparisonScreen, "Go to the event, or unfold"),
    ],
)
async def test_commands_act_on_the_screen_that_is_seen(
    tmp_path: Path, keys: tuple[str, ...], screen: type, own: str
) -> None:
    log = await write_log(tmp_path / "activity.db", numbered_events(10))
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(140, 40)) as pilot:
        await rows_are_shown(pilot)
        for key in keys:
            await pilot.press(key)
            await answered(pilot)
        await until(pilot, lambda: type(app.screen) is screen, f"{screen}")
        titles = [command.title for command in app.get_system_commands(app.screen)]
        commands = set(titles)
        assert sorted(titles) == sorted(commands)
        assert own in commands
        assert "Help" in commands and "Quit" in commands
        assert {command.help for command in app.get_system_commands(app.screen) if command.title == "Help"} == {"? f1"}
        assert ("Query" in commands) is (screen is ActivityScreen)


@pytest.mark.parametrize("size", [(80, 24), (150, 45)])
async def test_what_is_said_over_the_commands_is_not_covered_by_them(tmp_path: Path, size: tuple[int, int]) -> None:
    app = app_on(await write_log(tmp_path / "activity.db", numbered_events(10)), clock=lambda: NOW)
    async with app.run_test(size=size, notifications=True) as pilot:
        await rows_are_shown(pilot)
        await pilot.press("colon", "ctrl+c")
        await until(pilot, lambda: "Press ctrl+c again to quit" in screen_text(pilot), "the word")
