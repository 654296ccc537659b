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
"""So much of a frame is written at once: what stands before it can be taken back, and the rest not be written."""

ANSWERED_WITHIN_SECONDS = 1.0
TAKEN_WITHIN_SECONDS = 1.0
"""How long a terminal may take nothing of what ends the app before all that was drawn is taken back."""

LOOK_SECONDS = 0.05

CUT_SHORT = "\x18\x1b[0m\x1b[?2026l"
"""Ends a frame in its middle: the sequence it is in, its colours, and its being held back until it is whole."""


class Frame(str):
    """What is drawn at once, and may be given up: the next one shows all that has changed."""

    __slots__ = ()


class FrameFile:
    """What a thread writes to, and says so of each frame."""

    def __init__(self, file: IO[str], frame_written: Callable[[], None]) -> None:
        self._file = file
        self._frame_written = frame_written
        self.gives_up = False

    def write(self, text: str) -> None:
        if not isinstance(text, Frame):
            self._file.write(text)
            return
        for first in range(0, len(text), PIECE_CHARACTERS):
            if self.gives_up:
                self._file.write(CUT_SHORT)
                break
            self._file.write(text[first : first + PIECE_CHARACTERS])
            self._file.flush()
        self._frame_written()

    def flush(self) -> None:
        self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()


class FrameDriver(WholeInputDriver):
    """The driver of Textual, but for how it reads, and that a frame is written whole and by itself."""

    def __init__(self, app: App[None], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None):
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.frames = OneFrame(self._loop.call_later)
        assert self._file is not None, "there is a terminal"
        self._frame_file = FrameFile(self._file, lambda: self._tell_loop(self.frames.written))
        vars(self)["_file"] = self._frame_file
        self._drawn: list[str] | None = None
        """What is drawn of a frame so far, while one is."""

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
            super().write(data)

    def start_application_mode(self) -> None:
        self.frames = OneFrame(self._loop.call_later)
        self._frame_file.gives_up = False
        start: Callable[[], None] = super().start_application_mode
        start()
        if self._writer_thread is not None:
            # Else a terminal that takes nothing would stop the app: whatever is no frame is written at any time.
            self._writer_thread._queue.maxsize = 0

    def stop_application_mode(self) -> None:
        self._drawn = None  # a signal may come while a frame is drawn
        super().stop_application_mode()

    def disable_input(self) -> None:
        self.frames.wait_for_answer(ANSWERED_WITHIN_SECONDS)
        super().disable_input()

    def close(self) -> None:
        """End the thread that writes. Where the terminal takes nothing, take back what is drawn, or both would wait."""
        writer = self._writer_thread
        if writer is None:
            return
        writer._queue.put(None)
        writer.join(TAKEN_WITHIN_SECONDS)
        self._frame_file.gives_up = True
        terminal, end = self._frame_file.fileno(), time.monotonic() + TAKEN_WITHIN_SECONDS
        while writer.is_alive() and time.monotonic() < end:
            with suppress(termios.error):
                termios.tcflush(terminal, termios.TCOFLUSH)
                for flow in (termios.TCOOFF, termios.TCOON):  # wakes who waits to write
                    termios.tcflow(terminal, flow)
            writer.join(LOOK_SECONDS)

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
