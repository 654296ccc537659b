"""The keys at the foot of a screen are those of the place where the focus is: of where it was, none are kept."""

import gc
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets._footer import FooterKey

from store import parse_filter
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log


def keys_in_memory() -> int:
    gc.collect()
    return sum(isinstance(each, FooterKey) for each in gc.get_objects())


async def pressed(pilot: Pilot[None], *keys: str) -> None:
    """Each of the keys, once what the one before did is drawn: the footer changes behind that."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
    await until(pilot, lambda: bool(pilot.app.screen.query(FooterKey)), "keys in the footer")


@pytest.mark.parametrize("there_and_back", [("3", "2"), ("Y", "escape"), ("E", "escape")])
async def test_keys_that_are_shown_no_more_are_gone(tmp_path: Path, there_and_back: tuple[str, ...]) -> None:
    address = await write_log(tmp_path / "log.db", numbered_events(20))
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test(size=(120, 40)) as pilot:
        await rows_are_shown(pilot)
        await pressed(pilot, *there_and_back)
        before = keys_in_memory()
        await pressed(pilot, *there_and_back * 4)
        assert keys_in_memory() <= before + len(app.screen.query(FooterKey))
