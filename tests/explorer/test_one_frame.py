"""Whether the next frame may be sent: once the last one is written, and taken by a terminal that says so."""

import threading
from collections.abc import Callable

import pytest

from explorer.one_frame import PATIENCE_SECONDS, OneFrame


class Patience:
    """What somebody does when out of patience, unless that is cancelled."""

    def __init__(self, lose: Callable[[], None]) -> None:
        self.lose = lose

    def cancel(self) -> None:
        self.lose = lambda: None


class Line:
    """A line to a terminal: what is drawn on it, and when somebody is out of patience."""

    def __init__(self) -> None:
        self.frames = OneFrame(self.call_later)
        self.waits: list[float] = []
        self.patience = Patience(lambda: None)
        self.drawn = 0

    def call_later(self, seconds: float, call: Callable[[], None]) -> Patience:
        self.waits.append(seconds)
        self.patience = Patience(call)
        return self.patience

    def draw(self) -> None:
        """Draw something: at once, or when the line is free."""
        if self.frames.may_go(self.draw):
            self.frames.sent()
            self.drawn += 1

    def answer(self) -> None:
        self.frames.heard()
        self.frames.answered()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def answering(line: Line) -> Line:
    """A line to a terminal that has answered once."""
    line.draw()
    line.frames.written()
    line.answer()
    return line


def test_a_terminal_that_never_answers_is_sent_the_next_frame_when_the_last_is_written(line: Line) -> None:
    line.draw()
    line.draw()
    line.draw()
    assert line.drawn == 1
    line.frames.written()
    assert line.drawn == 2
    line.frames.written()
    assert line.drawn == 2


def test_a_terminal_that_answers_is_sent_the_next_frame_when_it_has_taken_the_last(answering: Line) -> None:
    for _ in range(4):
        answering.draw()
    assert answering.drawn == 2
    answering.frames.written()
    assert answering.drawn == 2
    answering.answer()
    assert answering.drawn == 3


def test_an_answer_to_an_earlier_question_is_not_one_to_the_last(line: Line) -> None:
    for _ in range(3):
        line.draw()
        line.frames.written()
    line.answer()
    line.draw()
    line.answer()
    assert line.drawn == 3
    line.answer()
    assert line.drawn == 4


def lose_answer(line: Line) -> None:
    """Draw something that is written and never answered, until nobody waits for that any longer."""
    line.draw()
    line.frames.written()
    line.patience.lose()


def test_a_lost_answer_is_waited_for_no_longer_each_time(answering: Line) -> None:
    for drawn in range(2, 8):
        lose_answer(answering)
        assert answering.drawn == drawn
    assert set(answering.waits) == {PATIENCE_SECONDS}


def test_whatever_comes_from_a_terminal_that_lost_an_answer_lets_the_next_frame_go_once(answering: Line) -> None:
    lose_answer(answering)
    answering.draw()
    answering.frames.written()
    answering.draw()
    assert answering.drawn == 3
    answering.frames.seen_alive()
    assert answering.drawn == 4
    answering.frames.written()
    answering.draw()
    answering.frames.seen_alive()
    assert answering.drawn == 4


def test_whatever_comes_from_a_terminal_lets_no_frame_go_while_its_answer_may_come(answering: Line) -> None:
    answering.draw()
    answering.frames.written()
    answering.draw()
    answering.frames.seen_alive()
    assert answering.drawn == 2


def test_whatever_comes_lets_no_frame_go_while_the_last_is_not_even_written(answering: Line) -> None:
    lose_answer(answering)
    answering.draw()
    answering.draw()
    answering.frames.seen_alive()
    assert answering.drawn == 3
    answering.frames.written()
    answering.frames.seen_alive()
    assert answering.drawn == 4


def test_an_answer_that_nobody_waits_to_draw_for_is_lost_as_well(answering: Line) -> None:
    lose_answer(answering)
    assert answering.frames.is_silent
    answering.draw()
    assert answering.drawn == 3
    answering.answer()
    assert not answering.frames.is_silent


def test_a_frame_that_goes_while_another_waits_takes_its_place(answering: Line) -> None:
    """Its answer is heard on another thread, and what it means is seen later."""
    answering.draw()
    answering.frames.written()
    answering.draw()
    patience = answering.patience
    answering.frames.heard()
    answering.draw()
    answering.frames.answered()
    answering.frames.written()
    patience.lose()
    answering.answer()
    assert answering.drawn == 3


def test_what_is_not_even_written_is_waited_for_without_end(answering: Line) -> None:
    answering.draw()
    answering.draw()
    for _ in range(3):
        answering.patience.lose()
    assert answering.drawn == 2


def test_patience_with_one_frame_says_nothing_of_the_next(answering: Line) -> None:
    answering.draw()
    answering.frames.written()
    answering.draw()
    patience = answering.patience
    answering.answer()
    answering.frames.written()
    patience.lose()
    answering.draw()
    assert answering.drawn == 3


def test_the_last_answer_is_waited_for_on_another_thread_and_not_where_none_can_come(answering: Line) -> None:
    answering.draw()
    hears = threading.Timer(0.05, answering.frames.heard)
    hears.start()
    answering.frames.wait_for_answer(60.0)
    assert hears.finished.is_set()
    answering.draw()
    answering.frames.hear_no_more()
    answering.frames.wait_for_answer(60.0)
