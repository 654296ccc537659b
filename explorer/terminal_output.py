"""What is drawn on a terminal, which may close at any moment."""

from __future__ import annotations

import io
import os
import sys


class TerminalOutput(io.TextIOWrapper):
    """Writes to a terminal for as long as there is one, and then to nowhere.

    Textual's thread for writing dies of the first error, and then the app waits for it for ever instead of ending.
    """

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError:
            self._let_go()
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError:
            self._let_go()

    def _let_go(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def outlive_terminal() -> None:
    """Let what Textual draws (it does so on standard error) go nowhere once the terminal is gone."""
    if sys.__stderr__ is not None:
        descriptor = sys.__stderr__.fileno()
        vars(sys)["__stderr__"] = TerminalOutput(open(descriptor, "wb", closefd=False), "utf-8", "backslashreplace")  # noqa: SIM115
