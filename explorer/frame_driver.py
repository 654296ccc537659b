"""The driver of a terminal that may be slow, or take nothing at all: frames go one by one, and ending is never long."""

from __future__ import annotations

import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from .one_frame import ASK, OneFrame
from .terminal_input import WholeInputDriver

if TYPE_CHECKING:
    from textual.app import App
    from textual.message import Message

PIECE_CHARACTERS = 4_096
"""So much is written at once: what stands before it can be taken back, and the rest not be written."""

ANSWERED_WITHIN_SECONDS = 1.0
TAKEN_WITHIN_SECONDS = 1.0
"""How long a terminal may take nothing of what ends the app before all that was drawn is taken back."""

LOOK_SECONDS = 0.05

CUT_SHORT = "\x18\x1b[0m\x1b[?2026l"
"""Ends in its middle what is taken back: a sequence, the colours, and a frame that is held back until it is whole."""


class Frame(str):
    """What is drawn at once, and may be given up: the next one shows all that has changed."""

    __slots__ = ()


class FrameFile:
    """What a thread writes to, and says so of each frame."""

    def __init__(self, file: IO[str], frame_written: Callable[[], None]) -> None:
        self._file = file
        self._frame_written = frame_written
        self.gives_up = False
        """Whether nothing more is written: what is written at that time ends somewhere within its piece."""

    def write(self, text: str) -> None:
        for first in range(0, len(text), PIECE_CHARACTERS):
            if self.gives_up:
                break
            self._file.write(text[first : first + PIECE_CHARACTERS])
            if isinstance(text, Frame) or len(text) > PIECE_CHARACTERS:
                self._file.flush()
        if isinstance(text, Frame):
            self._frame_written()

    def flush(self) -> None:
        self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()


class FrameDriver(WholeInputDriver):
    """The driver of Textual, but for how it reads, and that a frame is written whole and by itself."""

    def __init__(self, app: App[None], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None):
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        assert self._file is not None, "there is a terminal"
        self._terminal = self._file
        self._begin()
        self._drawn: list[str] | None = None
        """What is drawn of a frame so far, while one is."""

    def _begin(self) -> None:
        """Have a file of its own for each thread that writes: one that was given up stays so."""
        frames = self.frames = OneFrame(self._loop.call_later)
        self._frame_file = FrameFile(self._terminal, lambda: self._tell_loop(frames.written))
        vars(self)["_file"] = self._frame_file
        self._ending: list[str] | None = None
        """What is written to leave the terminal as it was, once that has begun."""

    @contextmanager
    def one_frame(self) -> Iterator[None]:
        """Write what is written meanwhile at once, and ask whether it was taken."""
        drawn = self._drawn = []
        try:
            yield
        finally:
            self._drawn = None
        self.frames.sent()
        self.write(Frame("".join((*drawn, ASK))))

    def write(self, data: str) -> None:
        if self._drawn is not None:
            self._drawn.append(data)
        else:
            if self._ending is not None and not isinstance(data, Frame):
                self._ending.append(data)
            super().write(data)

    def start_application_mode(self) -> None:
        self._begin()
        start: Callable[[], None] = super().start_application_mode
        start()
        if self._writer_thread is not None:
            # Else a terminal that takes nothing would stop the app: whatever is no frame is written at any time.
            self._writer_thread._queue.maxsize = 0

    def stop_application_mode(self) -> None:
        self._drawn = None  # a signal may come while a frame is drawn
        self._ending = []
        super().stop_application_mode()

    def disable_input(self) -> None:
        self.frames.wait_for_answer(ANSWERED_WITHIN_SECONDS)
        super().disable_input()

    def close(self) -> None:
        """End the thread that writes. Where the terminal takes nothing, take back all but what leaves it as it was."""
        writer = self._writer_thread
        if writer is None:
            return
        writer._queue.put(None)
        writer.join(TAKEN_WITHIN_SECONDS)
        if not writer.is_alive():
            return
        self._frame_file.gives_up = True
        end = time.monotonic() + TAKEN_WITHIN_SECONDS
        while writer.is_alive() and time.monotonic() < end:
            self._take_back()
            writer.join(LOOK_SECONDS)
        if not writer.is_alive():  # else two would write
            self._take_back()
            with suppress(OSError):  # the terminal is gone
                self._terminal.write(CUT_SHORT + "".join(self._ending or ()))
                self._terminal.flush()

    def _take_back(self) -> None:
        """Throw away what the terminal has not taken."""
        terminal = self._terminal.fileno()
        with suppress(termios.error):
            termios.tcflush(terminal, termios.TCOFLUSH)
            for flow in (termios.TCOOFF, termios.TCOON):  # wakes who waits to write
                termios.tcflow(terminal, flow)

    def run_input_thread(self) -> None:
        try:
            super().run_input_thread()
        finally:
            self.frames.hear_no_more()

    def process_message(self, message: Message) -> None:
        if self.frames.is_silent:
            self._tell_loop(self.frames.seen_alive)
        super().process_message(message)

    def hear_answer(self) -> None:
        self.frames.heard()
        self._tell_loop(self.frames.answered)

    def _tell_loop(self, told: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(told)
