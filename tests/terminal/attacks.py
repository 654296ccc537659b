"""What an attacker would write into a log to command the terminal of its readers, and how to see that it failed."""

import json
import re
import unicodedata
from datetime import timedelta

from store import Event
from tests.builders import NOON, make_event

ATTACKS = {
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "clipboard, ended by ST": "\x1b]52;c;ZXZpbA==\x1b\\",
    "hyperlink": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "palette": "\x1b]4;1;rgb:ff/ff/ff\x07",
    "question for the background": "\x1b]11;?\x07",
    "title": "\x1b]0;evil\x07",
    "notification": "\x1b]9;evil\x07",
    "file transfer": "\x1b]1337;File=inline=1:ZXZpbA==\x07",
    "request for a setting": '\x1bP$q"p\x1b\\',
    "picture": "\x1b_Ga=T,f=24;ZXZpbA==\x1b\\",
    "privacy message": "\x1b^evil\x1b\\",
    "start of string": "\x1bXevil\x1b\\",
    "question for the cursor": "\x1b[6n",
    "question for the device": "\x1b[c",
    "question for the title": "\x1b[21t",
    "other screen": "\x1b[?1049l",
    "reset": "\x1bc",
    "erasure": "\x1b[2J\x1b[H",
    "C1 CSI": "\x9b6n",
    "C1 OSC": "\x9d52;c;ZXZpbA==\x9c",
    "C1 DCS": '\x90$q"p\x9c',
    "C1 as bytes": "\udc9b6n \udc9d52;c;ZXZpbA==\udc9c",
    "C0": "\x00\x05\x08\x0b\x0c\x0e\x0f\x7f",
    "overwritten line": "\r\x1b[1Kevil",
    "new lines": "a\nb\r\nc\x85d\u2028e\u2029f",
    "bidi": "\u202egpj.exe\u202c \u2066x\u2069 \u200f\u061c",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg",
    "tags": "\U000e0041\U000e007f",
    "marks": "e" + "\u0301" * 300,
    "variations": "a\ufe0f\U000e0100",
    "annotation": "\ufff9x\ufffay\ufffb",
    "homoglyphs": "\u0441ustom\u0435r-3f\u0430 r\u0430ypal \uff43ustomer",
    "lone surrogate": "\ud800",
    "markup": "[red]x[/] [link=https://evil.example]y[/link] [@click=app.quit]z[/]",
}
MOST_MARKS = 4
"""So many marks on a letter are drawn, as languages need them: `explorer.visible.MOST_MARKS`."""

_ODD_CATEGORIES = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
_SEQUENCE = re.compile(
    r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])", re.DOTALL
)
_DRAWING = re.compile(r"\x1b\[[0-9;:]*m|\x1b\[\d+;\d+H")
"""Colours and places: nothing that stays, asks or reaches beyond the screen."""


def hostile_fields(text: str) -> dict[str, object]:
    """Every field of an event but its id and its time, with `text` in it wherever text can be."""
    return {
        "event_name": text,
        "environment": text,
        "entity": {"type": text, "id": text, "name": text},
        "parent_entity_id": text,
        "actor": {name: text for name in ("type", "id", "name", "email", "ip_address")}
        | {"more": _letters({text: text})},
        "trace_id": text,
        "payload": _letters({"id": text, text: text, "list": [{"id": text, text: text}]}),
        "request": _letters({text: text}),
    }


def hostile_events() -> list[Event]:
    """Two events for each of ATTACKS, of which the newer one has changed an entity, as far as payloads tell."""
    events = []
    for text in ATTACKS.values():
        fields = hostile_fields(text)
        changed = _letters({"id": text, text: f"{text}!", f"{text}+": 1, "list": [{"id": text, text: [text]}]})
        for payload in (fields["payload"], changed):
            number = len(events)
            moment = NOON + timedelta(minutes=number)
            events.append(
                make_event(number, id=f"{text}{number}", **fields | {"occurred_at": moment, "payload": payload})
            )
    return events


def sequences(raw: bytes) -> set[str]:
    """The control sequences that `raw` holds, but for colours and places. Raises AssertionError for any other trick.

    What remains must be text to draw and ends of lines; 8-bit control characters that are no UTF-8 are none.
    """
    found = set()
    text = raw.decode()
    for sequence in _SEQUENCE.findall(text):
        if not _DRAWING.fullmatch(sequence):
            found.add(sequence)
    rest = _SEQUENCE.sub("", text)
    odd = {sign for sign in rest if unicodedata.category(sign) in _ODD_CATEGORIES} - {"\r", "\n"}
    assert not odd, f"{odd!r} in {rest!r}"
    assert re.search(f"[\u0300-\u036f]{{{MOST_MARKS + 1}}}", rest) is None, "more marks than a letter carries"
    return found


def _letters(value: object) -> str:
    """JSON with its texts as they are, as far as JSON allows it: control characters below the space stand escaped."""
    return json.dumps(value, ensure_ascii=False)
