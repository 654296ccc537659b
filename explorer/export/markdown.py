"""Events -> Markdown for a ticket: a table with links, above it what it shows.

The data of an event stands in code spans, where no renderer takes it for markup, a mention or an address: `code` makes
one of any text. `cell_writer` gives the text of one column, as it stands in the table, for anybody who writes an event
otherwise: `cell_writer("entity", link_template)(event)`. All of them are free of line breaks and of bare `|`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from store import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES, sentence

from ..display import SEPARATOR, events_text, kind_sign, time_text
from ..table_choice import PAYLOAD
from ..visible import visible
from .columns import columns_of, title_of

if TYPE_CHECKING:
    from store import Actor, Entity, Event, Vocabulary

    from .about import About

COLUMNS = ("occurred_at", "event", "entity", "actor", "trace_id", "link")
"""What a ticket needs to tell who did what to what and when, and where to look further."""

_BACKTICKS = re.compile("`+")
_UNSAFE_IN_ADDRESS = str.maketrans({"|": "%7C", "<": "%3C", ">": "%3E", "\\": "%5C", "`": "%60", "*": "%2A"})


class Markdown:
    """A heading, the filter, a table of the events, and how many they are."""

    says_what_it_is = True

    def __init__(self, about: About, link_template: str | None) -> None:
        self._about = about
        self._cells = [cell_writer(name, link_template) for name in about.columns]

    def begin(self) -> bytes:
        titles = [code(name) if name.startswith(PAYLOAD) else title_of(name) for name in self._about.columns]
        told = (
            "# Activity log",
            f"Events: {code(sentence(self._about.event_filter))}",
            f"Filter: {code(self._about.filter_text)}",
            *([f"Masked: {code(self._about.masking_name)}"] if self._about.masking_name else []),
            f"{_row(titles)}\n{_row(['---'] * len(titles))}\n",
        )
        return "\n\n".join(told).encode()

    def write(self, events: Sequence[Event]) -> bytes:
        rows = [_row([cell(event) for cell in self._cells]) for event in events]
        return "\n".join([*rows, ""]).encode("utf-8", "backslashreplace")

    def end(self, count: int) -> bytes:
        moment = self._about.exported_at.replace(microsecond=0)
        return f"\n{events_text(count)}, exported at {time_text(moment, UTC)[:-4]} UTC. All times are UTC.\n".encode()


def code(text: str) -> str:
    """A text of any origin as a code span: every character shown, none obeyed."""
    if not text:
        return ""
    shown = visible(text)
    runs = _BACKTICKS.findall(shown) if "`" in shown else ()  # a long text without any is known much sooner
    fence = "`" * (max(map(len, runs), default=0) + 1)
    # A renderer takes one blank away at each side, unless there are only blanks.
    pad = " " if (shown[0] in "` " or shown[-1] in "` ") and shown.strip(" ") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def address(link: str, text: str = "open") -> str:
    """A link to follow where it is an address of the web. Any other is code to copy: renderers drop what they do not
    know.
    """
    if link.startswith(("https://", "http://")):
        return f"[{text}](<{link.translate(_UNSAFE_IN_ADDRESS)}>)"
    return code(link)


def cell_writer(name: str, link_template: str | None) -> Callable[[Event], str]:
    """What writes one column of an event. Raises KeyError for a name that there is not."""
    (column,) = columns_of((name,), link_template)
    if name == "link":
        return lambda event: address(column.cell(event) or "")
    return _CELLS.get(name) or (lambda event: code(column.cell(event) or ""))


def _time(event: Event) -> str:
    return time_text(event.occurred_at, UTC)


def _event(event: Event) -> str:
    return f"{kind_sign(EVENT_NAMES.kind(event.event_name))} {_word(EVENT_NAMES, event.event_name)}"


def _entity(event: Event) -> str:
    entity = event.entity
    return "" if entity is None else _joined(ENTITY_TYPES, entity, (entity.id, entity.name))


def _actor(event: Event) -> str:
    actor = event.actor
    if actor is None:
        return ""
    return _joined(ACTOR_TYPES, actor, (actor.name or actor.email or actor.id or actor.ip_address,))


def _joined(vocabulary: Vocabulary, whole: Entity | Actor, texts: Sequence[str | None]) -> str:
    return SEPARATOR.join(
        part for part in (_word(vocabulary, whole.type or ""), *(code(text or "") for text in texts)) if part
    )


def _word(vocabulary: Vocabulary, stored: str) -> str:
    """The label of a known value, which is ours to trust; anything else as the text it is."""
    label = vocabulary.label(stored)
    return label if label in _LABELS[vocabulary] else code(label)


def in_table(cell: str) -> str:
    """What stands for a cell in a table, where `\\|` is a bar. A backslash before a bar has no spelling there, so that
    bar is escaped.
    """
    return cell.replace("\\|", "\\\\x7c").replace("|", "\\|")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(in_table, cells))} |"


_LABELS = {
    vocabulary: {term.label for term in vocabulary.terms} for vocabulary in (EVENT_NAMES, ENTITY_TYPES, ACTOR_TYPES)
}
_CELLS: dict[str, Callable[[Event], str]] = {"occurred_at": _time, "event": _event, "entity": _entity, "actor": _actor}
