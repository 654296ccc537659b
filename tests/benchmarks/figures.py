"""What the benchmarks share: percentiles, a line of figures, and the time until a program has drawn a text."""

import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from fcntl import ioctl


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that `share` (0 to 1) of all samples do not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(title: str, **figures: float | str) -> None:
    """One line of figures on the standard output, rounded to three digits after the point."""
    shown = "  ".join(
        f"{name} {value:,.3f}" if isinstance(value, float) else f"{name} {value}" for name, value in figures.items()
    )
    sys.stdout.write(f"\n{title}: {shown}\n")


def seconds_until_drawn(
    command: Sequence[str], texts: Sequence[bytes], columns: int = 140, rows: int = 40
) -> list[float]:
    """Seconds from the start of `command`, on a terminal of its own, until each of `texts` stood in what it wrote.

    The texts must be written in one run of bytes each and are awaited in order. Raises AssertionError after 30 seconds.
    """
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True, close_fds=True
    )
    os.close(slave)
    written, seen = b"", []
    try:
        while len(seen) < len(texts):
            ready, _, _ = select.select([master], [], [], max(0.0, started + 30 - time.perf_counter()))
            assert ready, f"{texts[len(seen)]!r} did not appear in {written[-2000:]!r}"
            written += os.read(master, 65536)
            now = time.perf_counter() - started
            while len(seen) < len(texts) and texts[len(seen)] in written:
                seen.append(now)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(master)
    return seen


def medians(rounds: Sequence[Sequence[float]]) -> list[float]:
    """The median of each column."""
    return [statistics.median(column) for column in zip(*rounds, strict=True)]
