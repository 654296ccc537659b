"""The app as a job of a shell: stopped and continued, also by somebody who did not ask it."""

from __future__ import annotations

import asyncio
import signal
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App


def heed_continuing(app: App[Any]) -> None:
    """Let an app that was stopped by SIGSTOP take the terminal anew when it is continued.

    Textual expects SIGTSTP before SIGCONT. Else it would read keys twice, take what the terminal is in the app for what
    it was before, leave it so, and not end. Does nothing where there is no terminal or no such signal.
    """
    if not hasattr(signal, "SIGTSTP"):
        return
    stop, go_on = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
    if not callable(stop) or not callable(go_on):
        return
    loop, was_asked = asyncio.get_running_loop(), False

    def take_anew() -> None:
        with app.suspend():
            pass

    def asked(number: int, frame: FrameType | None) -> None:
        nonlocal was_asked
        was_asked = True
        stop(number, frame)

    def continued(number: int, frame: FrameType | None) -> None:
        nonlocal was_asked
        if was_asked:
            was_asked = False
            go_on(number, frame)
        else:
            loop.call_soon_threadsafe(take_anew)

    signal.signal(signal.SIGTSTP, asked)
    signal.signal(signal.SIGCONT, continued)
