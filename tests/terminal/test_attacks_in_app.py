"""No view of the app lets a log command the terminal: it is walked with hostile events, and its bytes are looked at."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import tomlkit

from explorer.marks import Mark, Marks, save_marks
from explorer.table_choice import TableColumn, write_columns
from store import Actor, Choice, Entity, Event, EventFilter, TimeRange, write_filter, write_path
from tests.builders import make_event
from tests.logs import write_log
from tests.terminal.attacks import ATTACKS, hostile_events, hostile_fields, sequences
from tests.terminal.pseudo_terminal import PseudoTerminal

Start = Callable[..., PseudoTerminal]

ESCAPE, QUIT, CLEAR, DOWN = "\x1b", "\x11", "\x15", "\x1b[B"

EVENTS = len(hostile_events())
"""Each attack stands in two."""

OURS = re.compile(r"\x1b\[(\?\d+(\$p|[hl])|[<>=]\d*(;\d+)?u|\?\d+u|5n|\d* q|[<>]1u)|\x1b\]22;default\x07")
"""What Textual sets up a terminal with, and restores it: modes, the protocol of keys, the shape of the pointer.

And what a terminal is asked behind each frame.
"""


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


def leave(terminal: PseudoTerminal, left: str) -> None:
    """Press Escape, and wait until what is left is gone: a regular expression. A key that follows is one of its own."""
    terminal.send(ESCAPE)
    terminal.wait_for(lambda: re.search(left, terminal.text) is None, seconds=15)


def opened(start: Start, log: Path, events: list[Event], *, rows: int = 110, columns: int = 200) -> PseudoTerminal:
    asyncio.run(write_log(log, events))
    marks = Marks()
    for event in events:
        marks = marks.with_mark(Mark.of(event, event.event_name))
    save_marks(str(log), marks)
    return start(str(log), rows=rows, columns=columns, ACTIVITY_CLIPBOARD="off", TEXTUAL_ANIMATIONS="none")


def test_every_attack_is_drawn_in_a_trace_and_in_what_an_entity_and_an_actor_did(start: Start, tmp_path: Path) -> None:
    entity, actor = Entity(type="CUSTOMER", id="one"), Actor(type="USER", id="dana")
    events = [
        event.replaced(**{"trace_id": "trace", **({"entity": entity} if number % 2 else {"actor": actor})})
        for number, event in enumerate(hostile_events())
    ]
    with opened(start, tmp_path / "log.db", events) as terminal:
        press(terminal, "", f"row 1 of {EVENTS} ")
        press(terminal, "E", f" one · {len(ATTACKS)} events")
        leave(terminal, " one · ")
        press(terminal, "", f"row 1 of {EVENTS} ")
        press(terminal, "j", f"row 2 of {EVENTS} ")
        press(terminal, "A", f"dana · {len(ATTACKS)} events")
        leave(terminal, f"dana · {len(ATTACKS)}")
        press(terminal, "", f"row 2 of {EVENTS} ")
        press(terminal, "t", "· by time")
        press(terminal, "t", "· by entity")
        assert_harmless(terminal)


def test_every_attack_is_drawn_in_the_detail_with_what_changed_and_what_set_each_field(
    start: Start, tmp_path: Path
) -> None:
    entity = Entity(type="CUSTOMER", id="one")
    events = [
        event.replaced(**{"entity": entity, "event_name": "CUSTOMER_UPDATED"} if number % 2 else {})
        for number, event in enumerate(hostile_events())
    ]
    with opened(start, tmp_path / "log.db", events, rows=60, columns=120) as terminal:
        press(terminal, "", f"row 1 of {EVENTS} ")
        press(terminal, "v", "▾ What changed")
        press(terminal, "b", "▾ State")
        for row in range(3, EVENTS + 1, 2):  # each attack in one of two events
            press(terminal, "]", f"row {row - 1} of {EVENTS} ")
            press(terminal, "]", f"row {row} of {EVENTS} ")
        assert_harmless(terminal)


def test_every_attack_is_drawn_in_lists_dialogs_and_titles(start: Start, tmp_path: Path) -> None:
    everything = " ".join(ATTACKS.values())
    event = make_event(id=everything, **hostile_fields(everything))
    with opened(start, tmp_path / "log.db", [event], rows=60, columns=160) as terminal:
        press(terminal, "", "row 1 of 1 ")
        press(terminal, "M", "(?s)Marked events.*evil")
        leave(terminal, "Marked events")
        press(terminal, "m", "Note")
        leave(terminal, "Note")
        press(terminal, "y", "activity://")
        leave(terminal, "Copied[?]")
        press(terminal, "Y", "Event as JSON")
        press(terminal, "j", "occurred_at.: ")
        leave(terminal, "Copied[?]")
        press(terminal, "e", "Export")
        leave(terminal, "Export")
        press(terminal, "/actor:", r"actor:(?s:.)*2J")
        leave(terminal, "actor:")
        press(terminal, "+", "log.db · .*evil")
        assert_harmless(terminal)


def keep_views(home: Path, views: dict[str, dict[str, str]]) -> None:
    path = home / ".config" / "activity-explorer" / "views.toml"
    path.parent.mkdir(parents=True)
    path.write_text(tomlkit.dumps({"views": views}))


def test_every_attack_is_drawn_in_views_columns_completions_and_where_it_is_told_why_a_list_is_empty(
    start: Start, tmp_path: Path, own_home: Path
) -> None:
    texts = [text for text in ATTACKS.values() if not re.search("[\ud800-\udfff]", text)]  # a file of views is UTF-8
    everything = " ".join(texts)
    named, other = Choice(included=(everything,)), Choice(included=(f"{everything}?",))
    ever = TimeRange(since=None)
    none = EventFilter(time=ever, event_names=named, environments=other, trace_ids=named)
    columns = write_columns([TableColumn(f"payload.{write_path((text,))}") for text in (everything, "id")])
    kept = {"1 none": {"query": write_filter(none)}, "2 columns": {"query": "since:all", "columns": columns}}
    hostile = {
        f"3 {text}"[:80]: {"query": write_filter(EventFilter(event_names=Choice(included=(text,))))} for text in texts
    }
    keep_views(own_home, {**kept, **hostile, "4 wrong": {"query": everything}})
    event = make_event(id=everything, **hostile_fields(everything))
    with opened(start, tmp_path / "log.db", [event, make_event(1)], rows=60, columns=160) as terminal:
        press(terminal, "", "row 1 of 2 ")
        press(terminal, "V", "(?s)Open a view.*1 none.*4 wrong")
        press(terminal, f"{DOWN * 4}\r", "(?s)No event matches.*Without environment.*: 1 event")
        press(terminal, "V", "Open a view")
        press(terminal, f"{DOWN * 5}\r", r"(?s)8;;htt… id .*row 1 of 2 ")
        press(terminal, "/", "▌")
        for word in ("entity:", "payload.", "name:", "environment:", "actor_type:"):
            press(terminal, f"{CLEAR}{word}", rf"▌{word} *\n[^\n]*\n[^\n]*52;c")
        leave(terminal, "▌actor_type")
        press(terminal, "*", "row 1 of 2, traces folded")
        press(terminal, "=", "⏎ Open  esc Back")
        assert_harmless(terminal)
