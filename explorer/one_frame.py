"""At most one frame is on its way to the terminal, so that nobody on a slow line watches the past go by.

What is written has only reached the kernel, and over SSH there are many buffers behind it. So behind each frame the
terminal is asked whether it is well: once it answers, it has taken all that came before. One that never answers is
given the next frame when the last one is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Condition
from typing import TYPE_CHECKING, Protocol

# Textual tells nobody what a frame draws, and pins us to this version of it.
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region

if TYPE_CHECKING:
    from rich.console import RenderableType

ASK = "\x1b[5n"
ANSWER = "\x1b[0n"

PATIENCE_SECONDS = 10.0
"""After so long an answer is taken for lost: else a screen could stand still for ever."""


class Waiting(Protocol):
    """A call that will be made, as an event loop has it."""

    def cancel(self) -> None: ...


class OneFrame:
    """Whether the next frame may be sent. All but what is heard is called on the event loop."""

    def __init__(self, call_later: Callable[[float, Callable[[], None]], Waiting]) -> None:
        self._call_later = call_later
        self._go_on: Callable[[], None] | None = None
        """Draws what waits."""
        self._is_written = True
        self._answers = False
        """Whether this terminal answers at all."""
        self._unanswered = 0
        self._of_answers = Condition()
        self._impatience: Waiting | None = None
        self.is_silent = False
        """Whether an answer was lost, and nothing came from the terminal since."""

    def may_go(self, go_on: Callable[[], None]) -> bool:
        """Whether a frame may be sent now. Else `go_on` is called when one may be."""
        is_taken = self._is_taken
        self._go_on = None if is_taken else go_on
        return is_taken

    def sent(self) -> None:
        """A frame, and a question behind it, is handed to the thread that writes."""
        self._is_written = False
        with self._of_answers:
            self._unanswered += 1
        self._be_patient()

    def written(self) -> None:
        """The thread that writes has no more of the frame."""
        self._is_written = True
        self._look()

    def heard(self) -> None:
        """An answer came, on any thread. What it means is seen in `answered`."""
        with self._of_answers:
            self._answers = True
            self._unanswered = max(0, self._unanswered - 1)
            self._of_answers.notify_all()

    def answered(self) -> None:
        """An answer was heard."""
        self.is_silent = False
        self._look()

    def seen_alive(self) -> None:
        """Something came from a terminal that was silent: it may have been away, and what it was asked with it."""
        if self.is_silent and self._is_written:
            self.is_silent = False
            self._forget_question()

    def hear_no_more(self) -> None:
        """Nobody reads what the terminal sends any longer. Called on any thread."""
        with self._of_answers:
            self._answers = False
            self._of_answers.notify_all()

    def wait_for_answer(self, seconds: float) -> None:
        """Wait until a terminal that answers has done so: what it still says would be typed into a shell."""
        with self._of_answers:
            self._of_answers.wait_for(lambda: not (self._answers and self._unanswered), seconds)

    @property
    def _is_taken(self) -> bool:
        return self._is_written and not (self._answers and self._unanswered)

    def _look(self) -> None:
        if not self._is_taken:
            return
        if self._impatience is not None:
            self._impatience.cancel()
        if self._go_on is not None:
            go_on, self._go_on = self._go_on, None
            go_on()

    def _be_patient(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
        self._impatience = self._call_later(PATIENCE_SECONDS, self._lose_answer)

    def _lose_answer(self) -> None:
        if self._is_written:
            self.is_silent = True
            self._forget_question()
        else:
            self._be_patient()

    def _forget_question(self) -> None:
        with self._of_answers:
            self._unanswered = 0
        self._look()


def drawn_regions(renderable: RenderableType) -> Iterable[Region]:
    """The regions of the screen that a frame draws."""
    if isinstance(renderable, LayoutUpdate):
        yield renderable.region
    elif isinstance(renderable, ChopsUpdate):
        for row, first, last in renderable.spans:
            yield Region(first, row, last - first, 1)
