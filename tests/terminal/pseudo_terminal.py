"""A real terminal for tests: a program runs in a pty, its output fills a screen, and every byte it sent is kept."""

import base64
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyte
from pyte.screens import wcwidth

_OSC52 = re.compile(rb"\x1b\]52;[^;\x07\x1b]*;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")
_OPEN_TERMINAL = ("/bin/sh", "-c", 'exec "$@" <>"$0" >&0 2>&0')
"""The first terminal that a new session opens becomes its own: else it would not hear of a new size or a hang-up."""

_ANSWERS = {b"\x1b[5n": b"\x1b[0n", b"\x1b[?2026$p": b"\x1b[?2026;2$y"}
"""What terminals of today say: that they are well, and that they can hold a frame back until it is whole."""

_QUESTION = re.compile(b"|".join(map(re.escape, _ANSWERS)))

_SIGNALS_OF_TERMINALS = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
_READ_BYTES = 65_536
_STEP_SECONDS = 0.05
HAPPENS_WITHIN_SECONDS = 30.0
"""What has not come by then will not come, on however busy a machine."""


@contextmanager
def _heeding_signals() -> Iterator[None]:
    """Undo what `nohup` and background jobs do: what they ignore, every program begun within them ignores as well."""
    ignored = [number for number in _SIGNALS_OF_TERMINALS if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)


def _shown(cells: Sequence[str]) -> str:
    """What stands in a line. `pyte` itself fails where of a wide sign the second half alone is left."""
    shown, is_second_half = "", False
    for cell in cells:
        if is_second_half:
            is_second_half = False
        else:
            shown += cell or " "
            is_second_half = wcwidth(cell[:1]) == 2
    return shown


class PseudoTerminal:
    """Runs `command` in a terminal of its own. Use it as a context manager: leaving it kills what still runs.

    The program gets only PATH, HOME and what a terminal of today sets, plus `environ`, whose None values take away.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        columns: int = 100,
        rows: int = 30,
        environ: Mapping[str, str | None] | None = None,
        cwd: str | Path | None = None,
    ) -> None:
        self.raw = b""
        """Everything the program has sent to the terminal so far."""
        self.answers = False
        """Whether the terminal says something when it is asked: set it, and what was asked until then is answered."""
        self._heard = 0
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._master, self._slave = pty.openpty()
        self.resize(columns, rows)
        self.attributes_at_start = self.attributes()
        variables: dict[str, str | None] = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/tmp"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            **(environ or {}),
        }
        with _heeding_signals():
            self.process = subprocess.Popen(
                [*_OPEN_TERMINAL, os.ttyname(self._slave), *command],
                env={name: value for name, value in variables.items() if value is not None},
                cwd=cwd,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.hang_up()

    @property
    def text(self) -> str:
        """What stands on the screen now. The screen knows no alternate buffer: judge leaving it by `raw`."""
        lines = (self.screen.buffer[row] for row in range(self.screen.lines))
        return "\n".join(_shown([line[column].data for column in range(self.screen.columns)]) for line in lines)

    @property
    def copied(self) -> list[str]:
        """The texts that the program asked the terminal to put into the clipboard (OSC 52), in order."""
        return [base64.b64decode(payload).decode() for payload in _OSC52.findall(self.raw)]

    def attributes(self) -> list[Any]:
        """The terminal's modes as `termios.tcgetattr` tells them: equal to `attributes_at_start` when restored."""
        return termios.tcgetattr(self._slave)

    @property
    def is_full(self) -> bool:
        """Whether the program can write no more until something of what it wrote is read."""
        return not select.select([], [self._slave], [], 0)[1]

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, in cells; the program is told by SIGWINCH."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def send(self, keys: str | bytes) -> None:
        """Type `keys`, as the bytes a terminal sends for them."""
        os.write(self._master, keys if isinstance(keys, bytes) else keys.encode())

    def paste(self, text: str) -> None:
        """Paste `text` the way terminals do for a program that asked for bracketed paste."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def wait_for(self, wanted: str | Callable[[], bool], seconds: float = HAPPENS_WITHIN_SECONDS) -> None:
        """Read until `wanted` stands on the screen or holds. Raises AssertionError when it does not come true."""
        end = time.monotonic() + seconds
        while not self._holds(wanted):
            ended = self.process.poll() is not None
            came = self._read(_STEP_SECONDS)
            if (ended and not came) or time.monotonic() > end:
                code = self.process.poll()
                raise AssertionError(
                    f"{wanted!r} did not come; exit code {code}; the screen:\n{self.text}\n{self.raw[-300:]!r}"
                )

    def wait_for_exit(self, seconds: float = 10.0) -> int:
        """Read until the program has ended, and all it wrote. Returns its exit code, negative for a signal."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            self._read(_STEP_SECONDS)
            if time.monotonic() > end:
                raise AssertionError(f"the program does not end; the screen:\n{self.text}")
        while self._read(_STEP_SECONDS):
            pass
        code: int = self.process.returncode
        return code

    def take_in(self) -> None:
        """Read what the program has written by now, so that it can write on, and keep no byte of it but the screen."""
        while self._read(0):
            pass
        self.raw, self._heard = b"", 0

    def hang_up(self) -> None:
        """Close the terminal, as its window would. Nothing can be read from it or sent to it afterwards."""
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = -1

    def _holds(self, wanted: str | Callable[[], bool]) -> bool:
        return wanted in self.text if isinstance(wanted, str) else wanted()

    def _answer(self) -> None:
        if self.answers:
            for asked in _QUESTION.finditer(self.raw, self._heard):
                self.send(_ANSWERS[asked.group()])
                self._heard = asked.end()

    def _read(self, seconds: float) -> bool:
        """Take in what the program writes within `seconds`, up to one read. Whether there was anything."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        data = os.read(self._master, _READ_BYTES)
        self.raw += data
        self._answer()
        self._stream.feed(data)
        return bool(data)
