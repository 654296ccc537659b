"""Keys that come in one piece, as behind a line that stood still: each goes where it would, had it come alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.terminal.pseudo_terminal import PseudoTerminal

Start = Callable[..., PseudoTerminal]
ALL_TIME, CLEAR = "activity://production/event-7?filter=since%3Aall", "\x15"


@contextmanager
def opened(start: Start) -> Iterator[PseudoTerminal]:
    """A log of 300 events at one of its rows, which is left again behind the block."""
    with start("open", ALL_TIME) as terminal:
        terminal.wait_for("row 293 of 300 ", seconds=30)
        yield terminal
        terminal.send("q")
        assert terminal.wait_for_exit() == 0


def test_a_filter_that_comes_at_once_with_its_keys_is_shown(start: Start) -> None:
    with opened(start) as terminal:
        terminal.send(f"/{CLEAR}since:all name:customer.updated\r")
        terminal.wait_for(" of 50 ", seconds=30)
        assert "Customer updated" in terminal.text.splitlines()[0]


def test_filters_that_are_written_one_behind_the_other_end_in_the_last(start: Start) -> None:
    with opened(start) as terminal:
        words = ["name:customer.updated", "environment:staging", "name:subscription.created"]
        terminal.send("".join(f"/{CLEAR}since:all {word}\r" for word in words))
        terminal.wait_for("Subscription created", seconds=30)
        terminal.wait_for(lambda: "Subscription created" in terminal.text.splitlines()[0], seconds=30)


def test_what_follows_a_moment_that_is_gone_to_is_no_part_of_it(start: Start) -> None:
    with opened(start) as terminal:
        terminal.send("@1970-01-01\rkj")
        terminal.wait_for("row 300 of 300 ", seconds=30)


def test_what_is_pasted_behind_the_key_that_opens_the_field_is_in_it(start: Start) -> None:
    with opened(start) as terminal:
        terminal.send(f"/{CLEAR}\x1b[200~since:all name:customer.updated\x1b[201~\r")
        terminal.wait_for(" of 50 ", seconds=30)


def test_keys_behind_the_one_that_ends_the_app_do_not_hold_it_up(start: Start) -> None:
    with start("open", ALL_TIME) as terminal:
        terminal.wait_for("row 293 of 300 ", seconds=30)
        terminal.send("jkjqjkjk")
        assert terminal.wait_for_exit() == 0
