"""From process start to the first frame and to the first rows, against an empty Textual app on the same machine."""

import sys

from store import DatabaseAddress
from tests.benchmarks.figures import medians, report, seconds_until_drawn

ROUNDS = 9
EMPTY_APP = """
from textual.app import App
from textual.widgets import Static


class Empty(App[None]):
    def compose(self):
        yield Static("hello")


Empty().run()
"""
ACTIVITY = [sys.executable, "-m", "explorer"]


def test_the_first_frame_and_the_first_rows_come_soon_after_those_of_an_empty_app(large_log: DatabaseAddress) -> None:
    command = [*ACTIVITY, str(large_log.path)]
    empty, ours = [], []
    for number in range(ROUNDS + 1):
        one = seconds_until_drawn([sys.executable, "-c", EMPTY_APP], [b"hello"])
        other = seconds_until_drawn(command, [b"Opening", b"row 1 of"])
        if number:  # the first round warms the caches
            empty.append(one)
            ours.append(other)
    (floor,), (painted, filled) = medians(empty), medians(ours)
    report("start", empty_app=floor, first_frame=painted / floor, first_rows=filled / floor)
    assert painted <= 1.3 * floor
    assert filled <= 2.0 * floor
