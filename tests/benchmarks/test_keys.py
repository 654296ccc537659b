"""From a key press to the frame that shows it, in the pilot, on the large log."""

import time
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from explorer.app import ActivityApp
from explorer.settings import Settings
from explorer.table_choice import USUAL_NAMES
from store import DatabaseAddress
from tests.benchmarks.figures import percentile, report
from tests.explorer.app_under_test import app_on, rows_are_shown

PRESSES = 200
BAR_SECONDS = 0.033


@pytest.mark.parametrize("columns", [USUAL_NAMES, f"{USUAL_NAMES},environment,payload.plan.id,payload.customer.id"])
async def test_a_key_is_on_the_screen_within_two_frames(large_log: DatabaseAddress, columns: str) -> None:
    app: ActivityApp = app_on(large_log, settings=Settings(time_zone="UTC", columns=columns))
    figures: dict[str, float] = {}
    async with app.run_test(size=(160, 48)) as pilot:
        await rows_are_shown(pilot)
        for key in ("down", "pagedown", "up"):
            samples = [await frame_seconds(app, pilot, key) for _ in range(PRESSES)]
            figures[f"{key}_p95_ms"] = percentile(samples, 0.95) * 1000
    report("keys" if columns == USUAL_NAMES else "keys with payload columns", **figures)
    assert max(figures.values()) <= BAR_SECONDS * 1000


async def frame_seconds(app: ActivityApp, pilot: Pilot[None], key: str) -> float:
    """Seconds from the key event to the last repaint that it caused."""
    painted: list[float] = []
    screen = app.screen
    original: Callable[..., None] = app._display

    def display(*arguments: object, **options: object) -> None:
        original(*arguments, **options)
        painted.append(time.perf_counter())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "_display", display)
        started = time.perf_counter()
        await pilot.press(key)
    assert painted, f"{key} drew nothing on {screen}"
    return painted[-1] - started
