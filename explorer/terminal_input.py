"""The driver of a terminal on a slow line: mouse reports and pastes come whole, or more of them would act as keys."""

from __future__ import annotations

import os
import selectors
import time
from codecs import getincrementaldecoder

from textual import events

# Textual has no way to put something before its parser, and pins us to this version of it.
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from .typed_ahead import TypedAhead
from .whole_sequences import ESCAPE, WholeSequences

LOOK_SECONDS = 0.1
"""How often it is looked whether the app ends."""

MOST_BYTES = 4_096


class WholeInputDriver(LinuxDriver):
    """The driver of Textual, but for how it reads."""

    def hear_answer(self) -> None:
        """The terminal has drawn a frame, and says so. Called beside the event loop."""

    def run_input_thread(self) -> None:
        """Read until the app ends, and give on what the terminal sends."""
        parser, sequences = XTermParser(self._debug), WholeSequences(self.hear_answer)
        ahead = TypedAhead(self._app, self._loop, self.exit_event.is_set)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                left = sequences.seconds_left(time.monotonic())
                ready = selector.select(LOOK_SECONDS if left is None else min(left, LOOK_SECONDS))
                now = time.monotonic()
                if ready:
                    if not (data := os.read(self.fileno, MOST_BYTES)):
                        return
                    self._give_on(parser, ahead, sequences.taken(decode(data), now))
                elif (begun := sequences.given_up(now)) == ESCAPE:
                    self._pass_on(ahead, events.Key("escape", ESCAPE))
                else:
                    self._give_on(parser, ahead, begun)
                for message in parser.tick():
                    self._pass_on(ahead, message)

    def _give_on(self, parser: XTermParser, ahead: TypedAhead, text: str) -> None:
        if text:  # nothing is the end for a parser
            for message in parser.feed(text):
                self._pass_on(ahead, message)

    def _pass_on(self, ahead: TypedAhead, message: Message) -> None:
        if isinstance(message, events.Key | events.Paste):
            ahead.wait_before(message)
        self.process_message(message)
