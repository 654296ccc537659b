"""What state a terminal is in: the app drawn in it, its modes switched on, or everything as it was before."""

import re

from tests.terminal.conftest import EVENTS
from tests.terminal.pseudo_terminal import PseudoTerminal

MODES_ON = {b"1049", b"1000", b"1003", b"1006", b"2004"}


def ready(terminal: PseudoTerminal, row: int = 1) -> None:
    terminal.wait_for(f"row {row:,} of {EVENTS} ")


def modes_left_on(raw: bytes) -> set[bytes]:
    """The private modes of the terminal that were switched on last, of those that would trouble a shell."""
    state = {mode: switch == b"h" for mode, switch in re.findall(rb"\x1b\[\?(\d+)([hl])", raw)}
    return {mode for mode in MODES_ON if state.get(mode)}


def assert_restored(terminal: PseudoTerminal) -> None:
    assert modes_left_on(terminal.raw) == set()
    assert terminal.attributes() == terminal.attributes_at_start
