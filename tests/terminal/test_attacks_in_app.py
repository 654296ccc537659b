"""No view of the app lets a log command the terminal: it is walked with hostile events, and its bytes are looked at."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from explorer.marks import Mark, Marks, save_marks
from store import Actor, Entity, Event
from tests.logs import write_log
from tests.terminal.attacks import hostile_events, sequences
from tests.terminal.pseudo_terminal import PseudoTerminal

Start = Callable[..., PseudoTerminal]

ESCAPE, QUIT = "\x1b", "\x11"

OURS = re.compile(r"\x1b\[(\?\d+(\$p|[hl])|[<>=]\d*(;\d+)?u|\?\d+u|\d* q|[<>]1u)|\x1b\]22;default\x07")
"""What Textual sets up a terminal with, and restores it: modes, the protocol of keys, the shape of the pointer."""


def assert_harmless(terminal: PseudoTerminal) -> None:
    """Nothing but Textual's own is sent until the end, and the screen is entered once and left once."""
    terminal.send(QUIT)
    assert terminal.wait_for_exit() == 0
    assert {sequence for sequence in sequences(terminal.raw) if not OURS.fullmatch(sequence)} == set()
    assert [terminal.raw.count(b"\x1b[?1049" + switch) for switch in (b"h", b"l")] == [1, 1]


def press(terminal: PseudoTerminal, keys: str, shown: str) -> None:
    """Press keys one after another, and wait for what they show: a regular expression."""
    terminal.send(keys)
    terminal.wait_for(lambda: re.search(shown, terminal.text) is not None, seconds=15)


def opened(start: Start, log: Path, events: list[Event]) -> PseudoTerminal:
    asyncio.run(write_log(log, events))
    marks = Marks()
    for event in events:
        marks = marks.with_mark(Mark.of(event, event.event_name))
    save_marks(str(log), marks)
    return start(str(log), rows=110, columns=200, ACTIVITY_CLIPBOARD="off", TEXTUAL_ANIMATIONS="none")


def test_every_attack_is_drawn_in_a_trace_and_in_what_an_entity_and_an_actor_did(start: Start, tmp_path: Path) -> None:
    entity, actor = Entity(type="CUSTOMER", id="one"), Actor(type="USER", id="dana")
    events = [
        event.model_copy(update={"trace_id": "trace", **({"entity": entity} if number % 2 else {"actor": actor})})
        for number, event in enumerate(hostile_events())
    ]
    with opened(start, tmp_path / "log.db", events) as terminal:
        press(terminal, "", "row 1 of 66 ")
        press(terminal, "E", "Customer one · 33 events")
        press(terminal, ESCAPE, "row 1 of 66 ")
        press(terminal, "j", "row 2 of 66 ")
        press(terminal, "A", "dana · 33 events")
        press(terminal, ESCAPE, "row 2 of 66 ")
        press(terminal, "t", "in the order of time")
        press(terminal, "t", "by what belongs to what")
        assert_harmless(terminal)
