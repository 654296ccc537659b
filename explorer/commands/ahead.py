"""Items that are made in a process of their own, each while the caller is still busy with the one before."""

import os
import pickle
import select
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO, Any, NoReturn, TypeVar

from store import SourceProblem

from .stopping import EXIT_CODES

Item = TypeVar("Item")

BUFFER = 1 << 18
"""Bytes that are held on each side of the pipe."""

_STOPS = {signal.SIGINT, *EXIT_CODES}


@contextmanager
def ahead(items: Iterator[Item]) -> Iterator[Iterator[Item]]:
    """The same items in the same order. The process ends with the block.

    While the caller is busy with one, the next is received and the one behind it is made; no more in advance.

    Items, and what `items` raises, must be picklable. Where the system cannot copy a process as it is, and where this
    one has threads, whose locks a copy would wait for without end, the caller makes the items itself, one by one.
    """
    if not hasattr(os, "fork") or threading.active_count() > 1:
        yield items
        return
    ends = os.pipe()
    receiver, sender = os.fdopen(ends[0], "rb", BUFFER), os.fdopen(ends[1], "wb", BUFFER)
    # Where the ends of processes are ignored, as by some callers of ours, the system forgets them, and gives away their
    # numbers, before this one has asked.
    of_ends = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Ctrl-C and the end of a terminal reach both processes: this one decides what becomes of the other, which inherits
    # what is blocked.
    unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        process = os.fork()
        if process == 0:
            _send(items, sender, receiver)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
    sender.close()  # then the end of the process is the end of the pipe
    with receiver, ThreadPoolExecutor(1) as receiving:
        try:
            yield _received(receiver, receiving)
        finally:
            os.kill(process, signal.SIGKILL)  # which ends what is still received, too
            os.waitpid(process, 0)
            signal.signal(signal.SIGCHLD, of_ends)


def _received(receiver: IO[bytes], receiving: ThreadPoolExecutor) -> Iterator[Any]:
    coming = receiving.submit(pickle.load, receiver)
    while True:
        try:
            item, error = coming.result()
        except (EOFError, OSError, pickle.UnpicklingError):
            raise SourceProblem(
                "The process that reads the files was killed.", "Look whether the machine has too little memory."
            ) from None
        if isinstance(error, StopIteration):
            return
        if error is not None:
            raise error
        coming = receiving.submit(pickle.load, receiver)
        yield item


def _send(items: Iterator[object], sender: IO[bytes], receiver: IO[bytes]) -> NoReturn:
    try:
        receiver.close()
        threading.Thread(target=_end_with_caller, args=(sender.fileno(),), daemon=True).start()
        while True:
            try:
                item = next(items)
            except BaseException as error:
                pickle.dump((None, error), sender)
                sender.flush()
                raise
            pickle.dump((item, None), sender)
            sender.flush()
    finally:
        os._exit(0)  # what was raised the caller reports, and what the caller began it ends itself


def _end_with_caller(sender: int) -> None:
    """However the caller ends: this process may be waiting for input that never comes."""
    hangup = select.poll()
    hangup.register(sender, 0)
    hangup.poll()
    os._exit(1)
