"""Resident memory of the app after paging to the very end, on a small and on the large log."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl
from pathlib import Path

from store import DatabaseAddress
from tests.benchmarks.figures import report

BAR_MEGABYTES = 100
PAGES = 300


def megabytes_after_paging(address: DatabaseAddress) -> float:
    """Start the app, page through the newest events, go to the very last one and page back, then read its memory."""
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 48, 160, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    command = [sys.executable, "-m", "explorer", str(address.path)]
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True, close_fds=True
    )
    os.close(slave)
    try:
        read_until(master, rb"row 1 of [\d,]+ ")
        for _ in range(PAGES):
            os.write(master, b"\x1b[6~")
            drain(master, 0.03)
        os.write(master, b"\x1b[H")  # the small log may have been paged through to its end
        read_until(master, rb"row 1 of ")
        os.write(master, b"\x1b[F")
        read_until(master, rb"row ([\d,]+) of \1 ")
        for _ in range(PAGES):
            os.write(master, b"\x1b[5~")
            drain(master, 0.03)
        drain(master, 1.0)
        status = Path(f"/proc/{process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(master)


def read_until(master: int, pattern: bytes) -> None:
    written = b""
    end = time.monotonic() + 30
    while not re.search(pattern, written):
        ready, _, _ = select.select([master], [], [], max(0.0, end - time.monotonic()))
        assert ready, f"{pattern!r} did not appear in {written[-1500:]!r}"
        written += os.read(master, 65536)


def drain(master: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while select.select([master], [], [], max(0.0, end - time.monotonic()))[0]:
        os.read(master, 65536)


def test_memory_does_not_grow_with_the_log(small_log: DatabaseAddress, large_log: DatabaseAddress) -> None:
    small, large = megabytes_after_paging(small_log), megabytes_after_paging(large_log)
    report("memory", small_log_mb=small, large_log_mb=large, ratio=large / small)
    assert large <= BAR_MEGABYTES
    assert 0.9 <= large / small <= 1.1
