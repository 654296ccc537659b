"""When things happen: the days of the story, and the shape of a day and of a week."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .log import Log

ANCHOR = datetime(2026, 11, 17, tzinfo=UTC)
"""The last day of the story, which is told to its end at 24:00. A Tuesday."""

FIRST_DAY = -30
"""The first full day of the story, counted from the anchor day."""

OFFICE = (0, 0, 0, 0, 0, 0, 1, 5, 9, 10, 9, 7, 6, 8, 9, 8, 6, 3, 1, 0, 0, 0, 0, 0)
ROUND_THE_CLOCK = (2, 2, 2, 2, 2, 3, 4, 6, 9, 10, 10, 9, 8, 9, 10, 9, 8, 6, 5, 4, 4, 3, 3, 2)
WEEKEND_SHARE = 0.35

Action = Callable[[datetime], None]


def moment(day: int, hour: int, minute: int = 0, second: int = 0, millisecond: int = 0) -> datetime:
    """A time (UTC) on a day counted from the anchor day: 0 is the anchor day, -6 six days earlier."""
    return ANCHOR + timedelta(days=day, hours=hour, minutes=minute, seconds=second, milliseconds=millisecond)


def spread(log: Log, count: int, hours: tuple[int, ...], first: int = FIRST_DAY, last: int = 0) -> list[datetime]:
    """`count` random times from day `first` to day `last`, fewer at weekends, by the hour as `hours` weighs them."""
    days = [
        (day, WEEKEND_SHARE if (ANCHOR + timedelta(days=day)).weekday() > 4 else 1.0) for day in range(first, last + 1)
    ]
    return [
        moment(_weighted(log, days), _weighted(log, list(enumerate(hours))), 0, 0, log.whole(0, 3_599_999))
        for _ in range(count)
    ]


def _weighted(log: Log, choices: "list[tuple[int, float]] | list[tuple[int, int]]") -> int:
    rest = log.chance() * sum(weight for _, weight in choices)
    for choice, weight in choices:
        rest -= weight
        if rest < 0:
            return choice
    return choices[-1][0]


class Agenda:
    """What is still to happen, earliest first."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Action]] = []
        self._number = 0

    def at(self, time: datetime, action: Action) -> None:
        """Have `action` called with its time; of equal times the one planned first goes first."""
        self._number += 1
        heapq.heappush(self._waiting, (time, self._number, action))

    def run(self) -> None:
        """Let everything happen, also what the actions plan while it runs."""
        while self._waiting:
            time, _, action = heapq.heappop(self._waiting)
            action(time)
