"""Items made in another process: the same, in order, two in advance; nothing is left of the process afterwards."""

import io
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from explorer.commands.ahead import _received, ahead
from store import FormatMistake, SourceProblem

ROOT = Path(__file__).resolve().parent.parent.parent
WAITING = """
import os, sys, time
from explorer.commands.ahead import ahead

def items():
    yield os.getpid()
    sys.stdin.read()

with ahead(items()) as made:
    print(next(made), flush=True)
    next(made)
"""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that tests before these have left behind hold no lock that is waited for here."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0] != "Z"


def test_the_items_come_in_order_from_another_process_and_two_are_made_in_advance(tmp_path: Path) -> None:
    made = tmp_path / "made"

    def items() -> Iterator[tuple[int, str]]:
        for number in range(100):
            with made.open("a") as file:
                file.write(f"{number}\n")
            yield os.getpid(), "x" * 1_000_000

    with ahead(items()) as received:
        processes = set()
        for number, (process, text) in enumerate(received):
            assert len(text) == 1_000_000
            assert len(made.read_text().splitlines()) <= number + 3
            processes.add(process)
    assert number == 99
    (process,) = processes
    assert process != os.getpid()
    assert not is_running(process)


def test_what_the_making_raises_is_raised_with_all_it_says() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise FormatMistake("Not known.", "Name it.")

    with ahead(items()) as received:
        assert next(received) == 1
        with pytest.raises(FormatMistake) as caught:
            next(received)
    assert (str(caught.value), caught.value.advice) == ("Not known.", "Name it.")


def test_a_process_that_was_killed_is_not_taken_for_the_end() -> None:
    caller = os.getpid()

    def items() -> Iterator[int]:
        yield os.getpid()
        assert os.getpid() != caller, "the tests would kill themselves"
        yield os.getpid()
        os.kill(os.getpid(), signal.SIGKILL)

    with ahead(items()) as received, pytest.raises(SourceProblem, match="was killed"):
        list(received)


def test_a_process_that_was_killed_while_it_sent_an_item_is_told_as_well() -> None:
    item = pickle.dumps(("an item of some length", None))
    with ThreadPoolExecutor(1) as receiving:
        for length in range(len(item)):
            with pytest.raises(SourceProblem, match="was killed"):
                next(_received(io.BytesIO(item[:length]), receiving))


def test_ctrl_c_and_sigterm_are_left_to_the_caller() -> None:
    caller = os.getpid()

    def items() -> Iterator[int]:
        yield os.getpid()
        assert os.getpid() != caller, "the tests would interrupt themselves"
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        yield 2

    with ahead(items()) as received:
        process = next(received)
        assert next(received) == 2
    assert not is_running(process)


def test_the_process_ends_with_its_caller_even_while_it_waits_for_input() -> None:
    caller = subprocess.Popen(
        [sys.executable, "-c", WAITING],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert caller.stdout is not None
    process = int(caller.stdout.readline())
    assert is_running(process)
    caller.kill()
    caller.wait()
    deadline = time.monotonic() + 10
    while is_running(process):
        assert time.monotonic() < deadline
    caller.communicate()
