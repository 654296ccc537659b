"""The rate at which events are made up."""

import time
from collections import deque
from datetime import UTC, datetime

from sample_data.generate import events
from tests.benchmarks.figures import report

EVENTS = 200_000
BAR_EVENTS_A_SECOND = 100_000


def test_a_hundred_thousand_events_are_made_in_a_second_of_one_core() -> None:
    seconds = []
    for _ in range(3):  # the story itself, of which the others are made, is told once
        started = time.process_time()
        deque(events(EVENTS, seed=5, days=365, until=datetime.now(UTC)), maxlen=0)
        seconds.append(time.process_time() - started)
    rate = EVENTS / min(seconds)
    report("made up", events_a_second=rate)
    assert rate >= BAR_EVENTS_A_SECOND
